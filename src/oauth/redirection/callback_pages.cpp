#include "oauth/redirection/callback_pages.hpp"

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/html_text.hpp"

#include <openssl/sha.h>

namespace chutes::oauth {
namespace {

constexpr const char* style = R"(
:root { color-scheme: light dark; --ground: #f4f5f7; --card: #fff; --ink: #15181d; --quiet: #5b6470; --line: #e2e5ea }
@media (prefers-color-scheme: dark) { :root { --ground: #0e1013; --card: #181b20; --ink: #eef0f3; --quiet: #9aa3af; --line: #2a2f37 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { width: 100%; max-width: 27rem; padding: 2.5rem 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 1rem; text-align: center }
.mark { display: inline-grid; place-items: center; width: 3.5rem; height: 3.5rem; border-radius: 50%; color: #fff;
  font-size: 1.6rem; font-weight: 700 }
.good { background: #17803d } .bad { background: #b42318 } .plain { background: #5b6470 }
h1 { margin: 1.1rem 0 .4rem; font-size: 1.45rem; line-height: 1.25; letter-spacing: -.01em }
p { margin: .5rem 0 0; overflow-wrap: anywhere; text-wrap: balance } .quiet { color: var(--quiet); font-size: .93rem }
strong { font-weight: 650 }
)";

std::string document(const std::string& title, const char* mark_class, const char* mark,
                     const std::string& paragraphs) {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
         title + " · chutes-login</title><style>" + style +
         "</style></head>\n<body><main><div class=\"mark " + mark_class + "\" aria-hidden=\"true\">" + mark +
         "</div><h1>" + title + "</h1>" + paragraphs + "</main></body></html>\n";
}

std::string paragraph(const std::string& html, const char* kind = "") {
  return html.empty() ? "" : std::string{"<p"} + kind + ">" + html + "</p>";
}

// Turns a message of the terminal, which begins in lower case and has no period, into a sentence.
std::string sentence(std::string text) {
  text.replace(0, 1, upper(text.substr(0, 1)));
  return text.empty() || text.ends_with('.') ? text : text + ".";
}

constexpr const char* quiet = " class=\"quiet\"";

const char* reason_phrase(int status) {
  switch (status) {
  case 200:
    return "OK";
  case 204:
    return "No Content";
  case 303:
    return "See Other";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 421:
    return "Misdirected Request";
  case 431:
    return "Request Header Fields Too Large";
  default:
    return "Bad Request";
  }
}

// What a browser may do with our pages: apply this one style (by its hash), and nothing else.
std::string content_security_policy() {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  const std::string_view text{style};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return "default-src 'none'; style-src 'sha256-" + base64_encode(digest) +
         "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

std::string response(int status, const std::string& further_headers, const std::string& body) {
  std::string head = "HTTP/1.1 " + std::to_string(status) + " " + reason_phrase(status) + "\r\n";
  if (!body.empty())
    head += "Content-Type: text/html; charset=utf-8\r\n";
  if (status != 204) // RFC 9110 §8.6
    head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  head += "Cache-Control: no-store\r\n"
          "Content-Security-Policy: " +
          content_security_policy() +
          "\r\n"
          "X-Content-Type-Options: nosniff\r\n"
          "X-Frame-Options: DENY\r\n"
          "Referrer-Policy: no-referrer\r\n"
          "Cross-Origin-Resource-Policy: same-origin\r\n";
  return head + further_headers + "Connection: close\r\n\r\n" + body;
}

} // namespace

CallbackPage CallbackPage::waiting() {
  return CallbackPage{document("Almost there", "plain", "…",
                               paragraph("The sign-in is being completed in your terminal.") +
                                   paragraph("You can close this window and go back to it.", quiet))};
}

CallbackPage CallbackPage::signed_in(const std::string& username, const std::string& profile) {
  const std::string who = username.empty() ? "" : " as <strong>" + escape_html(username) + "</strong>";
  return CallbackPage{
      document("Signed in", "good", "✓",
               paragraph("You are signed in" + who + " for the profile <strong>" + escape_html(profile) +
                         "</strong>.") +
                   paragraph("You can close this window and go back to your terminal.", quiet))};
}

CallbackPage CallbackPage::declined(const std::string& message, const std::string& hint) {
  return CallbackPage{document("Not signed in", "plain", "–",
                               paragraph(escape_html(sentence(message))) +
                                   paragraph(escape_html(sentence(hint)), quiet) +
                                   paragraph("You can close this window.", quiet))};
}

CallbackPage CallbackPage::failed(const std::string& message, const std::string& hint) {
  return CallbackPage{document("Sign-in failed", "bad", "!",
                               paragraph(escape_html(sentence(message))) +
                                   paragraph(escape_html(sentence(hint)), quiet) +
                                   paragraph("The terminal says more. You can close this window.", quiet))};
}

std::string page_response(const CallbackPage& page) {
  return response(200, "", page.html());
}

std::string redirect_response(const std::string& location) {
  return response(303, "Location: " + location + "\r\n", "");
}

std::string refusal_response(int status) {
  if (status == 204)
    return response(status, "", "");
  if (status == 405) // the answer to a HEAD must not have a body (RFC 9110 §9.3.2)
    return response(status, "Allow: GET\r\n", "");
  return response(
      status, "",
      document("Nothing here", "plain", "–",
               paragraph("This address belongs to a sign-in that is under way in a terminal.", quiet)));
}

} // namespace chutes::oauth
