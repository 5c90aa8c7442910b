// Creates a certificate authority and a certificate for this machine's loopback names, signed by it.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace chutes::sandbox {

class TestCertificate {
public:
  // ECDSA P-256, valid for a week, for 127.0.0.1, ::1, localhost, *.localhost and *.chutes.localhost. Writes
  // the authority's certificate to a file, which the destructor removes. Throws std::runtime_error.
  TestCertificate();
  ~TestCertificate();
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  [[nodiscard]] X509* certificate() const { return m_certificate.get(); }
  [[nodiscard]] EVP_PKEY* key() const { return m_key.get(); }
  [[nodiscard]] const std::string& authority_file() const { return m_authority_file; }

private:
  struct Free {
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  std::unique_ptr<X509, Free> m_certificate;
  std::unique_ptr<EVP_PKEY, Free> m_key;
  std::string m_directory;
  std::string m_authority_file;
};

} // namespace chutes::sandbox
