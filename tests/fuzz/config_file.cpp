// Fuzzes the configuration file: a setting can be replaced in place without changing anything else; an error
// names the line without repeating it.
#include "base/error.hpp"
#include "cli/command/configuration.hpp"
#include "fuzz/fuzz.hpp"

using namespace chutes;
using namespace chutes::cli;

namespace {

void check_replaced(std::string text, const std::vector<Setting>& settings, std::size_t index) {
  text.replace(settings[index].start, settings[index].length, "\"anew\"");
  const auto again = parse_settings(text, "config.toml");
  fuzz::require(again.size() == settings.size());
  for (std::size_t i = 0; i < again.size(); ++i) {
    fuzz::require(again[i].name == settings[i].name && again[i].line == settings[i].line);
    fuzz::require(again[i].value == (i == index ? "anew" : settings[i].value));
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{fuzz::text_of(data, size)};
  try {
    const auto settings = parse_settings(text, "config.toml");
    for (std::size_t i = 0; i < settings.size() && i < 8; ++i) {
      fuzz::require(!settings[i].name.empty() && settings[i].value.find('\n') == std::string::npos);
      check_replaced(text, settings, i);
    }
  } catch (const Error& error) {
    fuzz::require(error.kind() == ErrorKind::usage);
    fuzz::require(std::string_view{error.what()}.starts_with("config.toml, line "));
    fuzz::require_line(error.what(), 80);
  }
  return 0;
}
