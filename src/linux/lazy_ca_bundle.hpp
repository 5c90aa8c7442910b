// A file of PEM certificates as a store of trust, read without parsing every certificate in it.
#pragma once

#include <openssl/types.h>

#include <string>

namespace chutes::on_linux {

// Lets `store` find the authorities of `path`. Throws Error{usage} if the file cannot be read or holds no
// certificate.
void add_lazy_bundle(X509_STORE* store, const std::string& path);

} // namespace chutes::on_linux
