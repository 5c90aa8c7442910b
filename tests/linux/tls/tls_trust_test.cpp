#include "linux/http/wire_fixture.hpp"
#include "linux/tls/lazy_ca_bundle.hpp"
#include "linux/tls/test_authority.hpp"
#include "linux/tls/tls_trust.hpp"
#include "said.hpp"

#include <openssl/ssl.h>

namespace chutes::on_linux {
namespace {

// Whether a server of `authority` is trusted by a client whose environment is `variables`.
bool trusts(const std::map<std::string, std::string>& variables, const TestAuthority& authority) {
  const auto identity = authority.issue("DNS:api.test");
  ScriptedServer server{{[&](Visitor& visitor) {
    if (!visitor.start_tls(identity))
      return;
    visitor.read_request();
    visitor.send(ok_response("ok"));
  }}};
  Wire wire{variables};
  const auto failure = failure_of([&] { wire.get(server.url_of("api.test")); });
  if (failure.message != "(no error)")
    CHECK(failure.message.find("unknown authority") != std::string::npos);
  return failure.message == "(no error)";
}

std::string bundle_of(int count, const std::string& last) {
  std::string text = "# strangers\n\n";
  for (int i = 0; i < count; ++i)
    text += "Stranger " + std::to_string(i) + "\n==========\n" +
            TestAuthority{"Stranger " + std::to_string(i)}.pem();
  return text + last;
}

} // namespace

TEST_CASE("SSL_CERT_DIR and SSL_CERT_FILE replace the system's authorities") {
  const TrustPlaces both{{"/a", "/b"}, "/f.pem"};
  CHECK(trust_places(Environment{{{"SSL_CERT_DIR", "/a::/b"}, {"SSL_CERT_FILE", "/f.pem"}}}) == both);
  const TrustPlaces file{{}, "/f.pem"};
  CHECK(trust_places(Environment{{{"SSL_CERT_FILE", "/f.pem"}}}) == file);
}

TEST_CASE(
    "the system's hashed directory comes before its bundle, and a directory without hashes does not count") {
  TemporaryFolder debian, fedora, empty;
  debian.write("etc/ssl/certs/ca-certificates.crt", "x");
  debian.write("etc/ssl/certs/5f15c80c.0", "x");
  const TrustPlaces hashed{{debian.path() + "/etc/ssl/certs"}, {}};
  CHECK(trust_places(Environment{}, debian.path()) == hashed);

  fedora.write("etc/ssl/certs/ca-bundle.crt", "x");
  const auto bundle = fedora.write("etc/pki/tls/certs/ca-bundle.crt", "x");
  const TrustPlaces one_file{{}, bundle};
  CHECK(trust_places(Environment{}, fedora.path()) == one_file);

  CHECK(trust_places(Environment{}, empty.path()) == TrustPlaces{});
}

TEST_CASE("an authority is found in a hashed directory") {
  const TestAuthority authority, stranger{"Stranger"};
  TemporaryFolder folder;
  folder.write(authority.hash_name(), authority.pem());
  CHECK(trusts({{"SSL_CERT_DIR", folder.path()}}, authority));
  CHECK_FALSE(trusts({{"SSL_CERT_DIR", folder.path()}}, stranger));
}

TEST_CASE("an authority is found in either place when both are set") {
  const TestAuthority in_directory{"In Directory"}, in_file{"In File"};
  TemporaryFolder folder;
  folder.write(in_directory.hash_name(), in_directory.pem());
  const std::map<std::string, std::string> variables{
      {"SSL_CERT_DIR", folder.path()}, {"SSL_CERT_FILE", folder.write("ca.pem", in_file.pem())}};
  CHECK(trusts(variables, in_directory));
  CHECK(trusts(variables, in_file));
}

TEST_CASE("an authority is found among many in a bundle, with text between them") {
  const TestAuthority authority;
  TemporaryFolder folder;
  CHECK(trusts({{"SSL_CERT_FILE", folder.write("last.pem", bundle_of(20, authority.pem()))}}, authority));
  CHECK_FALSE(trusts({{"SSL_CERT_FILE", folder.write("none.pem", bundle_of(20, ""))}}, authority));
}

TEST_CASE("of two authorities with one name the one whose key fits is found") {
  const TestAuthority old_one{"Renewed"}, new_one{"Renewed"};
  TemporaryFolder folder;
  const auto bundle = folder.write("ca.pem", old_one.pem() + new_one.pem());
  CHECK(trusts({{"SSL_CERT_FILE", bundle}}, old_one));
  CHECK(trusts({{"SSL_CERT_FILE", bundle}}, new_one));
}

TEST_CASE("an authority is found whose name the server's certificate spells in another string type") {
  const TestAuthority authority{"Test Authority", NameType::printable};
  TemporaryFolder folder;
  const auto bundle = folder.write("ca.pem", bundle_of(3, authority.pem()));
  CHECK(trusts({{"SSL_CERT_FILE", bundle}}, authority));
}

TEST_CASE("a damaged certificate in a bundle does not hide the others") {
  const TestAuthority authority;
  TemporaryFolder folder;
  const std::string damaged =
      "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
      "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"
      "-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
  CHECK(trusts({{"SSL_CERT_FILE", folder.write("ca.pem", damaged + authority.pem())}}, authority));
}

TEST_CASE("a certificate's subject is found in its bytes, and in no part of them") {
  // SEQUENCE { SEQUENCE { [0] {2}, serial 1, signature {}, issuer {}, validity {}, subject { NULL } } }
  const std::string der{
      "\x30\x14\x30\x12\xA0\x03\x02\x01\x02\x02\x01\x01\x30\x00\x30\x00\x30\x00\x30\x02\x05\x00", 22};
  CHECK(subject_of(der) == std::string_view{"\x30\x02\x05\x00", 4});
  for (std::size_t size = 0; size < der.size(); ++size)
    CHECK(subject_of(std::string_view{der}.substr(0, size)).empty());
  CHECK(subject_of(std::string{"\x30\x84\xFF\xFF\xFF\xFF", 6}).empty());
  CHECK(subject_of(std::string{"\x30\x80\x30\x80", 4}).empty());
}

TEST_CASE("a bundle that cannot be read, or holds no certificate, is a usage error that names it") {
  TemporaryFolder folder;
  for (const std::string& path :
       {folder.path() + "/missing.pem", folder.write("empty.pem", ""), folder.write("text.pem", "hello\n")}) {
    Wire wire{{{"SSL_CERT_FILE", path}}};
    ScriptedServer server{{}};
    check_said(failure_of([&] { wire.get(server.url_of("api.test")); }), ErrorKind::usage, {{path, "PATH"}});
  }
}

TEST_CASE("directories without a prepared certificate are a usage error that names them") {
  TemporaryFolder folder;
  folder.write("authority.pem", TestAuthority{}.pem()); // not under its hash
  const auto missing = folder.path() + "/missing";
  check_said(failure_of([&] {
               (void)make_client_context({{missing, folder.path()}, {}});
             }),
             ErrorKind::usage, {{missing, "MISSING"}, {folder.path(), "PATH"}});
}

TEST_CASE("a machine without any certificates of authorities says so") {
  check_said(failure_of([] { (void)make_client_context({}); }), ErrorKind::network);
}

} // namespace chutes::on_linux
