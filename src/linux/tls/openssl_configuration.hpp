// What OpenSSL does when: its configuration file is read as TLS is first needed, and its error texts as one
// is, not as every command starts. httplib's library initialises OpenSSL, all that included, while it is
// being loaded, before main could object.
#pragma once

#include <string>

namespace chutes::on_linux {

// Reads openssl.cnf (or what OPENSSL_CONF names) the first time it is called. A file that is missing or
// wrong is ignored, as OpenSSL itself would. To be called before the first SSL_CTX is made.
void load_openssl_configuration();

// What OpenSSL calls the reason of an error; empty if it has no words for it.
[[nodiscard]] std::string openssl_reason(unsigned long code);

} // namespace chutes::on_linux
