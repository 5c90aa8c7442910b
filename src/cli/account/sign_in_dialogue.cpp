#include "cli/account/sign_in_dialogue.hpp"

#include "base/error.hpp"
#include "base/form.hpp"
#include "base/terminal_text.hpp"
#include "cli/account/account_text.hpp"
#include "cli/account/app_activity.hpp"
#include "cli/cache/name_cache.hpp"
#include "cli/command/chosen_store.hpp"
#include "service/apps/scopes.hpp"
#include "service/service_error.hpp"
#include "session/sign_in_environment.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_shown = 200;

class TerminalGuide final : public session::SignInGuide {
public:
  TerminalGuide(Context& context, const session::SignInEnvironment& environment, bool browser_allowed)
      : m_context(context), m_environment(environment), m_browser_allowed(browser_allowed) {}

  void invite(const session::Invitation& invitation) override {
    m_paste = invitation.paste;
    if (invitation.opened) {
      m_context.notice("Opening " + invitation.start.text() + " in your browser.");
      return;
    }
    if (m_browser_allowed)
      m_context.notice(m_environment.start_browser
                           ? "The browser could not be started."
                           : "Not opening a browser: " + m_environment.obstacle + ".");
    print_address(invitation);
  }
  // Where the service refuses a sign-in, it shows a page and never redirects: says why, and goes on waiting,
  // because the person can put it right and reload the page. The browser may also get to a service that this
  // program does not reach.
  std::string delayed(const session::Invitation& invitation) override {
    const auto query = parse_form(invitation.authorization_url.query.value_or(""));
    const auto client_id = query ? single_field(*query, "client_id") : std::nullopt;
    const auto redirect_uri = query ? single_field(*query, "redirect_uri") : std::nullopt;
    if (!client_id || !redirect_uri || !m_context.server().is_chutes)
      return {};
    try {
      return warn_of(authorization_answer(*client_id, *redirect_uri, m_context),
                     one_line(*client_id, longest_shown), one_line(*redirect_uri, longest_shown));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
        throw;
      m_context.notice(std::string{"warning: the sign-in page may not open: "}.append(error.what()) + ".");
      return std::string{"if the network works, "}.append(service::address_hint);
    }
  }
  void unvisited(const session::Invitation& invitation) override {
    m_context.notice("The browser has not opened the sign-in page yet.");
    print_address(invitation);
    m_left = {};
  }
  void waiting(std::chrono::seconds left) override {
    if (m_context.options.quiet || left == m_left)
      return;
    m_left = left;
    m_context.platform.terminal.progress("Waiting for the browser, " + duration_text(left) +
                                         (m_paste
                                              ? " left (Ctrl-C cancels; or paste the URL the browser ends on)"
                                              : " left (Ctrl-C cancels)"));
  }
  void other_user() override {
    m_context.notice(
        "Rejected a connection from another user on this machine. If that was your browser, run this "
        "again with CHUTES_LOOPBACK_ANY_USER=1.");
    m_left = {};
  }
  void bad_paste(const std::string& reason) override {
    m_context.platform.terminal.notice("That didn't work: " + reason + ".");
    m_left = {};
  }
  bool other_account(const session::Credentials& stored, const session::Credentials& fresh) override {
    const auto change = "Profile '" + m_context.profile() + "' is signed in as " + who(stored) +
                        ", and you have signed in as " + who(fresh);
    auto& terminal = m_context.platform.terminal;
    if (!m_context.options.no_input) {
      const auto answer = terminal.ask(change + ". Replace that session? Type y to continue: ");
      if (answer || terminal.error_is_terminal()) // no answer on a terminal is none either
        return answer && is_yes(*answer);
    }
    m_context.notice("warning: " + change + "; that session is replaced");
    return true;
  }
  void answered() override { m_context.platform.terminal.progress(""); }

private:
  std::string warn_of(const service::AuthorizeAnswer& answer, const std::string& id, const std::string& uri) {
    switch (answer.verdict) {
    case service::AuthorizeVerdict::accepted:
      break;
    case service::AuthorizeVerdict::unknown_client:
      m_context.notice("warning: the service has no active client " + id +
                       ", and refuses to sign in with it. If its app is inactive, activate it with '" +
                       session::activation_command(id, m_context.profile()) + "' and reload the page.");
      break;
    case service::AuthorizeVerdict::unregistered_uri:
      m_context.notice(
          "warning: the client " + id + " has not registered the redirect URI " + uri +
          ", and the service refuses it. Register it with '" +
          session::command_for("app update " + id + " --add-redirect-uri " + uri, m_context.profile()) +
          "' and reload the page.");
      break;
    case service::AuthorizeVerdict::refused_otherwise:
      if (!answer.missing)
        break;
      m_context.notice("warning: the service has no sign-in page at this address (status " +
                       std::to_string(answer.status) + "); " + service::address_hint + ".");
      return service::address_hint;
    }
    return {};
  }

