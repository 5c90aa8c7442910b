// The kernel's tables of TCP sockets (/proc/net/tcp and tcp6, proc(5)), read a row at a time: they can be
// long on a busy machine.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace chutes::on_linux {

// One socket. Valid only while the visitor runs.
struct TcpRow {
  std::string_view local;  // "0100007F:6F01": the address as the table writes it, the port in hexadecimal
  std::string_view remote; // likewise
  std::string_view state;  // two hexadecimal digits
  std::string_view uid;    // decimal
  std::string_view inode;  // decimal; "0" if no process holds the socket any more
};

inline constexpr std::string_view tcp_established = "01";
inline constexpr std::string_view tcp_listening = "0A";

// Shows every row of the table to `visit`; malformed lines are passed over. False if the table cannot be
// read.
bool each_tcp_row(const std::string& table, const std::function<void(const TcpRow&)>& visit);

// An address as the tables write it; empty if it is neither IPv4 nor IPv6.
[[nodiscard]] std::string table_address(const sockaddr_storage& address);

} // namespace chutes::on_linux
