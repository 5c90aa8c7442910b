// When OpenSSL reads its configuration file: as TLS is first needed, not as every command starts. httplib's
// library initialises OpenSSL, configuration included, while it is being loaded, before main could object.
#pragma once

namespace chutes::on_linux {

// Reads openssl.cnf (or what OPENSSL_CONF names) the first time it is called. A file that is missing or
// wrong is ignored, as OpenSSL itself would. To be called before the first SSL_CTX is made.
void load_openssl_configuration();

} // namespace chutes::on_linux
