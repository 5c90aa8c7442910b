// The keys that a server signs its ID tokens with, from its `jwks_uri`.
#pragma once

#include "oauth/id_token/jws.hpp"
#include "oauth/id_token/key_set.hpp"
#include "platform/http_client.hpp"

namespace chutes::oauth {

class SigningKeys {
public:
  // Fetches the key set, so that a server that does not provide it is known before the sign-in begins. Throws
  // what `http` throws, and Error{service} if the response is not a key set or larger than 256 KiB.
  SigningKeys(Url jwks_uri, HttpClient& http);

  // Throws Error{not_authorized} unless one of the keys has signed `jws`. If the set has no such key, it may
  // be new: fetches the set again, but only once.
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
