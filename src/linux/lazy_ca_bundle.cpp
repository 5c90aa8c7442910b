#include "linux/lazy_ca_bundle.hpp"

#include "base/error.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>

namespace chutes::on_linux {

void add_lazy_bundle(X509_STORE* store, const std::string& path) {
  if (X509_STORE_load_file(store, path.c_str()) == 1)
    return;
  ERR_clear_error();
  throw Error{ErrorKind::usage, "could not read certificates from " + path,
              "SSL_CERT_FILE must name a readable file of PEM certificates"};
}

} // namespace chutes::on_linux
