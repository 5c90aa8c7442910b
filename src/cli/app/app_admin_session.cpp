#include "cli/app/app_admin_session.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"

#include <algorithm>
#include <cctype>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_shown = 100;

std::string in_quotes(const std::string& text) {
  return "'" + one_line(text, longest_shown) + "'";
}

// The key, after it is certain that it may be asked for.
Secret key_for(const AdminKeyOptions& options, Context& context) {
  if (!context.server().is_chutes)
    throw Error{ErrorKind::usage, "apps are managed at the Chutes service only",
                "at other issuers use what they offer; leave --issuer out"};
  return choose_admin_key(options, context);
}

bool is_uuid(const std::string& word) {
  constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return word.size() == form.size() &&
         std::equal(word.begin(), word.end(), form.begin(), [](unsigned char c, char place) {
           return place == '-' ? c == '-' : std::isxdigit(c) != 0;
         });
}

std::string candidates(const std::vector<service::App>& apps) {
  constexpr std::size_t most = 10;
  std::string text;
  for (std::size_t i = 0; i < apps.size() && i < most; ++i)
    text += (i == 0 ? "" : ", ") + in_quotes(apps[i].name) + " " + one_line(apps[i].app_id, longest_shown) +
            " (" + one_line(apps[i].client_id, longest_shown) + ")";
  return apps.size() > most ? text + ", …" : text;
}

} // namespace

bool looks_like_app_id(const std::string& word) {
  return word.starts_with("cid_") || is_uuid(word);
}

AppAdminSession::AppAdminSession(const AdminKeyOptions& options, Context& context)
    : m_context(context),
      m_key(key_for(options, context)),
      apps(context.endpoints, m_key, context.platform.http),
      authorizations(context.endpoints, m_key, context.platform.http) {}

service::App AppAdminSession::required(const std::optional<std::string>& word) const {
  const auto lists = "'" + m_context.program + " app list' lists yours";
  if (!word || word->empty())
    throw Error{ErrorKind::usage, "the command wants an app: its id, its client id or its name", lists};
  if (looks_like_app_id(*word))
    if (auto app = apps.find(*word))
      return std::move(*app);
  auto named = apps.named(*word);
  if (named.size() == 1 && named.front().name == *word)
    return std::move(named.front());
  if (named.empty())
    throw Error{ErrorKind::service, "there is no app " + in_quotes(*word) + " of yours",
                lists + "; inactive ones are not listed, and found by their id only"};
  const bool exact = named.front().name == *word;
  throw Error{ErrorKind::usage,
              exact ? in_quotes(*word) + " names several apps: " + candidates(named)
                    : "there is no app " + in_quotes(*word) + ", but " + candidates(named),
              exact ? "give the app id of the one you mean"
                    : "give the name exactly as it is, or the app id"};
}

} // namespace chutes::cli
