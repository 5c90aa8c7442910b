// Error texts that were not loaded at the start are loaded by functions that OpenSSL has deprecated.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "linux/tls/openssl_configuration.hpp"

#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <mutex>

namespace chutes::on_linux {
namespace {

void postpone() {
  constexpr auto not_now =
      OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_LOAD_SSL_STRINGS;
  constexpr auto never = OPENSSL_INIT_NO_ATEXIT; // what the process's end tidies up anyway
  OPENSSL_init_ssl(not_now | never, nullptr);
}

// The loader runs these before the initialisers of any library; OpenSSL obeys the first caller.
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

std::string openssl_reason(unsigned long code) {
  static std::once_flag once;
  std::call_once(once, [] {
    ERR_load_SSL_strings();
    ERR_load_X509_strings();
    ERR_load_EVP_strings();
    ERR_load_ASN1_strings();
  });
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "";
}

} // namespace chutes::on_linux
