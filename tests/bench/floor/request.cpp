// One request and nothing else: `request PORT DIRECTORY PATH` asks 127.0.0.1 over TLS 1.3, with the
// authorities of a hashed directory, and prints the answer. One TCP connection, one handshake, one exchange.
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace {

int connected(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<in_port_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int one = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? socket : -1;
}

SSL* shaken(int socket, const char* directory) {
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  X509_STORE_load_path(SSL_CTX_get_cert_store(context), directory);
  SSL* ssl = SSL_new(context);
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), "127.0.0.1");
  SSL_set_fd(ssl, socket);
  return SSL_connect(ssl) == 1 ? ssl : nullptr;
}

} // namespace

int main(int count, char** words) {
  if (count != 4)
    return 2;
  const int socket = connected(std::atoi(words[1]));
  SSL* ssl = socket >= 0 ? shaken(socket, words[2]) : nullptr;
  if (ssl == nullptr)
    return 1;
  const std::string request = "GET " + std::string{words[3]} + " HTTP/1.1\r\nHost: 127.0.0.1:" + words[1] +
                              "\r\nAuthorization: Bearer floor\r\nConnection: close\r\n\r\n";
  if (SSL_write(ssl, request.data(), static_cast<int>(request.size())) <= 0)
    return 1;
  std::array<char, 16384> answer{};
  bool any = false;
  for (int got = 0; (got = SSL_read(ssl, answer.data(), static_cast<int>(answer.size()))) > 0; any = true)
    if (::write(STDOUT_FILENO, answer.data(), static_cast<std::size_t>(got)) != got)
      return 1;
  return any ? 0 : 1;
}
