// The keys a server signs its ID tokens with, fetched from where its metadata says.
#pragma once

#include "oauth/id_token/jws.hpp"
#include "oauth/id_token/key_set.hpp"
#include "platform/http_client.hpp"

namespace chutes::oauth {

class SigningKeys {
public:
  // Fetches the set, so that a server that does not give it is known before anybody signs in. Throws what
  // `http` throws, and Error{service} if the answer is no key set or larger than 256 KiB.
  SigningKeys(Url jwks_uri, HttpClient& http);

  // Throws Error{not_authorized} unless one of the keys has signed `jws`. A key that is not in the set may be
  // a new one: the set is fetched once more, ever.
  void require_signature(const Jws& jws);

private:
  [[nodiscard]] KeySet fetch() const;
  [[nodiscard]] KeySet candidates(const Jws& jws);

  Url m_uri;
  HttpClient& m_http;
  KeySet m_keys;
  bool m_fetched_again = false;
};

} // namespace chutes::oauth
