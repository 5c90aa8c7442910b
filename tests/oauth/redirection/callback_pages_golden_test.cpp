// The pages as they are sent, byte for byte, beside files that a browser can show (golden/callback_pages/).
#include "golden.hpp"
#include "oauth/redirection/callback_pages.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace chutes::oauth;

namespace {

// Compares `text` with the file; CHUTES_WRITE_GOLDEN=1 writes the file instead.
void check_golden(const std::string& name, const std::string& text) {
  const std::string path = chutes::tests_folder() + "/golden/callback_pages/" + name;
  if (std::getenv("CHUTES_WRITE_GOLDEN") != nullptr)
    std::ofstream{path, std::ios::binary} << text;
  std::ifstream file{path, std::ios::binary};
  const std::string golden{std::istreambuf_iterator<char>{file}, {}};
  CHECK_MESSAGE(text == golden, name);
}

std::string body_of(const std::string& response) {
  return response.substr(response.find("\r\n\r\n") + 4);
}

} // namespace

TEST_CASE("the pages are those of the golden files") {
  check_golden("waiting.html", CallbackPage::waiting().html());
  check_golden("signed_in.html", CallbackPage::signed_in("ada", "default").html());
  check_golden("declined.html", CallbackPage::declined("the sign-in was declined in the browser",
                                                       "run it again and press Allow")
                                    .html());
  check_golden("failed.html",
               CallbackPage::failed("the keychain is locked", "unlock it, then sign in again").html());
  check_golden("hostile_text.html",
               CallbackPage::failed("<script>alert(1)</script>", "\"><img src=x onerror='alert(1)'>").html());
  check_golden("stranger.html", body_of(refusal_response(404)));
}

TEST_CASE("the headers are those of the golden files") {
  const auto head_of = [](const std::string& response) {
    std::string head = response.substr(0, response.find("\r\n\r\n") + 2);
    std::erase(head, '\r');
    return head;
  };
  check_golden("page.head", head_of(page_response(CallbackPage::signed_in("ada", "default"))));
  check_golden("redirect.head", head_of(redirect_response("/done")));
  check_golden("forbidden.head", head_of(refusal_response(403)));
  check_golden("prefetch.head", head_of(refusal_response(204)));
  check_golden("method.head", head_of(refusal_response(405)));
}
