#include "linux/tls/tls_session.hpp"

#include "base/error.hpp"
#include "linux/net/address_resolver.hpp"

#include <climits>
#include <openssl/bio.h>
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

// What OpenSSL reads from and writes to: a stream, and whether it has ended.
struct Below {
  std::unique_ptr<ByteStream> stream;
  bool ended = false;
};

// OpenSSL's word for a step: 1 if it moved bytes; else 0, and `bio` says what it needs.
int told(BIO* bio, const Step& step, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  *count = step.count;
  if (step.result == StepResult::wants_read)
    BIO_set_retry_read(bio);
  else if (step.result == StepResult::wants_write)
    BIO_set_retry_write(bio);
  return step.result == StepResult::moved ? 1 : 0;
}

int read_below(BIO* bio, char* into, std::size_t size, std::size_t* count) {
  auto& below = *static_cast<Below*>(BIO_get_data(bio));
  const Step step = below.stream->read_some({into, size});
  below.ended = step.result == StepResult::ended;
  return told(bio, step, count);
}

int write_below(BIO* bio, const char* bytes, std::size_t size, std::size_t* count) {
  return told(bio, static_cast<Below*>(BIO_get_data(bio))->stream->write_some({bytes, size}), count);
}

long control_below(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF)
    return static_cast<Below*>(BIO_get_data(bio))->ended ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* below_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "A stream of this program");
    BIO_meth_set_read_ex(made, read_below);
    BIO_meth_set_write_ex(made, write_below);
    BIO_meth_set_ctrl(made, control_below);
    return made;
  }();
  return method;
}

class TlsStream final : public ByteStream {
public:
  TlsStream(std::unique_ptr<Below> below, Ssl ssl) : m_below(std::move(below)), m_ssl(std::move(ssl)) {}
  ~TlsStream() override {
    // Tells the peer that no more will come, as far as that goes without waiting.
    if (!m_broken)
      SSL_shutdown(m_ssl.get());
    ERR_clear_error();
  }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  [[nodiscard]] int fd() const override { return m_below->stream->fd(); }

  Step read_some(std::span<char> into) override {
    ERR_clear_error();
    return outcome(SSL_read(m_ssl.get(), into.data(), clipped(into.size())));
  }
  Step write_some(std::string_view bytes) override {
    ERR_clear_error();
    return outcome(SSL_write(m_ssl.get(), bytes.data(), clipped(bytes.size())));
  }
  void begin_message() override { m_below->stream->begin_message(); }
  [[nodiscard]] bool message_came_too_late() const override {
    return m_below->stream->message_came_too_late();
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

  std::unique_ptr<Below> m_below; // outlives m_ssl, which writes to it
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

Ssl prepare_ssl(SSL_CTX* context, Below& below, const std::string& host) {
  static constexpr unsigned char http_1_1[] = "\x08http/1.1";
  Ssl ssl{SSL_new(context)};
  BIO* bio = BIO_new(below_method());
  if (!ssl || bio == nullptr)
    throw Error{ErrorKind::internal, "OpenSSL could not create a TLS session"};
  BIO_set_data(bio, &below);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl.get(), bio, bio); // takes it
  expect_name(ssl.get(), host);
  SSL_set_alpn_protos(ssl.get(), http_1_1, sizeof http_1_1 - 1);
  return ssl;
}

} // namespace

std::unique_ptr<ByteStream> tls_handshake(SSL_CTX* context, std::unique_ptr<ByteStream> below,
                                          const TlsPeer& peer, const Wait& wait, SteadyInstant deadline) {
  auto end = std::make_unique<Below>(Below{std::move(below)});
  Ssl ssl = prepare_ssl(context, *end, peer.host);
  while (true) {
    ERR_clear_error();
    const int result = SSL_connect(ssl.get());
    if (result == 1)
      return std::make_unique<TlsStream>(std::move(end), std::move(ssl));
    const int wanted = SSL_get_error(ssl.get(), result);
    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE)
      throw handshake_failure(ssl.get(), peer);
    if (!wait(end->stream->fd(), wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline))
      throw Error{ErrorKind::network, "could not reach " + peer.name + ": timed out during the TLS handshake",
                  "try again; if it keeps failing, a firewall or proxy on the way may block TLS"};
  }
}

} // namespace chutes::on_linux
