// TLS (1.2 or newer) over a connected socket, with the server's name proved before a byte of ours is sent.
#pragma once

#include "linux/net/byte_stream.hpp"
#include "linux/process/wait.hpp"

#include <openssl/types.h>

#include <memory>
#include <string>

namespace chutes::on_linux {

// The handshake with `host` (a name or an IP literal, which the certificate must carry as subject alternative
// name). Throws Error{network}: not trusted, no common version, not TLS, lost, or not done at the deadline.
[[nodiscard]] std::unique_ptr<ByteStream> tls_handshake(SSL_CTX* context, FileDescriptor socket,
                                                        const std::string& host, const std::string& peer,
                                                        const Wait& wait, SteadyInstant deadline);

} // namespace chutes::on_linux
