#include "linux/tls/test_authority.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace chutes::on_linux {
namespace {

constexpr long day = 24L * 60 * 60;

void require(bool done) {
  if (!done)
    throw std::runtime_error{"OpenSSL would not make a test certificate"};
}

Key new_key() {
  Key key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  require(key != nullptr);
  return key;
}

void add_name(X509_NAME* name, const std::string& common_name, int type) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.c_str());
  require(X509_NAME_add_entry_by_txt(name, "CN", type, bytes, -1, -1, 0) == 1);
}

// `issuer` is whom the authority's key identifier points to.
void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

Certificate new_certificate(const std::string& common_name, EVP_PKEY* key, int days,
                            int type = V_ASN1_UTF8STRING) {
  static long serial = 1;
  Certificate certificate{X509_new()};
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), (days < 0 ? 2 * days - 1 : -1) * day);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * day);
  X509_set_pubkey(certificate.get(), key);
  add_name(X509_get_subject_name(certificate.get()), common_name, type);
  return certificate;
}

} // namespace

void FreeKey::operator()(EVP_PKEY* key) const noexcept {
  EVP_PKEY_free(key);
}

void FreeCertificate::operator()(X509* certificate) const noexcept {
  X509_free(certificate);
}

SSL_CTX* Identity::server_context() const {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  if (max_version != 0) { // an old server: old versions need the lowest security level
    SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, max_version);
  }
  require(SSL_CTX_use_certificate(context, certificate.get()) == 1 &&
          SSL_CTX_use_PrivateKey(context, key.get()) == 1);
  return context;
}

TestAuthority::TestAuthority(const std::string& name, NameType type)
    : m_name(name),
      m_key(new_key()),
      m_certificate(new_certificate(name, m_key.get(), 2,
                                    type == NameType::utf8 ? V_ASN1_UTF8STRING : V_ASN1_PRINTABLESTRING)) {
  X509_set_issuer_name(m_certificate.get(), X509_get_subject_name(m_certificate.get()));
  X509* self = m_certificate.get();
  add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(self, self, NID_key_usage, "critical,keyCertSign");
  add_extension(self, self, NID_subject_key_identifier, "hash");
  require(X509_sign(m_certificate.get(), m_key.get(), EVP_sha256()) > 0);
}

Identity TestAuthority::issue(const std::string& names, const std::string& common_name, int days) const {
  Identity identity;
  identity.key = new_key();
  identity.certificate = new_certificate(common_name, identity.key.get(), days);
  add_name(X509_get_issuer_name(identity.certificate.get()), m_name, V_ASN1_UTF8STRING);
  add_extension(identity.certificate.get(), m_certificate.get(), NID_authority_key_identifier, "keyid");
  if (!names.empty())
    add_extension(identity.certificate.get(), m_certificate.get(), NID_subject_alt_name, names);
  require(X509_sign(identity.certificate.get(), m_key.get(), EVP_sha256()) > 0);
  return identity;
}

std::string TestAuthority::pem() const {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, m_certificate.get());
  char buffer[4096];
  const int size = BIO_read(memory, buffer, sizeof buffer);
  BIO_free(memory);
  return {buffer, static_cast<std::size_t>(size)};
}

std::string TestAuthority::hash_name() const {
  char text[16];
  std::snprintf(text, sizeof text, "%08lx.0", X509_subject_name_hash(m_certificate.get()));
  return text;
}

TemporaryFolder::TemporaryFolder()
    : m_path((std::filesystem::temp_directory_path() / "chutes-test-XXXXXX").string()) {
  if (::mkdtemp(m_path.data()) == nullptr)
    throw std::runtime_error{"no temporary folder"};
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(m_path, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& content) const {
  const std::filesystem::path path = std::filesystem::path{m_path} / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream{path, std::ios::binary} << content;
  return path.string();
}

} // namespace chutes::on_linux
