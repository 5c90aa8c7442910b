// Whom we trust to vouch for a server's name: the certificate authorities of SSL_CERT_DIR and SSL_CERT_FILE
// if the environment names any, otherwise the system's. Reading is lazy: only authorities a handshake asks
// for are parsed.
#pragma once

#include "platform/environment.hpp"

#include <openssl/types.h>

#include <memory>
#include <string>
#include <vector>

namespace chutes::on_linux {

// Where authorities are looked for, in this order; both may be empty; then no server can be verified.
struct TrustPlaces {
  std::vector<std::string> directories; // hashed as by c_rehash(1)
  std::string bundle;                   // one file of PEM certificates

  friend bool operator==(const TrustPlaces&, const TrustPlaces&) = default;
};

// SSL_CERT_DIR (separated by ':') and SSL_CERT_FILE if at least one is set; else the hashed directory
// /etc/ssl/certs; else the first bundle found where distributions keep theirs. `root` is put before the
// system's places, for tests.
[[nodiscard]] TrustPlaces trust_places(const Environment& environment, const std::string& root = {});

// What of the environment replaces the system's places, as the user has written it ("SSL_CERT_FILE=/a.pem");
// empty if nothing does.
[[nodiscard]] std::string trust_override(const Environment& environment);

struct FreeSslContext {
  void operator()(SSL_CTX* context) const noexcept;
};
using SslContext = std::unique_ptr<SSL_CTX, FreeSslContext>;

// A client's settings: TLS 1.2 or newer, the server must prove itself with keys and digests that are strong
// enough, a status it staples counts, and nothing is renegotiated. Throws Error{usage} if the places named
// by the user hold no certificates, Error{network} if there are no places at all, Error{internal} if OpenSSL
// has no context to give.
[[nodiscard]] SslContext make_client_context(const TrustPlaces& places);

} // namespace chutes::on_linux
