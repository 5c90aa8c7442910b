#include "linux/loopback/port_owner.hpp"

#include "base/ascii.hpp"
#include "base/terminal_text.hpp"
#include "linux/loopback/tcp_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

namespace chutes::on_linux {
namespace {

namespace fs = std::filesystem;

// The inodes of sockets that listen on `port`, from one of the kernel's tables.
void add_listeners(const char* table, std::uint16_t port, std::set<std::string>& inodes) {
  std::array<char, 8> suffix{};
  static_cast<void>(std::snprintf(suffix.data(), suffix.size(), ":%04X", port));
  each_tcp_row(table, [&](const TcpRow& row) {
    if (row.state == tcp_listening && row.local.ends_with(suffix.data()))
      inodes.insert("socket:[" + std::string{row.inode} + "]");
  });
}

bool holds_one_of(const fs::path& process, const std::set<std::string>& sockets) {
  std::error_code hidden; // other users' processes do not show their descriptors
  for (fs::directory_iterator entry{process / "fd", hidden}, end; !hidden && entry != end;
       entry.increment(hidden)) {
    std::error_code gone;
    if (sockets.contains(fs::read_symlink(entry->path(), gone).string()))
      return true;
  }
  return false;
}

std::string name_of(const fs::path& process) {
  std::ifstream file{process / "comm"};
  std::string name;
  std::getline(file, name);
  return one_line(name, 40);
}

} // namespace

std::string port_owner(std::uint16_t port) {
  std::set<std::string> sockets;
  add_listeners("/proc/net/tcp", port, sockets);
  add_listeners("/proc/net/tcp6", port, sockets);
  if (sockets.empty())
    return {};
  std::error_code ignored;
  for (fs::directory_iterator entry{"/proc", ignored}, end; !ignored && entry != end;
       entry.increment(ignored)) {
    const auto pid = entry->path().filename().string();
    if (std::all_of(pid.begin(), pid.end(), is_digit) && holds_one_of(entry->path(), sockets))
      return name_of(entry->path()) + " (pid " + pid + ")";
  }
  return {};
}

} // namespace chutes::on_linux
