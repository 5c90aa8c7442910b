// Regular expressions of ECMA-262, with Unicode (its flag u), as JSON Schema has them; matched by PCRE2.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace chutes::service {

// Returns the pattern in PCRE2's syntax, for a match in UTF-8 mode. Absent if it is not one of ECMA-262, or
// uses what PCRE2 has no word for. Escaped punctuation and single braces are accepted, as without the flag.
[[nodiscard]] std::optional<std::string> translated_pattern(std::string_view pattern);

enum class Match { yes, no, unknown };

// Matches patterns, and keeps them compiled. PCRE2 is loaded with the first.
class EcmaPatterns {
public:
  EcmaPatterns();
  ~EcmaPatterns();
  EcmaPatterns(const EcmaPatterns&) = delete;
  EcmaPatterns& operator=(const EcmaPatterns&) = delete;

  // Whether the pattern occurs in `text`. Unknown if it cannot be applied: it is no pattern, PCRE2 cannot
  // match it, or is not installed, or matching it takes too many steps; then it is not tried again.
  [[nodiscard]] Match find(const std::string& pattern, std::string_view text);
  // Whether it is a pattern.
  [[nodiscard]] Match is_pattern(const std::string& pattern);

private:
  struct Compiled;
  Compiled& compiled(const std::string& pattern);

  std::map<std::string, std::unique_ptr<Compiled>> m_compiled;
};

} // namespace chutes::service
