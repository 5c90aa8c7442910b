#include "linux/http/proxy_tunnel.hpp"

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/error.hpp"
#include "linux/http/proxy_dialogue.hpp"
#include "linux/http/response_head.hpp"

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

ResponseHead receive_head(ProxyDialogue& dialogue, const std::string& name) {
  HeadReader reader{name};
  while (true) {
    const auto byte = dialogue.receive(1); // one by one: what follows the head belongs to TLS
    std::string_view taken{byte};
    if (!reader.take(taken))
      continue;
    if (reader.head().status >= 200)
      return reader.head();
    reader.next();
  }
}

[[noreturn]] void refuse_to_authenticate(const std::string& name, const Proxy& proxy,
                                         const ResponseHead& head) {
  const auto offered = lower(head.joined("proxy-authenticate"));
  if (!offered.empty() && offered.find("basic") == std::string::npos)
    throw Error{ErrorKind::network,
                name + " requires an authentication method that this program does not support",
                "ask the proxy's operator for Basic authentication, or add the host to NO_PROXY"};
  if (proxy.credentials.empty())
    throw Error{ErrorKind::network, name + " requires a user name and a password",
                "set " + proxy.variable + " to " + (proxy.kind == ProxyKind::https ? "https" : "http") +
                    "://USER:PASSWORD@HOST:PORT"};
  throw Error{ErrorKind::network, name + " rejected the user name and password",
              "check them in " + proxy.variable + ", and write characters such as @ and : as %40 and %3A"};
}

} // namespace

void open_tunnel(ByteStream& stream, const Proxy& proxy, const Url& url, const Wait& wait,
                 SteadyInstant deadline) {
  const auto name = proxy.text();
  ProxyDialogue dialogue{stream, proxy, wait, deadline};
  dialogue.send(connect_request(proxy, url));
  const auto head = receive_head(dialogue, name);
  if (head.status == 407)
    refuse_to_authenticate(name, proxy, head);
  if (head.status / 100 != 2)
    throw Error{ErrorKind::network,
                name + " refused to connect to " + url.authority() + ": status " +
                    std::to_string(head.status),
                "ask the proxy's operator, or add the host to NO_PROXY"};
}

} // namespace chutes::on_linux
