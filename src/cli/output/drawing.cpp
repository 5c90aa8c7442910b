#include "cli/output/drawing.hpp"

#include "base/ascii.hpp"

#include <array>
#include <string_view>

namespace chutes::cli {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 2> blocks{{{"█", '#'}, {"░", '-'}}};

} // namespace

bool shows_utf8(const Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const auto value = environment.find(name)) {
      const auto locale = lower(*value);
      return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
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
