#include "linux/loopback/peer_check.hpp"

#include "linux/loopback/tcp_table.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <limits>
#include <sys/socket.h>

namespace chutes::on_linux {
namespace {

enum class Owner {
  not_found,
  known,
  closed, // the process has closed it; the kernel is shutting it down
};

// One connection's two ends, and what a table says of them.
struct Sighting {
  std::string ours;
  std::string theirs;
  int family = AF_UNSPEC;
  bool listener_seen = false;     // the table shows the socket that accepted it
  bool still_established = false; // our end, in the pass under way
  Owner owner = Owner::not_found;
  uid_t uid = 0;
};

std::string address_of(int connection, decltype(::getsockname)* which, int& family) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (which(connection, reinterpret_cast<sockaddr*>(&address), &length) != 0)
    return {};
  family = address.ss_family;
  return table_address(address);
}

void note(const TcpRow& row, Sighting& sighting) {
  if (row.local == sighting.ours && row.state == tcp_listening)
    sighting.listener_seen = true;
  if (row.local == sighting.ours && row.remote == sighting.theirs && row.state == tcp_established)
    sighting.still_established = true;
  if (row.local != sighting.theirs || row.remote != sighting.ours)
    return;
  const auto parsed = std::from_chars(row.uid.data(), row.uid.data() + row.uid.size(), sighting.uid);
  sighting.owner = row.inode == "0" || parsed.ec != std::errc{} ? Owner::closed : Owner::known;
}

void look(const std::string& table, int family, std::vector<Sighting>& sightings) {
  const auto concerned = [family](const Sighting& one) {
    return one.family == family && one.owner == Owner::not_found;
  };
  if (std::none_of(sightings.begin(), sightings.end(), concerned))
    return;
  for (auto& sighting : sightings)
    sighting.still_established = sighting.still_established && !concerned(sighting);
  each_tcp_row(table, [&](const TcpRow& row) {
    for (auto& sighting : sightings)
      if (sighting.family == family)
        note(row, sighting);
  });
}

// The uid of every user whom this user namespace does not know; none in the first namespace,
// where it is a user like any other.
uid_t unknown_user() {
  std::ifstream map{"/proc/self/uid_map"};
  std::uint64_t inside = 0, outside = 0, count = 0;
  map >> inside >> outside >> count;
  if (!map || count >= std::numeric_limits<std::uint32_t>::max())
    return std::numeric_limits<uid_t>::max();
  uid_t overflow = 65534;
  std::ifstream{"/proc/sys/kernel/overflowuid"} >> overflow;
  return overflow;
}

bool may_stay(const Sighting& sighting, uid_t user) {
  if (sighting.theirs.empty()) // reset before it was accepted
    return false;
  switch (sighting.owner) {
  case Owner::known:
    return sighting.uid == user || sighting.uid == 0 || sighting.uid == unknown_user();
  case Owner::closed:
    return false;
  case Owner::not_found:
    break;
  }
  // Our end was established when the second look had begun, so the first had shown the other end if it were a
  // socket of this machine's.
  return !sighting.listener_seen || sighting.still_established;
}

} // namespace

std::vector<bool> PeerCheck::admits(const std::vector<int>& connections) const {
  if (!m_on || connections.empty())
    return std::vector<bool>(connections.size(), true);
  std::vector<Sighting> sightings;
  sightings.reserve(connections.size());
  for (const int connection : connections) {
    Sighting sighting;
    sighting.theirs = address_of(connection, ::getpeername, sighting.family);
    sighting.ours = address_of(connection, ::getsockname, sighting.family);
    sightings.push_back(std::move(sighting));
  }
  constexpr int looks = 2; // the second only for those whom the first has missed
  for (int i = 0; i < looks; ++i) {
    look(m_folder + "/tcp", AF_INET, sightings);
    look(m_folder + "/tcp6", AF_INET6, sightings);
  }
  std::vector<bool> result;
  result.reserve(sightings.size());
  for (const auto& sighting : sightings)
    result.push_back(may_stay(sighting, m_user));
  return result;
}

} // namespace chutes::on_linux
