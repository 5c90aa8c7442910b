#include "service/apps/app_rules.hpp"

#include "base/ascii.hpp"
#include "base/terminal_text.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "service/apps/name_characters.hpp"

#include <algorithm>
#include <set>

namespace chutes::service {
namespace {

constexpr std::size_t shortest_name = 3; // characters
constexpr std::size_t longest_name = 64;
constexpr std::size_t most_redirect_uris = 10;
constexpr long longest_lifetime = 30; // days
constexpr std::size_t longest_shown = 200;

// Collects the rules that are broken.
struct RuleChecker {
  void require(bool holds, const char* field, const std::string& text) {
    if (!holds)
      found.push_back({field, text});
  }
  std::vector<Violation> found;
};

std::string shown(std::string_view text) {
  return quote(one_line(text, longest_shown), '\'');
}

// ASCII as the service lists it. Of other scripts, the service decides what a letter is.
bool allowed_in_name(const Utf8Character& character) {
  if (character.kind != Utf8::complete)
    return false;
  constexpr char32_t first_beyond_ascii = 0x80;
  if (character.value >= first_beyond_ascii)
    return !is_refused_in_names(character.value);
  const auto c = static_cast<char>(character.value);
  return is_letter(c) || is_digit(c) || std::string_view{" \t\r\n\f\v_-."}.find(c) != std::string_view::npos;
}

std::string shown_character(std::string_view character) {
  const auto visible = one_line(character, longest_shown);
  return visible.empty() ? "a control character" : quote(visible, '\'');
}

// The first character that a name must not contain; empty if there is none.
std::string_view first_forbidden(std::string_view name) {
  while (!name.empty()) {
    const auto character = next_character(name);
    if (!allowed_in_name(character))
      return name.substr(0, character.length);
    name.remove_prefix(character.length);
  }
  return {};
}

void validate_name(const std::string& name, RuleChecker& checker) {
  const auto length = character_count(name);
  checker.require(length >= shortest_name && length <= longest_name, "name",
                  "must have 3 to 64 characters, not " + std::to_string(length));
  const auto forbidden = first_forbidden(name);
  checker.require(forbidden.empty(), "name",
                  "may contain only letters, digits, spaces, '-', '_' and '.', not " +
                      shown_character(forbidden));
}

bool has_web_scheme(std::string_view uri) {
  return uri.starts_with("http://") || uri.starts_with("https://");
}

void validate_redirect_uris(const std::vector<std::string>& uris, RuleChecker& checker) {
  checker.require(!uris.empty(), "redirect_uris", "at least one is required");
  checker.require(uris.size() <= most_redirect_uris, "redirect_uris",
                  "at most 10 are allowed, not " + std::to_string(uris.size()));
  for (const auto& uri : uris)
    checker.require(has_web_scheme(uri), "redirect_uris",
                    "must begin with http:// or https://: " + shown(uri));
}

void validate_presence(const AppFields& fields, RuleChecker& checker) {
  checker.require(fields.name.has_value(), "name", "is required");
  checker.require(fields.redirect_uris.has_value(), "redirect_uris", "at least one is required");
  checker.require(!fields.active.has_value(), "active", "cannot be set at creation; a new app is active");
}

// The service treats an empty string like an absent one: it keeps the current value.
void validate_change(const AppFields& fields, RuleChecker& checker) {
  checker.require(fields != AppFields{}, "change", "no field is given");
  const auto validate_text = [&](const char* field, const std::optional<std::string>& text) {
    checker.require(!text || !text->empty(), field, "can be replaced, but not cleared");
  };
  validate_text("description", fields.description);
  validate_text("homepage_url", fields.homepage_url);
  validate_text("logo_url", fields.logo_url);
  checker.require(!fields.scopes.has_value(), "allowed_scopes", "cannot be changed after the app is created");
}

bool is_loopback_uri(const std::string& uri) {
  const auto url = Url::parse(uri);
  return url && url->is_loopback();
}

void warn_about(const std::string& uri, std::vector<std::string>& warnings) {
  if (uri.find('#') != std::string::npos)
    warnings.push_back(shown(uri) +
                       " has a fragment; the service appends its response to it, where no server sees it");
  else if (uri.find('?') != std::string::npos)
    warnings.push_back(shown(uri) +
                       " has a query; the service appends a second '?', which few servers understand");
  else if (has_web_scheme(uri) && !Url::parse(uri))
    warnings.push_back(shown(uri) + " is not a URL that a browser can follow");
  if (uri.starts_with("http://") && Url::parse(uri) && !is_loopback_uri(uri))
    warnings.push_back(shown(uri) +
                       " uses plain http; anyone on the network path can read the code and sign in with it");
}

} // namespace

bool name_collides(std::string_view name, std::string_view existing) {
  name = stripped(name);
  return std::equal(existing.begin(), existing.end(), name.begin(), name.end(), [](char have, char pattern) {
    return pattern == '_' || equals_ignoring_case({&have, 1}, {&pattern, 1});
  });
}

std::vector<Violation> violations(const AppFields& fields, AppFieldsFor purpose) {
  RuleChecker checker;
  if (purpose == AppFieldsFor::creation)
    validate_presence(fields, checker);
  else
    validate_change(fields, checker);
  if (fields.name)
    validate_name(*fields.name, checker);
  if (fields.redirect_uris)
    validate_redirect_uris(*fields.redirect_uris, checker);
  if (const auto days = fields.refresh_token_lifetime_days)
    checker.require(*days >= 1 && *days <= longest_lifetime, "refresh_token_lifetime_days",
                    "must be 1 to 30 days, not " + std::to_string(*days));
  return checker.found;
}

std::string violations_text(const std::vector<Violation>& violations) {
  std::vector<std::string> texts;
  texts.reserve(violations.size());
  for (const auto& violation : violations)
    texts.push_back(violation.field + ": " + violation.text);
  return join(texts, "; ");
}

std::vector<std::string> redirect_uri_warnings(const std::vector<std::string>& redirect_uris) {
  std::vector<std::string> warnings;
  std::set<std::string> seen;
  for (const auto& uri : redirect_uris) {
    if (!seen.insert(uri).second) {
      warnings.push_back(shown(uri) + " is listed twice");
      continue;
    }
    warn_about(uri, warnings);
  }
  return warnings;
}

} // namespace chutes::service
