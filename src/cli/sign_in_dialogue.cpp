#include "cli/sign_in_dialogue.hpp"

#include "base/error.hpp"
#include "cli/account_text.hpp"
#include "cli/chosen_store.hpp"
#include "service/scopes.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

class TerminalGuide final : public session::SignInGuide {
public:
  TerminalGuide(Context& context, bool wanted_browser)
      : m_context(context), m_wanted_browser(wanted_browser) {}

  void invite(const Url& start, const Url& authorization_url, bool opened) override {
    if (opened) {
      m_context.notice("Opening " + start.text() + " in your browser.");
      return;
    }
    if (m_wanted_browser)
      m_context.notice("No browser would start here.");
    // The one thing said even with --quiet: without it nobody could answer.
    m_context.platform.terminal.notice("Open this address in a browser on this machine to sign in:\n\n  " +
                                       authorization_url.text() + "\n");
  }
  void waiting(std::chrono::seconds left) override {
    if (!m_context.options.quiet)
      m_context.platform.terminal.progress("Waiting for the browser, " + duration_text(left) +
                                           " left (Ctrl-C cancels)");
  }
  void answered() override { m_context.platform.terminal.progress(""); }

private:
  Context& m_context;
  bool m_wanted_browser;
};

void report(const session::SignedIn& signed_in, Context& context) {
  const auto& credentials = signed_in.credentials;
  const auto now = context.platform.clock.now();
  if (!signed_in.missing.empty())
    context.notice("warning: the service did not grant " + oauth::scope_text(signed_in.missing));
  context.result(session_json(credentials, context.profile(), context.store, now),
                 "Signed in as " + who(credentials) + " (profile " + context.profile() + ")\n" +
                     "  scopes   " + oauth::scope_text(credentials.scope) + "\n" + "  expires  " +
                     expiry_text(credentials, now) +
                     (credentials.refresh_token ? ", renewed by itself\n" : ", then sign in again\n") +
                     "  kept in  " + place_of(context.store) + "\n");
}

} // namespace

void sign_in_and_report(const session::SignInOptions& options, const session::ClientRegistration& client,
                        Context& context) {
  auto vault = context.vault();
  TerminalGuide guide{context, options.open_browser};
  report(session::sign_in(options, client, context.server(), vault, guide, context.platform), context);
}

void check_scope(const oauth::Scope& scope, bool registered, Context& context) {
  if (!context.server().is_chutes)
    return;
  const auto verdict = service::judge_scopes(scope, context.endpoints, context.platform.http);
  if (!verdict.unknown.empty())
    throw Error{ErrorKind::usage, "the service has no scope " + oauth::scope_text(verdict.unknown),
                "leave it out, or ask anyway with --force"};
  if (!verdict.privileged.empty() && !registered)
    context.notice("note: only a client registered with it gets " + oauth::scope_text(verdict.privileged) +
                   "; otherwise the service refuses after Allow");
}

oauth::Scope choose_scope(const std::vector<std::string>& given, Context& context) {
  if (!given.empty()) {
    oauth::Scope scope;
    for (const auto& word : given)
      for (auto& single : oauth::parse_scope(word))
        scope.push_back(std::move(single));
    return scope;
  }
  if (const auto words = context.platform.environment.find("CHUTES_OAUTH_SCOPES"))
    return oauth::parse_scope(*words);
  if (context.server().is_chutes)
    return {"openid", "profile", "chutes:invoke"};
  return {"openid", "profile"};
}

} // namespace chutes::cli
