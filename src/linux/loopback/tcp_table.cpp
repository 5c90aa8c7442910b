#include "linux/loopback/tcp_table.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <netinet/in.h>

namespace chutes::on_linux {
namespace {

std::string_view take_word(std::string_view& line) {
  const auto begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos)
    return {};
  line.remove_prefix(begin);
  const auto word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

} // namespace

bool each_tcp_row(const std::string& table, const std::function<void(const TcpRow&)>& visit) {
  std::ifstream file{table};
  std::string text;
  if (!std::getline(file, text)) // the heading
    return false;
  while (std::getline(file, text)) {
    std::string_view line{text};
    TcpRow row;
    take_word(line); // the row's number
    row.local = take_word(line);
    row.remote = take_word(line);
    row.state = take_word(line);
    for (int skipped = 0; skipped < 3; ++skipped) // queues, timer, retransmits
      take_word(line);
    row.uid = take_word(line);
    take_word(line); // timeout
    row.inode = take_word(line);
    if (!row.inode.empty())
      visit(row);
  }
  return true;
}

std::string table_address(const sockaddr_storage& address) {
  std::array<std::uint32_t, 4> words{};
  std::size_t count = 0;
  std::uint16_t port = 0;
  if (address.ss_family == AF_INET) {
    const auto& ipv4 = reinterpret_cast<const sockaddr_in&>(address);
    std::memcpy(words.data(), &ipv4.sin_addr, sizeof ipv4.sin_addr);
    count = 1;
    port = ntohs(ipv4.sin_port);
  } else if (address.ss_family == AF_INET6) {
    const auto& ipv6 = reinterpret_cast<const sockaddr_in6&>(address);
    std::memcpy(words.data(), &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
    count = 4;
    port = ntohs(ipv6.sin6_port);
  }
  std::string result;
  std::array<char, 16> text{};
  for (std::size_t i = 0; i < count; ++i) { // in this machine's byte order, as the kernel does
    static_cast<void>(std::snprintf(text.data(), text.size(), "%08X", words.at(i)));
    result += text.data();
  }
  if (count == 0)
    return result;
  static_cast<void>(std::snprintf(text.data(), text.size(), ":%04X", port));
  return result + text.data();
}

} // namespace chutes::on_linux
