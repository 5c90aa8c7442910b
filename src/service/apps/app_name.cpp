#include "service/apps/app_name.hpp"

#include <algorithm>
#include <cctype>

namespace chutes::service {
namespace {

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

} // namespace

bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_letter);
}

bool stands_in_the_way(std::string_view existing, std::string_view name) {
  return std::equal(existing.begin(), existing.end(), name.begin(), name.end(),
                    [](char have, char pattern) { return pattern == '_' || same_letter(have, pattern); });
}

} // namespace chutes::service
