// Fuzzes the listener's HTTP parser: any bytes give a verdict, and only a plain target is accepted.
#include "fuzz/fuzz.hpp"
#include "oauth/redirection/callback_pages.hpp"
#include "oauth/redirection/callback_request.hpp"

#include <algorithm>

using namespace chutes::oauth;

namespace {

bool is_plain(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > 0x20 && c < 0x7f && c != '#' && c != '\\'; });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = chutes::fuzz::text_of(data, size);
  const auto read = read_callback_request(text, "127.0.0.1:28417");
  if (const auto* refused = std::get_if<RefusedRequest>(&read)) {
    chutes::fuzz::require(refused->status >= 200 && refused->status < 500);
    chutes::fuzz::require(!refusal_response(refused->status).empty());
    return 0;
  }
  const auto& request = std::get<CallbackRequest>(read);
  chutes::fuzz::require(request.path.starts_with('/') && !request.path.starts_with("//"));
  chutes::fuzz::require(is_plain(request.path) && is_plain(request.query));
  chutes::fuzz::require(text.starts_with("GET /"));
  return 0;
}
