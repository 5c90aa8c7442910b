#include "session/loopback_ports.hpp"

#include "base/error.hpp"
#include "session/client_registration.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace chutes::session {
namespace {

constexpr unsigned first_random_port = 20000;
constexpr unsigned last_random_port = 28400;

std::uint16_t random_port(Random& random) {
  std::array<std::byte, 4> bytes{};
  random.fill(bytes);
  unsigned number = 0;
  for (const auto byte : bytes)
    number = (number << 8U) | std::to_integer<unsigned>(byte);
  return static_cast<std::uint16_t>(first_random_port + number % (last_random_port - first_random_port + 1));
}

} // namespace

bool can_listen(const oauth::RedirectUri& uri, Loopback& loopback) {
  return loopback.listen(uri.family(), uri.url.port) != nullptr; // closed at once
}

std::vector<oauth::RedirectUri> new_redirect_uris(Loopback& loopback, Random& random) {
  constexpr int max_attempts = 100;
  auto uris = default_redirect_uris();
  for (int i = 0; i < max_attempts; ++i) {
    auto uri =
        oauth::RedirectUri::parse("http://127.0.0.1:" + std::to_string(random_port(random)) + "/callback");
    if (uri && can_listen(*uri, loopback)) {
      uris.push_back(std::move(*uri));
      return uris;
    }
  }
  throw Error{ErrorKind::not_authorized, "found no free port on the loopback interface",
              "list the programs that listen there with 'ss -ltnp'"};
}

bool any_can_listen(const std::vector<oauth::RedirectUri>& uris, Loopback& loopback) {
  return std::any_of(uris.begin(), uris.end(), [&](const auto& uri) { return can_listen(uri, loopback); });
}

} // namespace chutes::session
