#include "service/apps/app_rules.hpp"

#include "base/terminal_text.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace chutes::service {
namespace {

constexpr std::size_t shortest_name = 3; // characters
constexpr std::size_t longest_name = 64;
constexpr std::size_t most_redirect_uris = 10;
constexpr long longest_lifetime = 30; // days
constexpr std::size_t longest_shown = 200;

struct Judge {
  void require(bool holds, const char* field, const std::string& text) {
    if (!holds)
      found.push_back({field, text});
  }
  std::vector<Violation> found;
};

std::string in_quotes(std::string_view text) {
  return "'" + one_line(text, longest_shown) + "'";
}

std::size_t characters_in(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count)
    text.remove_prefix(next_character(text).length);
  return count;
}

// Of ASCII what the service lists; of other scripts the service knows best what a letter is.
bool allowed_in_name(const Utf8Character& character) {
  if (character.kind != Utf8::complete)
    return false;
  constexpr char32_t first_beyond_ascii = 0x80;
  if (character.value >= first_beyond_ascii)
    return true;
  const auto c = static_cast<char>(character.value);
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view{" \t\r\n\f\v_-."}.find(c) != std::string_view::npos;
}

std::string shown_character(std::string_view character) {
  const auto visible = one_line(character, longest_shown);
  return visible.empty() ? "a control character" : "'" + visible + "'";
}

// Empty: there is none.
std::string_view first_forbidden(std::string_view name) {
  while (!name.empty()) {
    const auto character = next_character(name);
    if (!allowed_in_name(character))
      return name.substr(0, character.length);
    name.remove_prefix(character.length);
  }
  return {};
}

void validate_name(const std::string& name, Judge& judge) {
  const auto length = characters_in(name);
  judge.require(length >= shortest_name && length <= longest_name, "name",
                "it has 3 to 64 characters, and this has " + std::to_string(length));
  const auto forbidden = first_forbidden(name);
  judge.require(forbidden.empty(), "name",
                "it holds letters, digits, spaces, '-', '_' and '.', and not " + shown_character(forbidden));
}

bool has_web_scheme(std::string_view uri) {
  return uri.starts_with("http://") || uri.starts_with("https://");
}

void validate_redirect_uris(const std::vector<std::string>& uris, Judge& judge) {
  judge.require(!uris.empty(), "redirect_uris", "there is at least one");
  judge.require(uris.size() <= most_redirect_uris, "redirect_uris",
                "there are at most 10, and these are " + std::to_string(uris.size()));
  for (const auto& uri : uris)
    judge.require(has_web_scheme(uri), "redirect_uris",
                  "each begins with http:// or https://, and this does not: " + in_quotes(uri));
}

void validate_presence(const AppFields& fields, Judge& judge) {
  judge.require(fields.name.has_value(), "name", "an app has one");
  judge.require(fields.redirect_uris.has_value(), "redirect_uris", "there is at least one");
  judge.require(!fields.active.has_value(), "active", "a new app is active; it can be changed afterwards");
}

// The service takes an absent text and an empty one for "as it was".
void validate_change(const AppFields& fields, Judge& judge) {
  judge.require(fields != AppFields{}, "change", "there is nothing in it");
  const auto validate_text = [&](const char* field, const std::optional<std::string>& text) {
    judge.require(!text || !text->empty(), field, "the service can replace it, but not clear it");
  };
  validate_text("description", fields.description);
  validate_text("homepage_url", fields.homepage_url);
  validate_text("logo_url", fields.logo_url);
  judge.require(!fields.scopes.has_value(), "allowed_scopes",
                "the service never changes them after the app was created");
}

bool is_loopback_uri(const std::string& uri) {
  const auto url = Url::parse(uri);
  return url && url->is_loopback();
}

void remark(const std::string& uri, std::vector<std::string>& remarks) {
  if (uri.find('#') != std::string::npos)
    remarks.push_back(in_quotes(uri) +
                      " has a fragment: the service appends its answer to that, and no server sees it");
  else if (uri.find('?') != std::string::npos)
    remarks.push_back(in_quotes(uri) +
                      " has a query: the service appends a second '?', which few servers understand");
  else if (has_web_scheme(uri) && !Url::parse(uri))
    remarks.push_back(in_quotes(uri) + " is no URL that a browser would follow");
  if (uri.starts_with("http://") && Url::parse(uri) && !is_loopback_uri(uri))
    remarks.push_back(in_quotes(uri) +
                      " is plain http: anybody on the way can read the code and sign in with it");
}

} // namespace

std::vector<Violation> violations(const AppFields& fields, AppFieldsFor purpose) {
  Judge judge;
  if (purpose == AppFieldsFor::creation)
    validate_presence(fields, judge);
  else
    validate_change(fields, judge);
  if (fields.name)
    validate_name(*fields.name, judge);
  if (fields.redirect_uris)
    validate_redirect_uris(*fields.redirect_uris, judge);
  if (const auto days = fields.refresh_token_lifetime_days)
    judge.require(*days >= 1 && *days <= longest_lifetime, "refresh_token_lifetime_days",
                  "it is 1 to 30 days, and not " + std::to_string(*days));
  return judge.found;
}

std::string violations_text(const std::vector<Violation>& violations) {
  std::string text;
  for (const auto& violation : violations)
    text += (text.empty() ? "" : "; ") + violation.field + ": " + violation.text;
  return text;
}

std::vector<std::string> redirect_uri_warnings(const std::vector<std::string>& redirect_uris) {
  std::vector<std::string> remarks;
  std::set<std::string> seen;
  for (const auto& uri : redirect_uris) {
    if (!seen.insert(uri).second) {
      remarks.push_back(in_quotes(uri) + " is there twice");
      continue;
    }
    remark(uri, remarks);
  }
  return remarks;
}

} // namespace chutes::service
