#include "linux/tls/tls_session.hpp"

#include "base/error.hpp"
#include "linux/net/address_resolver.hpp"
#include "linux/tls/tls_failure.hpp"

#include <climits>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <poll.h>

namespace chutes::on_linux {
namespace {

struct FreeSsl {
  void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};
using Ssl = std::unique_ptr<SSL, FreeSsl>;

// SSL_set_tlsext_host_name, without the cast its macro hides. The name is copied.
bool set_server_name(SSL* ssl, const std::string& host) {
  std::string name = host;
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

int clipped(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

// Writes go through OpenSSL's socket BIO, which has no MSG_NOSIGNAL: SignalWatch ignores SIGPIPE.
class TlsStream final : public ByteStream {
public:
  TlsStream(FileDescriptor socket, Ssl ssl) : m_socket(std::move(socket)), m_ssl(std::move(ssl)) {}
  ~TlsStream() override {
    // Tells the peer that no more will come, as far as that goes without waiting.
    if (!m_broken)
      SSL_shutdown(m_ssl.get());
    ERR_clear_error();
  }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  [[nodiscard]] int fd() const override { return m_socket.get(); }

  Step read_some(std::span<char> into) override {
    ERR_clear_error();
    return outcome(SSL_read(m_ssl.get(), into.data(), clipped(into.size())));
  }
  Step write_some(std::string_view bytes) override {
    ERR_clear_error();
    return outcome(SSL_write(m_ssl.get(), bytes.data(), clipped(bytes.size())));
  }
  [[nodiscard]] std::string reason_for_ending() const override { return m_reason; }

private:
  Step outcome(int result) {
    if (result > 0)
      return {StepResult::moved, static_cast<std::size_t>(result)};
    switch (SSL_get_error(m_ssl.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {StepResult::wants_read, 0};
    case SSL_ERROR_WANT_WRITE:
      return {StepResult::wants_write, 0};
    case SSL_ERROR_ZERO_RETURN: // close_notify; an end without it is `broken`
      return {StepResult::ended, 0};
    default:
      m_broken = true;
      m_reason += alert_after_handshake(); // said once, whether a write or a read meets it
      return {StepResult::broken, 0};
    }
  }

  FileDescriptor m_socket;
  Ssl m_ssl;
  std::string m_reason;
  bool m_broken = false;
};

// RFC 6125: only subject alternative names count, and a wildcard matches exactly one whole label.
void expect_name(SSL* ssl, const std::string& host) {
  X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(param,
                                  X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  const bool literal = literal_address(host, 0).has_value();
  const int set = literal ? X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str())
                          : X509_VERIFY_PARAM_set1_host(param, host.c_str(), host.size());
  if (set != 1 || (!literal && !set_server_name(ssl, host)))
    throw Error{ErrorKind::internal, "OpenSSL rejected the host name " + host};
}

Ssl prepare_ssl(SSL_CTX* context, int fd, const std::string& host) {
  static constexpr unsigned char http_1_1[] = "\x08http/1.1";
  Ssl ssl{SSL_new(context)};
  if (!ssl || SSL_set_fd(ssl.get(), fd) != 1)
    throw Error{ErrorKind::internal, "OpenSSL could not create a TLS session"};
  expect_name(ssl.get(), host);
  SSL_set_alpn_protos(ssl.get(), http_1_1, sizeof http_1_1 - 1);
  return ssl;
}

} // namespace

std::unique_ptr<ByteStream> tls_handshake(SSL_CTX* context, FileDescriptor socket, const std::string& host,
                                          const std::string& peer, const Wait& wait, SteadyInstant deadline) {
  Ssl ssl = prepare_ssl(context, socket.get(), host);
  while (true) {
    ERR_clear_error();
    const int result = SSL_connect(ssl.get());
    if (result == 1)
      return std::make_unique<TlsStream>(std::move(socket), std::move(ssl));
    const int wanted = SSL_get_error(ssl.get(), result);
    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE)
      throw handshake_failure(ssl.get(), peer);
    if (!wait(socket.get(), wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline))
      throw Error{ErrorKind::network, "could not reach " + peer + ": timed out during the TLS handshake",
                  "try again; if it keeps failing, a firewall or proxy on the way may block TLS"};
  }
}

} // namespace chutes::on_linux
