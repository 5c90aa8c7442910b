#include "linux/http/proxy_tunnel.hpp"

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/error.hpp"
#include "linux/http/response_head.hpp"

#include <array>
#include <poll.h>

namespace chutes::on_linux {
namespace {

std::string connect_request(const Proxy& proxy, const Url& url) {
  const std::string name = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  const std::string target = name + ":" + std::to_string(url.port);
  std::string text = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target +
                     "\r\nUser-Agent: chutes-login/" CHUTES_VERSION "\r\n";
  if (!proxy.credentials.empty())
    text += "Proxy-Authorization: Basic " + base64_encode(proxy.credentials.reveal()) + "\r\n";
  return text + "\r\n";
}

class Tunnel {
public:
  Tunnel(ByteStream& stream, std::string name, const Wait& wait, SteadyInstant deadline)
      : m_stream(stream), m_name(std::move(name)), m_wait(wait), m_deadline(deadline) {}

  void send(std::string_view text) {
    while (!text.empty())
      text.remove_prefix(next([&] { return m_stream.write_some(text); }));
  }

  ResponseHead receive_head() {
    HeadReader reader{m_name};
    std::array<char, 1> byte{}; // one by one: what follows the head belongs to TLS
    while (true) {
      next([&] { return m_stream.read_some(byte); });
      std::string_view taken{byte.data(), 1};
      if (!reader.take(taken))
        continue;
      if (reader.head().status >= 200)
        return reader.head();
      reader.next();
    }
  }

private:
  // The bytes that moved in the first step that moved any.
  template <typename Action>
  std::size_t next(const Action& action) {
    while (true) {
      const Step step = action();
      if (step.result == StepResult::moved)
        return step.count;
      if (step.result == StepResult::ended || step.result == StepResult::broken)
        throw Error{ErrorKind::network, m_name + " closed the connection", "check the proxy's address"};
      if (!m_wait(m_stream.fd(), step.result == StepResult::wants_write ? POLLOUT : POLLIN, m_deadline))
        throw Error{ErrorKind::network, "could not reach " + m_name + ": timed out",
                    "check the proxy's address"};
    }
  }

  ByteStream& m_stream;
  std::string m_name;
  const Wait& m_wait;
  SteadyInstant m_deadline;
};

[[noreturn]] void refuse_to_authenticate(const std::string& name, const Proxy& proxy,
                                         const ResponseHead& head) {
  const auto offered = lower(head.joined("proxy-authenticate"));
  if (!offered.empty() && offered.find("basic") == std::string::npos)
    throw Error{ErrorKind::network,
                name + " requires an authentication method that this program does not support",
                "ask the proxy's operator for Basic authentication, or add the host to NO_PROXY"};
  if (proxy.credentials.empty())
    throw Error{ErrorKind::network, name + " requires a user name and a password",
                "set " + proxy.variable + " to http://USER:PASSWORD@HOST:PORT"};
  throw Error{ErrorKind::network, name + " rejected the user name and password",
              "check them in " + proxy.variable + ", and write characters such as @ and : as %40 and %3A"};
}

} // namespace

void open_tunnel(ByteStream& stream, const Proxy& proxy, const Url& url, const Wait& wait,
                 SteadyInstant deadline) {
  const std::string name = "the proxy " + proxy.authority();
  Tunnel tunnel{stream, name, wait, deadline};
  tunnel.send(connect_request(proxy, url));
  const auto head = tunnel.receive_head();
  if (head.status == 407)
    refuse_to_authenticate(name, proxy, head);
  if (head.status / 100 != 2)
    throw Error{ErrorKind::network,
                name + " refused to connect to " + url.authority() + ": status " +
                    std::to_string(head.status),
                "ask the proxy's operator, or add the host to NO_PROXY"};
}

} // namespace chutes::on_linux
