#include "sandbox/identity/identity_pages.hpp"

#include "base/form.hpp"
#include "base/html_text.hpp"
#include "sandbox/identity/scope_list.hpp"

namespace chutes::sandbox {
namespace {

constexpr const char* style = R"(
:root { color-scheme: light dark; --ground: #eef1f4; --card: #fff; --ink: #14181d; --quiet: #59636e; --line: #d8dde3; --accent: #0b57d0; --on-accent: #fff }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1014; --card: #171b21; --ink: #eceff2; --quiet: #99a3ae; --line: #2b323b; --accent: #8ab4f8; --on-accent: #0b1a33 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem }
.brand { margin: 0 0 1.25rem; color: var(--quiet); font-size: .85rem; letter-spacing: .06em; text-transform: uppercase }
h1 { margin: 0 0 .5rem; font-size: 1.4rem; line-height: 1.25 }
p { margin: .5rem 0; overflow-wrap: anywhere } .quiet { color: var(--quiet); font-size: .9rem }
label { display: block; margin: 1.25rem 0 .35rem; font-weight: 600 }
input:not([type=hidden]) { width: 100%; padding: .7rem .8rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: .6rem }
ul { margin: 1rem 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: .6rem }
li { padding: .65rem .9rem } li + li { border-top: 1px solid var(--line) }
code { color: var(--quiet); font-size: .85rem }
.buttons { display: flex; gap: .75rem; margin-top: 1.5rem }
button { flex: 1; padding: .7rem 1rem; font: inherit; font-weight: 600; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: .6rem; cursor: pointer }
button.main { color: var(--on-accent); background: var(--accent); border-color: var(--accent) }
button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.error { padding: .65rem .9rem; border: 1px solid #c5221f; border-radius: .6rem }
a { color: var(--accent) } summary { margin-top: 1.25rem; cursor: pointer }
)";

std::string page(const std::string& title, const std::string& body) {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
         "content=\"width=device-width, "
         "initial-scale=1\"><title>" +
         escape_html(title) + "</title><style>" + style +
         "</style></head>\n<body><main><p class=\"brand\">Chutes sandbox</p>" + body +
         "</main></body></html>\n";
}

std::string hidden(const char* name, const std::string& value) {
  return std::string{"<input type=\"hidden\" name=\""} + name + "\" value=\"" + escape_html(value) + "\">";
}

std::string hidden_request(const SignInRequest& request) {
  return hidden("client_id", request.client_id) + hidden("redirect_uri", request.redirect_uri) +
         hidden("state", request.state) + hidden("scope", request.scope);
}

std::string hidden_challenge(const SignInRequest& request) {
  return hidden("code_challenge", request.code_challenge) +
         hidden("code_challenge_method", request.code_challenge_method);
}

std::string login_form(const SignInRequest& request, const std::string& method_fields,
                       const std::string& inputs, const char* label) {
  return "<form method=\"post\" action=\"/idp/login\">" + hidden_request(request) + method_fields +
         hidden_challenge(request) + inputs +
         "<div class=\"buttons\"><button class=\"main\" type=\"submit\">" + label + "</button></div></form>";
}

std::string input(const char* name, const char* label) {
  return std::string{"<label for=\""} + name + "\">" + label + "</label><input id=\"" + name + "\" name=\"" +
         name + "\">";
}

// "1 week", "20 days": whole weeks as weeks.
std::string lifetime_text(std::int64_t days) {
  constexpr std::int64_t days_of_week = 7;
  const bool weeks = days % days_of_week == 0;
  const auto count = weeks ? days / days_of_week : days;
  return std::to_string(count) + (weeks ? " week" : " day") + (count == 1 ? "" : "s");
}

} // namespace

std::string login_page(const SignInRequest& request, const std::string& app_name, const std::string& nonce,
                       const std::string& error) {
  std::string body = "<h1>Sign in</h1><p>to continue to <strong>" + escape_html(app_name) + "</strong></p>";
  if (!error.empty())
    body += "<p class=\"error\" role=\"alert\">" + escape_html(error) + "</p>";
  body += login_form(request, hidden("auth_method", "fingerprint"),
                     "<label for=\"fingerprint\">Account fingerprint</label>"
                     "<input id=\"fingerprint\" name=\"fingerprint\" type=\"password\" "
                     "autocomplete=\"current-password\" autofocus>",
                     "Sign in");
  body += "<details><summary>With a hotkey</summary><p class=\"quiet\">Sign <code>" + escape_html(nonce) +
          "</code></p>" +
          login_form(request, hidden("auth_method", "hotkey") + hidden("nonce", nonce),
                     input("hotkey", "Hotkey") + input("signature", "Signature"), "Sign in with the hotkey") +
          "</details>";
  if (error.empty()) {
    const std::string back = percent_encode("/idp/authorize?client_id=" + request.client_id);
    body += "<p class=\"quiet\"><a href=\"https://chutes.ai/auth?redirect_to=" + back +
            "\">More login options</a> · <a href=\"https://chutes.ai/auth/start?redirect_to=" + back +
            "\">Don't have an account?</a></p>";
  }
  return page("Sign in", body);
}

std::string consent_page(const std::string& session_id, const SignInRequest& request, const User& user,
                         const App& app, const std::vector<std::string>& scopes) {
  std::string body = "<h1>" + escape_html(app.name) +
                     " asks for access</h1><p>You are signed in as <strong>" + escape_html(user.username) +
                     "</strong>.</p>";
  if (app.description && !app.description->empty())
    body += "<p class=\"quiet\">" + escape_html(*app.description) + "</p>";
  body += "<ul>";
  for (const auto& scope : scopes)
    body +=
        "<li>" + escape_html(scope_description(scope)) + "<br><code>" + escape_html(scope) + "</code></li>";
  body += "</ul><p class=\"quiet\">Authorization valid for " +
          lifetime_text(app.refresh_token_lifetime_days) +
          " of inactivity</p><form method=\"post\" action=\"/idp/authorize/consent?session_id=" +
          percent_encode(session_id) + "\">" + hidden_request(request) + hidden_challenge(request) +
          "<div class=\"buttons\"><button name=\"action\" value=\"deny\">Deny</button>"
          "<button class=\"main\" name=\"action\" value=\"allow\">Allow</button></div></form>";
  return page("Authorize " + app.name, body);
}

std::string error_page(const std::string& title, const std::string& text) {
  return page(title, "<h1>" + escape_html(title) + "</h1><p class=\"error\" role=\"alert\">" +
                         escape_html(text) + "</p>");
}

} // namespace chutes::sandbox
