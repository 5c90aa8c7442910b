#include "cli/account/sign_in_dialogue.hpp"

#include "base/error.hpp"
#include "cli/account/account_text.hpp"
#include "cli/cache/name_cache.hpp"
#include "cli/command/chosen_store.hpp"
#include "service/apps/scopes.hpp"
#include "session/sign_in_environment.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

class TerminalGuide final : public session::SignInGuide {
public:
  TerminalGuide(Context& context, const session::SignInEnvironment& surroundings, bool wanted_browser)
      : m_context(context), m_environment_found(surroundings), m_wanted_browser(wanted_browser) {}

  void invite(const session::Invitation& invitation) override {
    m_paste = invitation.paste;
    if (invitation.opened)
      m_context.notice("Opening " + invitation.start.text() + " in your browser.");
    else
      print_address(invitation);
  }
  void waiting(std::chrono::seconds left) override {
    if (m_context.options.quiet || left == m_left)
      return;
    m_left = left;
    m_context.platform.terminal.progress("Waiting for the browser, " + duration_text(left) +
                                         (m_paste
                                              ? " left (Ctrl-C cancels; the address it ends on can be pasted)"
                                              : " left (Ctrl-C cancels)"));
  }
  void other_user() override {
    m_context.notice(
        "Turned away a connection of another user of this machine. If that was your browser, run "
        "this again with CHUTES_LOOPBACK_ANY_USER=1.");
    m_left = {};
  }
  void bad_paste(const std::string& reason) override {
    m_context.platform.terminal.notice("That did not do: " + reason + ".");
    m_left = {};
  }
  void answered() override { m_context.platform.terminal.progress(""); }

private:
  // Said even with --quiet: without it nobody could answer.
  void print_address(const session::Invitation& invitation) {
    if (m_wanted_browser)
      m_context.notice(m_environment_found.start_browser
                           ? "No browser would start here."
                           : "No browser is started here: " + m_environment_found.because + ".");
    std::string text =
        "Open this address in a browser to sign in:\n\n  " + invitation.authorization_url.text() + "\n";
    if (const auto command =
            session::forwarding_command(m_context.platform.environment, invitation.start.port))
      text += "\nIf that browser is on another machine, run this there first, so that it finds its way "
              "back:\n\n  " +
              *command + "\n";
    if (invitation.paste)
      text += "\nOr paste the address it ends on here, and press Enter; what you paste is not shown.\n";
    m_context.platform.terminal.notice(text);
  }

  Context& m_context;
  const session::SignInEnvironment& m_environment_found;
  bool m_wanted_browser;
  bool m_paste = false;
  std::chrono::seconds m_left{0}; // last said
};

// From now on the shell completes the profile's name.
void remember_profile(Context& context) {
  auto names = cached_names("profiles", context.endpoints.llm, context.platform);
  if (std::find(names.begin(), names.end(), context.profile()) == names.end())
    names.push_back(context.profile());
  cache_names("profiles", names, context.endpoints.llm, context.platform);
}

void report(const session::SignedIn& signed_in, Context& context) {
  const auto& credentials = signed_in.credentials;
  const auto now = context.platform.clock.now();
  if (!signed_in.missing.empty())
    context.notice("warning: the service did not grant " + oauth::scope_text(signed_in.missing));
  if (signed_in.replaced_may_live)
    context.notice("warning: the server could not be told that the session this one replaces has ended");
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
  const auto& platform = context.platform;
  const auto surroundings = session::assess_sign_in_environment(
      platform.environment, platform.browser.machine(), platform.browser.available());
  auto wanted = options;
  wanted.open_browser = options.open_browser && surroundings.start_browser;
  wanted.accept_paste = !context.options.no_input && platform.terminal.error_is_terminal();
  auto vault = context.vault();
  TerminalGuide guide{context, surroundings, options.open_browser};
  report(session::sign_in(wanted, client, context.server(), vault, guide, context.platform), context);
  remember_profile(context);
}

void check_scope(const oauth::Scope& scope, bool registered, Context& context) {
  if (!context.server().is_chutes)
    return;
  const auto verdict = service::validate_scopes(scope, context.endpoints, context.platform.http);
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
  if (context.server().offline_access_supported)
    return {"openid", "profile", "offline_access"}; // without which there is no refresh token there
  return {"openid", "profile"};
}

} // namespace chutes::cli
