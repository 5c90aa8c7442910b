// TLS (1.2 or newer) over a connected stream, with the server's name proved before a byte of ours is sent.
#pragma once

#include "linux/net/byte_stream.hpp"
#include "linux/process/wait.hpp"
#include "linux/tls/tls_failure.hpp"

#include <openssl/types.h>

#include <memory>

namespace chutes::on_linux {

// The handshake over `below` (TCP, or TLS with a proxy) with `peer`. Throws Error{network}: not trusted, no
// common version, not TLS, lost, or not done at the deadline.
[[nodiscard]] std::unique_ptr<ByteStream> tls_handshake(SSL_CTX* context, std::unique_ptr<ByteStream> below,
                                                        const TlsPeer& peer, const Wait& wait,
                                                        SteadyInstant deadline);

} // namespace chutes::on_linux
