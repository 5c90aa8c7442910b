#include "linux/tls/tls_trust.hpp"

#include "base/error.hpp"
#include "linux/tls/lazy_ca_bundle.hpp"
#include "linux/tls/ocsp_staple.hpp"
#include "linux/tls/openssl_configuration.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

namespace chutes::on_linux {
namespace {

constexpr const char* system_directory = "/etc/ssl/certs";
constexpr std::array<const char*, 4> system_bundles{"/etc/ssl/certs/ca-certificates.crt",
                                                    "/etc/pki/tls/certs/ca-bundle.crt",
                                                    "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

// "5f15c80c.0": eight hexadecimal digits of a subject's hash and a number.
bool is_hash_name(const std::string& name) {
  return name.size() == 10 && name.compare(8, 2, ".0") == 0 &&
         name.find_first_not_of("0123456789abcdefABCDEF") == 8;
}

bool is_hashed_directory(const std::string& path) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{path, ignored})
    if (is_hash_name(entry.path().filename().string()))
      return true;
  return false;
}

std::vector<std::string> split_path(const std::string& list) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= list.size()) {
    const auto end = std::min(list.find(':', begin), list.size());
    if (end > begin)
      parts.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// The machine's OpenSSL configuration may ask for more than this, never for less.
void demand_strength(SSL_CTX* context) {
  if (SSL_CTX_get_min_proto_version(context) < TLS1_2_VERSION)
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  constexpr int no_less_than_112_bits = 2; // RSA of 2048, no SHA-1: SSL_CTX_set_security_level(3)
  if (SSL_CTX_get_security_level(context) < no_less_than_112_bits)
    SSL_CTX_set_security_level(context, no_less_than_112_bits);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION); // RFC 9325 §3.5; TLS 1.3 has no renegotiation
}

void refuse_places(const TrustPlaces& places) {
  if (places.directories.empty())
    throw Error{ErrorKind::network, "cannot verify any server: no CA certificates are installed",
                "install the package ca-certificates, or set SSL_CERT_FILE to a PEM file"};
  std::string names;
  for (const auto& directory : places.directories)
    names += (names.empty() ? "" : ", ") + directory;
  throw Error{ErrorKind::usage, "could not find certificates in " + names,
              "SSL_CERT_DIR must name directories of PEM certificates prepared with 'openssl rehash'"};
}

void add_authorities(X509_STORE* store, const TrustPlaces& places) {
  if (places.bundle.empty() &&
      std::none_of(places.directories.begin(), places.directories.end(), is_hashed_directory))
    refuse_places(places);
  for (const auto& directory : places.directories)
    X509_STORE_load_path(store, directory.c_str());
  if (!places.bundle.empty())
    add_lazy_bundle(store, places.bundle);
}

} // namespace

TrustPlaces trust_places(const Environment& environment, const std::string& root) {
  const auto directory = environment.find("SSL_CERT_DIR");
  const auto file = environment.find("SSL_CERT_FILE");
  if (directory || file)
    return {split_path(directory.value_or("")), file.value_or("")};
  if (is_hashed_directory(root + system_directory))
    return {{root + system_directory}, {}};
  std::error_code ignored;
  for (const char* bundle : system_bundles)
    if (std::filesystem::is_regular_file(root + bundle, ignored))
      return {{}, root + bundle};
  return {};
}

std::string trust_override(const Environment& environment) {
  std::string text;
  for (const char* name : {"SSL_CERT_FILE", "SSL_CERT_DIR"})
    if (const auto value = environment.find(name))
      text += (text.empty() ? "" : " ") + std::string{name}.append("=").append(*value);
  return text;
}

void FreeSslContext::operator()(SSL_CTX* context) const noexcept {
  SSL_CTX_free(context);
}

SslContext make_client_context(const TrustPlaces& places) {
  load_openssl_configuration();
  SslContext context{SSL_CTX_new(TLS_client_method())};
  if (!context)
    throw Error{ErrorKind::internal, "OpenSSL could not create a TLS context"};
  demand_strength(context.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_AUTO_RETRY | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context.get(), 1); // a record in one call, not its head and then its body
  // As curl does: an intermediate authority in the user's file is trust enough.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()), X509_V_FLAG_PARTIAL_CHAIN);
  verify_ocsp_staple(context.get());
  add_authorities(SSL_CTX_get_cert_store(context.get()), places);
  return context;
}

} // namespace chutes::on_linux
