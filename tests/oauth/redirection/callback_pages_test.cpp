// What the browser shows at the end, and what it is forbidden to do with it.
#include "oauth/redirection/callback_pages.hpp"

#include <doctest/doctest.h>

using namespace chutes::oauth;

namespace {

std::string head_of(const std::string& response) {
  return response.substr(0, response.find("\r\n\r\n") + 4);
}

std::string body_of(const std::string& response) {
  return response.substr(response.find("\r\n\r\n") + 4);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The headers that every answer carries, in order.
const std::string strict_headers = "Cache-Control: no-store\r\n"
                                   "Content-Security-Policy: default-src 'none'; style-src 'sha256-STYLE'; "
                                   "base-uri 'none'; form-action 'none'; "
                                   "frame-ancestors 'none'\r\n"
                                   "X-Content-Type-Options: nosniff\r\n"
                                   "X-Frame-Options: DENY\r\n"
                                   "Referrer-Policy: no-referrer\r\n"
                                   "Cross-Origin-Resource-Policy: same-origin\r\n";

// The head with the style's hash, which changes with its every character, replaced by a word.
std::string without_hash(std::string head) {
  const auto begin = head.find("'sha256-") + 8;
  return head.replace(begin, head.find('\'', begin) - begin, "STYLE");
}

} // namespace

TEST_CASE("the page of success says who signed in and for which profile") {
  const auto page = CallbackPage::signed_in("ada", "work");

  CHECK(contains(page.html(),
                 "You are signed in as <strong>ada</strong> for the profile <strong>work</strong>."));
  CHECK(contains(page.html(), "You can close this window"));
  CHECK(contains(CallbackPage::signed_in("", "work").html(), "You are signed in for the profile"));
}

TEST_CASE("the pages of failure say why and what to do") {
  const auto failed = CallbackPage::failed("the keychain is locked", "unlock it");
  CHECK(contains(failed.html(), "<h1>Sign-in failed</h1>"));
  CHECK(contains(failed.html(), "<p>The keychain is locked.</p>"));
  CHECK(contains(failed.html(), "Unlock it."));

  const auto declined = CallbackPage::declined("the sign-in was declined in the browser", "");
  CHECK(contains(declined.html(), "<h1>Not signed in</h1>"));
  CHECK(contains(declined.html(), "<p>The sign-in was declined in the browser.</p>"));
  CHECK_FALSE(contains(declined.html(), "<p class=\"quiet\"></p>"));
}

TEST_CASE("foreign text in a page is text") {
  const std::string attack = "</p><script>alert('x')</script><img src=\"//evil.test\">";
  for (const auto& page : {CallbackPage::signed_in(attack, attack), CallbackPage::failed(attack, attack),
                           CallbackPage::declined(attack, attack)}) {
    CHECK_FALSE(contains(page.html(), "<script"));
    CHECK_FALSE(contains(page.html(), "<img"));
    CHECK(contains(page.html(), "&lt;script&gt;alert(&#39;x&#39;)"));
  }
}

TEST_CASE("no page needs anything from anywhere, and every page suits light and dark") {
  for (const auto& html : {CallbackPage::signed_in("ada", "default").html(),
                           CallbackPage::failed("a", "b").html(), body_of(refusal_response(404))}) {
    for (const char* outside : {"src=", "href=", "url(", "@import", "http:", "https:", "<script", "style=\""})
      CHECK_MESSAGE(!contains(html, outside), outside);
    CHECK(contains(html, "color-scheme: light dark"));
    CHECK(contains(html, "prefers-color-scheme: dark"));
    CHECK(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
  }
}

TEST_CASE("a page comes with exactly these headers") {
  const auto page = CallbackPage::signed_in("ada", "default");
  const auto response = page_response(page);

  CHECK(without_hash(head_of(response)) ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " +
            std::to_string(page.html().size()) + "\r\n" + strict_headers + "Connection: close\r\n\r\n");
  CHECK(body_of(response) == page.html());
}

TEST_CASE("a redirect comes with exactly these headers and without a body") {
  CHECK(without_hash(redirect_response("/done")) == "HTTP/1.1 303 See Other\r\nContent-Length: 0\r\n" +
                                                        strict_headers +
                                                        "Location: /done\r\nConnection: close\r\n\r\n");
}

TEST_CASE("strangers get a neutral page, and nothing where nothing belongs") {
  CHECK(without_hash(refusal_response(204)) ==
        "HTTP/1.1 204 No Content\r\n" + strict_headers + "Connection: close\r\n\r\n");
  CHECK(without_hash(refusal_response(405)) == "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n" +
                                                   strict_headers +
                                                   "Allow: GET\r\nConnection: close\r\n\r\n");
  for (const int status : {400, 403, 404, 421, 431}) {
    const auto response = refusal_response(status);
    CHECK(response.starts_with("HTTP/1.1 " + std::to_string(status) + " "));
    CHECK(contains(body_of(response), "<h1>Nothing here</h1>"));
    CHECK_FALSE(contains(response, "Access-Control-"));
  }
}
