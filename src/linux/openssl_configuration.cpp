#include "linux/openssl_configuration.hpp"

#include <openssl/conf.h>
#include <openssl/crypto.h>

#include <mutex>

namespace chutes::on_linux {
namespace {

void postpone() {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

// The loader runs these before the initialisers of any library; OpenSSL heeds whoever speaks first.
[[gnu::section(".preinit_array"), gnu::used]] void (*const postpone_before_libraries_start)() = postpone;

} // namespace

void load_openssl_configuration() {
  static std::once_flag once;
  std::call_once(once, [] {
    CONF_modules_load_file(nullptr, nullptr,
                           CONF_MFLAGS_DEFAULT_SECTION | CONF_MFLAGS_IGNORE_MISSING_FILE |
                               CONF_MFLAGS_IGNORE_RETURN_CODES);
  });
}

} // namespace chutes::on_linux
