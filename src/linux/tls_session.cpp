#include "linux/tls_session.hpp"

#include "base/error.hpp"
#include "linux/address_resolver.hpp"
#include "linux/tls_trust.hpp"

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
      ERR_clear_error();
      return {StepResult::broken, 0};
    }
  }

  FileDescriptor m_socket;
  Ssl m_ssl;
  bool m_broken = false;
};

// RFC 6125: only subject alternative names count, and a wildcard stands for exactly one whole label.
void expect_name(SSL* ssl, const std::string& host) {
  X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(param,
                                  X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  const bool literal = literal_address(host, 0).has_value();
  const int set = literal ? X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str())
                          : X509_VERIFY_PARAM_set1_host(param, host.c_str(), host.size());
  if (set != 1 || (!literal && !set_server_name(ssl, host)))
    throw Error{ErrorKind::internal, "OpenSSL would not check for the name " + host};
}

Ssl prepare_ssl(SSL_CTX* context, int fd, const std::string& host) {
  static constexpr unsigned char http_1_1[] = "\x08http/1.1";
  Ssl ssl{SSL_new(context)};
  if (!ssl || SSL_set_fd(ssl.get(), fd) != 1)
    throw Error{ErrorKind::internal, "OpenSSL gave no session"};
  expect_name(ssl.get(), host);
  SSL_set_alpn_protos(ssl.get(), http_1_1, sizeof http_1_1 - 1);
  return ssl;
}

std::string handshake_failure(unsigned long code) {
  switch (ERR_GET_REASON(code)) {
  case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
  case SSL_R_UNSUPPORTED_PROTOCOL:
  case SSL_R_WRONG_SSL_VERSION:
    return "it does not speak TLS 1.2 or newer";
  case SSL_R_WRONG_VERSION_NUMBER:
  case SSL_R_HTTP_REQUEST:
    return "it does not speak TLS there";
  default:
    break;
  }
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  if (reason == nullptr || ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
    return "it closed the connection during the TLS handshake";
  return reason;
}

[[noreturn]] void fail_handshake(const SSL* ssl, const std::string& peer) {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  if (const long verdict = SSL_get_verify_result(ssl); verdict != X509_V_OK) {
    const auto [reason, hint] = distrust(verdict);
    throw Error{ErrorKind::network, "could not trust " + peer + ": " + reason, hint};
  }
  throw Error{ErrorKind::network, "could not reach " + peer + ": " + handshake_failure(code),
              "check the address, and the proxy if there is one"};
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
      fail_handshake(ssl.get(), peer);
    if (!wait(socket.get(), wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline))
      throw Error{ErrorKind::network, "could not reach " + peer + ": timed out during the TLS handshake",
                  "try again"};
  }
}

} // namespace chutes::on_linux
