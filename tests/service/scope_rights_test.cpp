#include "service/scope_rights.hpp"

#include <doctest/doctest.h>

using chutes::service::has_right_of;

TEST_CASE("scopes that stand for the same right replace one another, and admin replaces all") {
  const std::pair<const char*, const char*> same[] = {
      {"profile", "profile"},
      {"profile:read", "profile"},
      {"account:read", "profile"},
      {"quota", "profile"},
      {"quota:read", "profile"},
      {"balance", "billing:read"},
      {"balance:read", "balance"},
      {"usage", "usage:read"},
      {"invocations:read", "usage"},
      {"chutes:invoke", "chutes:invoke"},
      {"admin", "profile"},
      {"admin", "chutes:invoke"},
      {"admin", "admin"},
      {"openid", "openid"},
      {"profile", "openid"},
      {"account:read", "openid"},
  };
  for (const auto& [held, scope] : same)
    CHECK_MESSAGE(has_right_of({"openid", held}, scope), held << " " << scope);
  const std::pair<const char*, const char*> other[] = {
      {"chutes:invoke", "openid"},  {"openid", "profile"}, {"balance", "profile"},
      {"usage", "balance"},         {"profile", "admin"},  {"chutes:read", "chutes:invoke"},
      {"profile", "chutes:invoke"},
  };
  for (const auto& [held, scope] : other)
    CHECK_MESSAGE(!has_right_of({held}, scope), held << " " << scope);
  CHECK(!has_right_of({}, "profile"));
}
