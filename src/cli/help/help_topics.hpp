// What scripts rely on besides the commands: exit codes, environment variables and files, as one table for
// `help`, the manual and the tests.
#pragma once

#include <string>
#include <vector>

namespace chutes::cli {

struct HelpEntry {
  std::vector<std::string> names; // one or several related ones, such as HTTPS_PROXY and NO_PROXY
  std::string meaning;            // one or a few sentences
};

struct HelpTopic {
  std::string name; // "exit-codes"
  std::string purpose;
  std::vector<HelpEntry> entries;
};

[[nodiscard]] const std::vector<HelpTopic>& help_topics();
// Returns null if there is no topic of that name.
[[nodiscard]] const HelpTopic* find_topic(const std::string& name);

} // namespace chutes::cli