  // Printed even with --quiet: the sign-in cannot go on without it.
  void print_address(const session::Invitation& invitation) {
    std::string text =
        "Open this URL in a browser to sign in:\n\n  " + invitation.authorization_url.text() + "\n";
    if (const auto command =
            session::forwarding_command(m_context.platform.environment, invitation.start.port))
      text += "\nIf the browser runs on another machine, run this there first to forward the "
              "callback:\n\n  " +
              *command + "\n";
    if (invitation.paste)
      text += "\nOr paste the URL the browser ends on here and press Enter; the input is hidden.\n";
    m_context.platform.terminal.notice(StyledText{}.add(text));
  }

  Context& m_context;
  const session::SignInEnvironment& m_environment;
  bool m_browser_allowed;
  bool m_paste = false;
  std::chrono::seconds m_left{0}; // as last shown
};

// Caches the profile's name for completion.
void remember_profile(Context& context) {
  auto names = cached_names("profiles", context.endpoints.llm, context.platform);
  if (std::find(names.begin(), names.end(), context.profile()) == names.end())
    names.push_back(context.profile());
  cache_names("profiles", names, context.endpoints.llm, context.platform);
}

std::string scope_line(const oauth::Scope& scope) {
  return scope.empty() ? "the server's default" : oauth::scope_text(scope);
}

void report(const session::SignedIn& signed_in, Context& context) {
  const auto& credentials = signed_in.credentials;
  const auto now = context.platform.clock.now();
  if (!signed_in.missing.empty())
    context.notice("warning: the service did not grant " + oauth::scope_text(signed_in.missing));
  if (!signed_in.unrequested.empty())
    context.notice("warning: the service granted " + oauth::scope_text(signed_in.unrequested) +
                   ", which was not requested");
  if (context.platform.environment.find("CHUTES_ACCESS_TOKEN"))
    context.notice(
        "warning: CHUTES_ACCESS_TOKEN is set, and calls use it instead of this session; unset it to "
        "use the session");
  if (signed_in.replaced_may_live)
    context.notice("warning: the session that this one replaces could not be revoked at the server");
  context.result(session_json(credentials, context.profile(), context.store, now),
                 "Signed in as " + who(credentials) + " (profile " + context.profile() + ")\n" +
                     "  scopes   " + scope_line(credentials.scope) + "\n" + "  expires  " +
                     expiry_text(credentials, now) +
                     (credentials.refresh_token ? ", renewed automatically\n" : ", then sign in again\n") +
                     "  kept in  " + place_of(context.store) + "\n");
}

} // namespace

void sign_in_and_report(const session::SignInOptions& options, const session::ClientRegistration& client,
                        Context& context) {
  const auto& platform = context.platform;
  const auto environment = session::assess_sign_in_environment(
      platform.environment, platform.browser.machine(), platform.browser.available());
  auto wanted = options;
  wanted.open_browser = options.open_browser && environment.start_browser;
  wanted.accept_paste = !context.options.no_input && platform.terminal.error_is_terminal();
  auto vault = context.vault();
  TerminalGuide guide{context, environment, options.open_browser};
  report(session::sign_in(wanted, client, context.server(), vault, guide, context.platform), context);
  remember_profile(context);
}

void check_scope(const oauth::Scope& scope, bool registered, Context& context) {
  if (!context.server().is_chutes)
    return;
  const auto verdict = service::validate_scopes(scope, context.endpoints, context.platform.http);
  if (!verdict.unknown.empty())
    throw Error{ErrorKind::usage, "unknown scope " + oauth::scope_text(verdict.unknown),
                "remove it, or request it anyway with --force"};
  if (!verdict.privileged.empty() && !registered)
    context.notice("note: the service grants " + oauth::scope_text(verdict.privileged) +
                   " only to a client registered with it, and otherwise refuses after Allow");
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
  if (!context.server().is_openid_provider)
    return {}; // what a plain OAuth server grants without being asked (RFC 6749 §3.3)
  if (context.server().offline_access_supported)
    return {"openid", "profile", "offline_access"}; // which the issuer requires for a refresh token
  return {"openid", "profile"};
}

} // namespace chutes::cli
