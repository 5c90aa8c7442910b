// Whose connections a loopback listener takes: only those of the user who runs this program. The loopback
// addresses belong to every user of a machine, and the kernel says who owns the other end.
#pragma once

#include <string>
#include <sys/types.h>
#include <unistd.h>
#include <vector>

namespace chutes::on_linux {

class PeerCheck {
public:
  // Accepts every connection.
  [[nodiscard]] static PeerCheck none() { return PeerCheck{false, 0, ""}; }
  // Admits `user`, and root, who could read this program's memory anyway and whose services forward ports
  // (sshd, WSL's relay). `folder` holds the kernel's tables.
  [[nodiscard]] static PeerCheck only(uid_t user = ::geteuid(), std::string folder = "/proc/net") {
    return PeerCheck{true, user, std::move(folder)};
  }

  // For every connection accepted from a listening socket, in order, whether it may stay. One that no process
  // holds any more may not. Where the tables cannot tell, all may: they are missing or do not show even the
  // listener, or the other end is no socket of this machine's (WSL's mirrored network), or it belongs to a
  // user whom this user namespace does not know.
  [[nodiscard]] std::vector<bool> admits(const std::vector<int>& connections) const;

private:
  PeerCheck(bool on, uid_t user, std::string folder) : m_on(on), m_user(user), m_folder(std::move(folder)) {}

  bool m_on;
  uid_t m_user;
  std::string m_folder;
};

} // namespace chutes::on_linux
