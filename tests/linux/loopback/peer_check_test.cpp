// Security 26: only connections of the user who signs in are heard, and where the kernel cannot tell, all
// are.
#include "linux/child.hpp"
#include "linux/loopback/loopback_sockets.hpp"
#include "linux/loopback/peer_check.hpp"
#include "linux/loopback/tcp_table.hpp"
#include "linux/ordinary_user.hpp"
#include "linux/probe.hpp"

#include <arpa/inet.h>
#include <fstream>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

using Admitted = std::vector<bool>;

constexpr uid_t ours = 1000;
constexpr uid_t theirs = 1001;

SteadyInstant in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

std::string address_of(int socket, decltype(::getsockname)* which) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  REQUIRE(which(socket, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  return table_address(address);
}

// A connection that has been accepted, and a folder with tables that say about it what a test writes.
struct Connection {
  Connection() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    const FileDescriptor listening{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    REQUIRE(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listening.get(), 1) == 0);
    REQUIRE(::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
    visitor = FileDescriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    REQUIRE(::connect(visitor.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    accepted = FileDescriptor{::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    here = address_of(accepted.get(), ::getsockname);
    there = address_of(accepted.get(), ::getpeername);
  }

  [[nodiscard]] std::string listener_row() const { return row(here, "00000000:0000", "0A", ours, "11"); }
  [[nodiscard]] std::string our_row(const char* state = "01") const {
    return row(here, there, state, ours, "12");
  }
  [[nodiscard]] std::string their_row(uid_t uid, const char* inode = "13") const {
    return row(there, here, "01", uid, inode);
  }
  // What a check for the user 1000 says of the connection if the table has these rows.
  [[nodiscard]] Admitted judged(const std::string& rows) const {
    std::ofstream{folder / "tcp"} << "  sl  local_address rem_address   st tx_queue rx_queue tr\n" << rows;
    return PeerCheck::only(ours, folder.path()).admits({accepted.get()});
  }

  TemporaryFolder folder;
  FileDescriptor visitor, accepted;
  std::string here, there;

private:
  static std::string row(const std::string& local, const std::string& remote, const char* state, uid_t uid,
                         const char* inode) {
    return "   0: " + local + " " + remote + " " + state + " 00000000:00000000 00:00000000 00000000 " +
           std::to_string(uid) + "        0 " + inode + " 1 0000000000000000 20 4 30 10 -1\n";
  }
};

} // namespace

TEST_CASE("addresses are written as the kernel's tables write them") {
  sockaddr_storage address{};
  auto& ipv4 = reinterpret_cast<sockaddr_in&>(address);
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(28417);
  ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool little_endian = htons(1) != 1;
  CHECK(table_address(address) == (little_endian ? "0100007F:6F01" : "7F000001:6F01"));
  address = {};
  auto& ipv6 = reinterpret_cast<sockaddr_in6&>(address);
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = htons(80);
  ipv6.sin6_addr = in6addr_loopback;
  CHECK(table_address(address) ==
        (little_endian ? "00000000000000000000000001000000:0050" : "00000000000000000000000000000001:0050"));
  address = {};
  CHECK(table_address(address) == "");
}

TEST_CASE("RFC 8252 8.3 and more: a connection stays if its other end is this user's or root's") {
  const Connection connection;
  const auto around = connection.listener_row() + connection.our_row();
  CHECK(connection.judged(around + connection.their_row(ours)) == Admitted{true});
  CHECK(connection.judged(connection.their_row(ours) + around) == Admitted{true});
  CHECK(connection.judged(around + connection.their_row(0)) == Admitted{true}); // sshd, WSL's relay
  CHECK(connection.judged(around + connection.their_row(theirs)) == Admitted{false});
}

TEST_CASE("a connection that no process holds any more belongs to no user, and not to root") {
  const Connection connection;
  CHECK(connection.judged(connection.listener_row() + connection.our_row("08") +
                          connection.their_row(0, "0")) == Admitted{false});
  CHECK(connection.judged(connection.listener_row() + connection.our_row("08")) == Admitted{false});
  CHECK(connection.judged(connection.listener_row()) == Admitted{false});
}

TEST_CASE("where the tables cannot tell, everybody may stay") {
  const Connection connection;
  CHECK(PeerCheck::only(ours, connection.folder / "nowhere").admits({connection.accepted.get()}) ==
        Admitted{true});
  CHECK(connection.judged("") == Admitted{true});                              // an empty table
  CHECK(connection.judged("nonsense\n\n   0:\n") == Admitted{true});           // no table at all
  CHECK(connection.judged(connection.our_row()) == Admitted{true});            // not even our listener
  CHECK(connection.judged(connection.listener_row() + connection.our_row()) == // the other end is elsewhere
        Admitted{true});
}

TEST_CASE("without the check everybody may stay") {
  const Connection connection;
  CHECK(PeerCheck::none().admits({connection.accepted.get(), -1}) == Admitted{true, true});
  CHECK(PeerCheck::only().admits({}) == Admitted{});
}

TEST_CASE("a connection that is gone already does not stay") {
  CHECK(PeerCheck::only().admits({-1}) == Admitted{false});
}

TEST_CASE("the kernel's own tables tell this user's connections from the others'") {
  const Connection connection;
  CHECK(PeerCheck::only(::geteuid()).admits({connection.accepted.get()}) == Admitted{true});
  if (::geteuid() == 0)
    return; // root may always stay
  CHECK(PeerCheck::only(::geteuid() + 1).admits({connection.accepted.get()}) == Admitted{false});
}

TEST_CASE("another user of this machine is closed unread, and the sign-in goes on") {
  if (::geteuid() != 0) {
    MESSAGE("only root can play another user");
    return;
  }
  SignalWatch signals;
  for (const auto& variables : {std::map<std::string, std::string>{}, {{"CHUTES_LOOPBACK_ANY_USER", "1"}}}) {
    LoopbackSockets loopback{Environment{variables}, signals};
    for (const auto family : {LoopbackFamily::ipv4, LoopbackFamily::ipv6}) {
      if (family == LoopbackFamily::ipv6 && !machine_has_ipv6())
        continue;
      const auto listener = loopback.listen(family, 0);
      REQUIRE(listener);
      const TemporaryFolder folder;
      auto stranger = [&] {
        const OrdinaryUser nobody{folder};
        return Probe{listener->port(), family == LoopbackFamily::ipv4 ? AF_INET : AF_INET6};
      }();
      const std::string head = "GET /callback?code=a&state=b HTTP/1.1\r\n\r\n";
      stranger.say(head);
      const auto visit = listener->next(
          in(variables.empty() ? std::chrono::milliseconds{50} : std::chrono::milliseconds{10'000}));
      CHECK((visit != nullptr) == !variables.empty());
      CHECK(listener->rejected_connections() == (variables.empty() ? 1 : 0));
      Probe browser{listener->port(), family == LoopbackFamily::ipv4 ? AF_INET : AF_INET6};
      browser.say(head);
      CHECK(listener->next(in(std::chrono::seconds{10})));
    }
  }
}
