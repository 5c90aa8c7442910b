// Why TLS with a server failed, as a message and a hint; who can fix it varies.
#pragma once

#include "base/error.hpp"

#include <openssl/types.h>

#include <string>

namespace chutes::on_linux {

// Whom a handshake is with.
struct TlsPeer {
  std::string host;  // a name or an IP literal, which the certificate must carry as subject alternative name
  std::string name;  // as errors call it
  std::string trust; // what the environment names instead of the system's authorities ("SSL_CERT_FILE=…")
};

// What a handshake that OpenSSL gave up ended with: Error{network}, "could not trust PEER: …" where the
// certificate did not convince, else "could not reach PEER: …". Takes OpenSSL's errors away.
[[nodiscard]] Error handshake_failure(const SSL* ssl, const TlsPeer& peer);

// The reason the server gave for ending a connection whose handshake was done, as the end of "it …"; empty if
// it gave none. Takes OpenSSL's errors away.
[[nodiscard]] std::string alert_after_handshake();

} // namespace chutes::on_linux
