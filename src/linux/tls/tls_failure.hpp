// Why TLS with a server failed, as a message and a hint; who can fix it varies.
#pragma once

#include "base/error.hpp"

#include <openssl/types.h>

#include <string>

namespace chutes::on_linux {

// What a handshake that OpenSSL gave up ended with: Error{network}, "could not trust PEER: …" where the
// certificate did not convince, else "could not reach PEER: …". Takes OpenSSL's errors away.
[[nodiscard]] Error handshake_failure(const SSL* ssl, const std::string& peer);

// The reason the server gave for ending a connection whose handshake was done, as the end of "it …"; empty if
// it gave none. Takes OpenSSL's errors away.
[[nodiscard]] std::string alert_after_handshake();

} // namespace chutes::on_linux
