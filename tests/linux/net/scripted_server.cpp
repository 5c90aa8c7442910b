#include "linux/net/scripted_server.hpp"

#include "linux/net/address_resolver.hpp"
#include "linux/tls/test_authority.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>

namespace chutes::on_linux {
namespace {

std::size_t body_size(const std::string& head) {
  const auto at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

} // namespace

Visitor::Visitor(FileDescriptor socket) : m_socket(std::move(socket)) {
  const timeval patience{10, 0};
  ::setsockopt(m_socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(m_socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

Visitor::~Visitor() {
  SSL_free(m_ssl);
  SSL_CTX_free(m_context);
}

bool Visitor::start_tls(const Identity& identity) {
  m_context = identity.server_context();
  m_ssl = SSL_new(m_context);
  SSL_set_fd(m_ssl, m_socket.get());
  const bool done = SSL_accept(m_ssl) == 1;
  ERR_clear_error();
  return done;
}

bool Visitor::read_more() {
  std::array<char, 4096> buffer{};
  const auto count = m_ssl != nullptr ? SSL_read(m_ssl, buffer.data(), static_cast<int>(buffer.size()))
                                      : ::recv(m_socket.get(), buffer.data(), buffer.size(), 0);
  ERR_clear_error();
  if (count > 0)
    m_received.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0;
}

std::string Visitor::read_head() {
  while (m_received.find("\r\n\r\n") == std::string::npos)
    if (!read_more())
      return std::exchange(m_received, {});
  const auto end = m_received.find("\r\n\r\n") + 4;
  auto head = m_received.substr(0, end);
  m_received.erase(0, end);
  return head;
}

std::string Visitor::read_request() {
  const auto head = read_head();
  return head + read_bytes(body_size(head));
}

std::string Visitor::read_bytes(std::size_t count) {
  while (m_received.size() < count && read_more()) {
  }
  auto bytes = m_received.substr(0, count);
  m_received.erase(0, count);
  return bytes;
}

void Visitor::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = m_ssl != nullptr ? SSL_write(m_ssl, bytes.data(), static_cast<int>(bytes.size()))
                                        : ::send(m_socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ERR_clear_error();
    if (count <= 0)
      return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void Visitor::close() {
  m_socket.close();
}

void Visitor::end() {
  ::shutdown(m_socket.get(), SHUT_WR);
}

void Visitor::reset() {
  const linger at_once{1, 0};
  ::setsockopt(m_socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void Visitor::close_orderly() {
  if (m_ssl != nullptr)
    SSL_shutdown(m_ssl);
  close();
}

bool Visitor::wait_for_end() {
  while (read_more()) {
  }
  return true;
}

ScriptedServer::ScriptedServer(std::vector<Script> scripts, const std::string& address) {
  auto local = literal_address(address, 0);
  m_listener = FileDescriptor{::socket(local->family(), SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (::bind(m_listener.get(), local->get(), local->size) != 0 || ::listen(m_listener.get(), 16) != 0)
    throw std::runtime_error{"no listener on " + address};
  ::getsockname(m_listener.get(), reinterpret_cast<sockaddr*>(&local->storage), &local->size);
  m_port = ntohs(
      reinterpret_cast<const sockaddr_in*>(&local->storage)->sin_port); // the same place for both families
  m_thread = std::thread{[this, all = std::move(scripts)] { serve(all); }};
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(m_listener.get(), SHUT_RDWR); // wakes accept
  m_thread.join();
}

void ScriptedServer::serve(const std::vector<Script>& scripts) {
  while (true) {
    FileDescriptor socket{::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (!socket)
      return;
    const auto number = static_cast<std::size_t>(m_connections++);
    Visitor visitor{std::move(socket)};
    if (number < scripts.size())
      scripts[number](visitor);
  }
}

Url ScriptedServer::url(const std::string& target) const {
  return *Url::parse("http://127.0.0.1:" + std::to_string(m_port) + target);
}

Url ScriptedServer::url_of(const std::string& host, const std::string& target) const {
  return *Url::parse("https://" + host + ":" + std::to_string(m_port) + target);
}

ScriptedServer::Script answer_with(std::string bytes) {
  return [bytes = std::move(bytes)](Visitor& visitor) {
    visitor.read_request();
    visitor.send(bytes);
  };
}

std::string ok_response(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

} // namespace chutes::on_linux
