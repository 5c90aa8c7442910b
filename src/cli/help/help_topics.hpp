// What scripts rely on beside the commands: exit codes, variables and files, as one table for `help`, the
// manual and the tests.
#pragma once

#include <string>
#include <vector>

namespace chutes::cli {

struct HelpEntry {
  std::vector<std::string> names; // several that belong together, as HTTPS_PROXY and NO_PROXY
  std::string meaning;            // one or a few sentences
};

struct HelpTopic {
  std::string name; // "exit-codes"
  std::string purpose;
  std::vector<HelpEntry> entries;
};

[[nodiscard]] const std::vector<HelpTopic>& help_topics();
// Null: there is none of that name.
[[nodiscard]] const HelpTopic* find_topic(const std::string& name);

} // namespace chutes::cli
