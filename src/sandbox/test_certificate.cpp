#include "sandbox/test_certificate.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <unistd.h>

namespace chutes::sandbox {
namespace {

constexpr long a_day = 86400;

void require(bool success) {
  if (!success)
    throw std::runtime_error{"OpenSSL cannot create a certificate"};
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

X509* new_certificate(EVP_PKEY* key, const char* name) {
  X509* certificate = X509_new();
  require(certificate != nullptr && X509_set_version(certificate, 2) == 1);
  unsigned char serial[8];
  require(RAND_bytes(serial, sizeof serial) == 1);
  BIGNUM* number = BN_bin2bn(serial, sizeof serial, nullptr);
  require(number != nullptr && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr);
  BN_free(number);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -a_day);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 7 * a_day);
  require(X509_set_pubkey(certificate, key) == 1);
  require(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(name), -1, -1, 0) == 1);
  return certificate;
}

} // namespace

TestCertificate::TestCertificate() {
  const std::unique_ptr<EVP_PKEY, Free> authority_key{EVP_EC_gen("P-256")};
  m_key.reset(EVP_EC_gen("P-256"));
  require(authority_key && m_key);

  const std::unique_ptr<X509, Free> authority{
      new_certificate(authority_key.get(), "chutes-sandbox authority")};
  require(X509_set_issuer_name(authority.get(), X509_get_subject_name(authority.get())) == 1);
  add_extension(authority.get(), authority.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(authority.get(), authority.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(authority.get(), authority.get(), NID_subject_key_identifier, "hash");
  require(X509_sign(authority.get(), authority_key.get(), EVP_sha256()) > 0);

  m_certificate.reset(new_certificate(m_key.get(), "chutes-sandbox"));
  require(X509_set_issuer_name(m_certificate.get(), X509_get_subject_name(authority.get())) == 1);
  add_extension(m_certificate.get(), authority.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(m_certificate.get(), authority.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(m_certificate.get(), authority.get(), NID_ext_key_usage, "serverAuth");
  add_extension(m_certificate.get(), authority.get(), NID_authority_key_identifier, "keyid");
  add_extension(
      m_certificate.get(), authority.get(), NID_subject_alt_name,
      "IP:127.0.0.1,IP:::1,DNS:localhost,DNS:*.localhost,DNS:*.chutes.localhost,"
      // OpenSSL accepts no wildcard directly below a top-level label, so the shared hosts are listed.
      "DNS:api.localhost,DNS:llm.localhost,DNS:embed.localhost,DNS:image.localhost");
  require(X509_sign(m_certificate.get(), authority_key.get(), EVP_sha256()) > 0);

  const char* parent = std::getenv("TMPDIR");
  m_directory = std::string{parent != nullptr ? parent : "/tmp"} + "/chutes-sandbox.XXXXXX";
  require(::mkdtemp(m_directory.data()) != nullptr);
  m_authority_file = m_directory + "/authority.pem";
  std::FILE* file = std::fopen(m_authority_file.c_str(), "wex");
  require(file != nullptr);
  const bool written = PEM_write_X509(file, authority.get()) == 1;
  require(std::fclose(file) == 0 && written);
}

TestCertificate::~TestCertificate() {
  ::unlink(m_authority_file.c_str());
  ::rmdir(m_directory.c_str());
}

} // namespace chutes::sandbox
