#include "linux/tls_trust.hpp"

#include "base/error.hpp"
#include "linux/lazy_ca_bundle.hpp"
#include "linux/openssl_configuration.hpp"

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
         std::all_of(name.begin(), name.begin() + 8, [](unsigned char c) { return std::isxdigit(c) != 0; });
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

std::string lower_first(std::string text) {
  if (!text.empty())
    text.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
  return text;
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

void FreeSslContext::operator()(SSL_CTX* context) const noexcept {
  SSL_CTX_free(context);
}

SslContext make_client_context(const TrustPlaces& places) {
  load_openssl_configuration();
  SslContext context{SSL_CTX_new(TLS_client_method())};
  if (!context)
    throw Error{ErrorKind::internal, "OpenSSL gave no context"};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_AUTO_RETRY | SSL_MODE_RELEASE_BUFFERS);
  // As curl does: an intermediate authority in the user's file is trust enough.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()), X509_V_FLAG_PARTIAL_CHAIN);
  X509_STORE* store = SSL_CTX_get_cert_store(context.get());
  for (const auto& directory : places.directories)
    X509_STORE_load_path(store, directory.c_str());
  if (!places.bundle.empty())
    add_lazy_bundle(store, places.bundle);
  return context;
}

Distrust distrust(long verify_result) {
  switch (verify_result) {
  case X509_V_ERR_CERT_HAS_EXPIRED:
    return {"the certificate has expired", "check this computer's clock"};
  case X509_V_ERR_CERT_NOT_YET_VALID:
    return {"the certificate is not valid yet", "check this computer's clock"};
  case X509_V_ERR_HOSTNAME_MISMATCH:
  case X509_V_ERR_IP_ADDRESS_MISMATCH:
    return {"the certificate is for another name", "check the address; somebody may be listening in between"};
  case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
  case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
  case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    return {"the certificate is signed by an unknown authority",
            "if that authority is yours to trust, name its PEM file in SSL_CERT_FILE"};
  default:
    return {lower_first(X509_verify_cert_error_string(verify_result)), {}};
  }
}

} // namespace chutes::on_linux
