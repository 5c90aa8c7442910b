// A certificate authority of the test's own, made in memory by OpenSSL, and the server identities it vouches
// for.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

namespace chutes::on_linux {

struct FreeKey {
  void operator()(EVP_PKEY* key) const noexcept;
};
struct FreeCertificate {
  void operator()(X509* certificate) const noexcept;
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Certificate = std::unique_ptr<X509, FreeCertificate>;

struct Identity {
  Key key;
  Certificate certificate;
  int max_version = 0; // of TLS; 0: the newest

  // A server's context with this certificate; the caller frees it.
  [[nodiscard]] SSL_CTX* server_context() const;
};

enum class NameType { utf8, printable }; // ASN.1's string types

class TestAuthority {
public:
  // `type` is how its own certificate spells its name; the certificates it issues always say UTF8String.
  explicit TestAuthority(const std::string& name = "Test Authority", NameType type = NameType::utf8);

  // A certificate for `names` as in openssl's subjectAltName ("DNS:api.test,IP:127.0.0.1"; empty: no such
  // extension), valid from a day ago until `days` from now.
  [[nodiscard]] Identity issue(const std::string& names, const std::string& common_name = "server",
                               int days = 1) const;
  [[nodiscard]] std::string pem() const;
  // Its name in a hashed directory, "12345678.0".
  [[nodiscard]] std::string hash_name() const;

private:
  std::string m_name;
  Key m_key;
  Certificate m_certificate;
};

// A directory under the system's temporary one that goes away with its files.
class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return m_path; }
  // Writes a file (folders on its way are made) and returns its path.
  std::string write(const std::string& name, const std::string& content) const;

private:
  std::string m_path;
};

} // namespace chutes::on_linux
