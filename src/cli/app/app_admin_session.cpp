#include "cli/app/app_admin_session.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/terminal_text.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_shown = 100;

std::string quoted_name(const std::string& name) {
  return quote(one_line(name, longest_shown), '\'');
}

// Checks the server before it asks for a key.
Secret key_for(const AdminKeyOptions& options, Context& context) {
  if (!context.server().is_chutes)
    throw Error{ErrorKind::usage, "apps can be managed at the Chutes service only",
                "omit --issuer; at another issuer, use its own tools"};
  return choose_admin_key(options, context);
}

bool is_uuid(const std::string& word) {
  constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  constexpr std::string_view digits = "0123456789abcdefABCDEF";
  return word.size() == form.size() &&
         std::equal(word.begin(), word.end(), form.begin(), [&](char c, char place) {
           return place == '-' ? c == '-' : digits.find(c) != std::string_view::npos;
         });
}

std::string candidates(const std::vector<service::App>& apps) {
  constexpr std::size_t most = 10;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < apps.size() && i < most; ++i)
    texts.push_back(quoted_name(apps[i].name) + " " + one_line(apps[i].app_id, longest_shown) + " (" +
                    one_line(apps[i].client_id, longest_shown) + ")");
  if (apps.size() > most)
    texts.emplace_back("…");
  return join(texts, ", ");
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

service::App AppAdminSession::find_required(const std::optional<std::string>& word) const {
  const auto list_command = "'" + m_context.program + " app list'";
  if (!word || word->empty())
    throw Error{ErrorKind::usage, "the app is missing",
                "give its id, its client id or its name; run " + list_command + " to list your apps"};
  if (looks_like_app_id(*word))
    if (auto app = apps.find(*word))
      return std::move(*app);
  auto named = apps.named(*word);
  if (named.size() == 1 && named.front().name == *word)
    return std::move(named.front());
  if (named.empty())
    throw Error{ErrorKind::service, "you have no app " + quoted_name(*word),
                "run " + list_command +
                    " to list your apps; an inactive app is not listed, give its id instead"};
  const bool exact = named.front().name == *word;
  throw Error{ErrorKind::usage,
              exact ? quoted_name(*word) + " is the name of several apps: " + candidates(named)
                    : "there is no app " + quoted_name(*word) + ", but " + candidates(named),
              exact ? "give the app id instead" : "give the exact name or the app id"};
}

} // namespace chutes::cli
