#include "cli/output/drawing.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace chutes::cli {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 2> blocks{{{"█", '#'}, {"░", '-'}}};

} // namespace

bool shows_utf8(const Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (auto value = environment.find(name)) {
      std::transform(value->begin(), value->end(), value->begin(),
                     [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
      return value->find("utf-8") != std::string::npos || value->find("utf8") != std::string::npos;
    }
  return true;
}

std::string drawn(std::string text, const Environment& environment) {
  if (shows_utf8(environment))
    return text;
  for (const auto& [block, plain] : blocks)
    for (auto at = text.find(block); at != std::string::npos; at = text.find(block, at + 1))
      text.replace(at, block.size(), 1, plain);
  return text;
}

} // namespace chutes::cli
