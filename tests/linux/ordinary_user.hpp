// The rights of an ordinary user, for tests that root runs.
#pragma once

#include "child.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <unistd.h>

namespace chutes::on_linux {

inline constexpr uid_t ordinary_user = 65534; // nobody

// Root may write everywhere; while this lives it may not, and the folder belongs to the user it plays.
// Changes nothing for a user who is not root.
class OrdinaryUser {
public:
  explicit OrdinaryUser(const TemporaryFolder& folder) : m_root(::geteuid() == 0) {
    if (!m_root)
      return;
    REQUIRE(::chown(folder.path().c_str(), ordinary_user, ordinary_user) == 0);
    REQUIRE(::setegid(ordinary_user) == 0);
    REQUIRE(::seteuid(ordinary_user) == 0);
  }
  ~OrdinaryUser() {
    if (m_root && (::seteuid(0) != 0 || ::setegid(0) != 0))
      std::abort();
  }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;

private:
  bool m_root;
};

} // namespace chutes::on_linux
