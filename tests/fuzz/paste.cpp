// Fuzzes pasted text: it is either the response to this sign-in, or gives a message that can be displayed.
#include "fuzz/fuzz.hpp"
#include "oauth/redirection/pasted_response.hpp"

using namespace chutes;
using namespace chutes::oauth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto pasted = fuzz::text_of(data, size);
  const auto read = read_pasted_response(pasted, "http://127.0.0.1:28417/callback", State{"our-state"},
                                         {"https://idp.example.org", false});
  if (const auto* bad = std::get_if<BadPaste>(&read)) {
    fuzz::require(!bad->reason.empty());
    fuzz::require_line(bad->reason, 399);
    return 0;
  }
  fuzz::require(pasted.size() <= 8192);
  return 0;
}
