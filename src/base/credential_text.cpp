#include "base/credential_text.hpp"

#include "base/error.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace chutes {

std::string_view without_line_ends(std::string_view text) {
  return text.substr(0, text.find_last_not_of("\r\n") + 1); // npos + 1 is 0
}

Secret credential_in(std::string_view text, const std::string& source) {
  const auto credential = without_line_ends(without_byte_order_mark(text));
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  if (std::any_of(credential.begin(), credential.end(), is_control))
    throw Error{ErrorKind::usage, source + " holds a control character, which no credential has",
                "set it again, without line breaks or other control characters in it"};
  return Secret{std::string{credential}};
}

} // namespace chutes
