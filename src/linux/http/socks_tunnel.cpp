#include "linux/http/socks_tunnel.hpp"

#include "base/error.hpp"
#include "linux/http/proxy_dialogue.hpp"
#include "linux/http/response_head.hpp"

#include <array>
#include <netinet/in.h>
#include <optional>

namespace chutes::on_linux {
namespace {

constexpr char version = 5;
constexpr char no_authentication = 0;
constexpr char user_and_password = 2;
constexpr std::array<const char*, 9> replies{"",
                                             "general failure",
                                             "its rules do not allow it",
                                             "network unreachable",
                                             "host unreachable",
                                             "connection refused",
                                             "the time to live expired",
                                             "it does not support the command",
                                             "it does not support the type of address"};

// One byte of length, and the text.
std::string with_length(const std::string& text) {
  return static_cast<char>(text.size()) + text;
}

bool fits(const std::string& text) {
  constexpr std::size_t longest = 255;
  return text.size() <= longest;
}

std::string address_field(const SocketAddress& address) {
  if (address.family() == AF_INET) {
    const auto& ipv4 = *reinterpret_cast<const sockaddr_in*>(&address.storage);
    return '\x01' + std::string(reinterpret_cast<const char*>(&ipv4.sin_addr), sizeof ipv4.sin_addr);
  }
  const auto& ipv6 = *reinterpret_cast<const sockaddr_in6*>(&address.storage);
  return '\x04' + std::string(reinterpret_cast<const char*>(&ipv6.sin6_addr), sizeof ipv6.sin6_addr);
}

std::string name_field(const std::string& host) {
  if (!fits(host))
    throw Error{ErrorKind::usage, "the host name is too long for a SOCKS proxy", "check the address"};
  return '\x03' + with_length(host);
}

class SocksTunnel {
public:
  SocksTunnel(ByteStream& stream, const Proxy& proxy, const Wait& wait, SteadyInstant deadline)
      : m_proxy(proxy), m_dialogue(stream, proxy, wait, deadline) {}

  void authenticate() {
    const bool has_credentials = !m_proxy.credentials.empty();
    std::string methods{no_authentication};
    if (has_credentials)
      methods += user_and_password;
    m_dialogue.send(version + with_length(methods));
    const char method = answer(2)[1];
    if (method == user_and_password && has_credentials)
      return send_password();
    if (method == no_authentication)
      return;
    if (has_credentials)
      throw Error{ErrorKind::network,
                  m_proxy.text() + " requires an authentication method that this program does not support",
                  "ask the proxy's operator for user name and password, or add the host to NO_PROXY"};
    throw Error{ErrorKind::network, m_proxy.text() + " requires a user name and a password",
                "set " + m_proxy.variable + " to " +
                    (m_proxy.kind == ProxyKind::socks5 ? "socks5" : "socks5h") +
                    "://USER:PASSWORD@HOST:PORT"};
  }

  // `destination` is a name or an address as RFC 1928 §5 encodes it.
  void connect(const std::string& destination, const Url& url) {
    const std::string port{static_cast<char>(url.port >> 8U), static_cast<char>(url.port & 0xFFU)};
    m_dialogue.send(std::string{version, 1, 0} + destination + port);
    const auto head = answer(4);
    if (const auto reply = static_cast<unsigned char>(head[1]); reply != 0)
      throw Error{ErrorKind::network,
                  m_proxy.text() + " could not connect to " + url.authority() + ": " +
                      (reply < replies.size() ? replies[reply] : "reply " + std::to_string(reply)),
                  "check the address, ask the proxy's operator, or add the host to NO_PROXY"};
    static_cast<void>(m_dialogue.receive(bound_address_length(head[3]) + port.size()));
  }

private:
  void send_password() {
    const auto& credentials = m_proxy.credentials.reveal();
    const auto colon = credentials.find(':');
    const auto user = credentials.substr(0, colon);
    const auto password = credentials.substr(colon + 1);
    if (!fits(user) || !fits(password))
      throw Error{ErrorKind::usage,
                  "the user name or password of the proxy in " + m_proxy.variable + " is too long for SOCKS",
                  "shorten it to 255 bytes"};
    m_dialogue.send('\x01' + with_length(user) + with_length(password));
    if (m_dialogue.receive(2)[1] != 0)
      throw Error{ErrorKind::network, m_proxy.text() + " rejected the user name and password",
                  "check them in " + m_proxy.variable +
                      ", and write characters such as @ and : as %40 and %3A"};
  }

  std::string answer(std::size_t size) {
    auto bytes = m_dialogue.receive(1);
    if (bytes[0] != version)
      refuse_answer(m_proxy.text(), "it does not speak SOCKS 5");
    return bytes + m_dialogue.receive(size - 1);
  }

  std::size_t bound_address_length(char type) {
    switch (type) {
    case 1:
      return 4;
    case 3:
      return static_cast<unsigned char>(m_dialogue.receive(1)[0]);
    case 4:
      return 16;
    default:
      refuse_answer(m_proxy.text(), "it does not speak SOCKS 5");
    }
  }

  const Proxy& m_proxy;
  ProxyDialogue m_dialogue;
};

} // namespace

void open_socks_tunnel(ByteStream& stream, const Proxy& proxy, const Url& url, AddressResolver& resolver,
                       const Wait& wait, SteadyInstant deadline) {
  auto address = literal_address(url.host, url.port);
  if (!address && proxy.kind == ProxyKind::socks5)
    address = resolver.resolve(url.host, url.port, wait, deadline).front();
  SocksTunnel tunnel{stream, proxy, wait, deadline};
  tunnel.authenticate();
  tunnel.connect(address ? address_field(*address) : name_field(url.host), url);
}

} // namespace chutes::on_linux
