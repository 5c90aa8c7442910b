// The text of a credential as people hand it over: in a variable, in a file or on standard input.
#pragma once

#include "base/secret.hpp"

#include <string>
#include <string_view>

namespace chutes {

// `text` without the line ends behind it, which shells and editors leave there.
[[nodiscard]] std::string_view without_line_ends(std::string_view text);

// Returns the credential in `text`: without a byte order mark before it and line ends behind it, empty if
// there is nothing else. Throws Error{usage} naming `source` for a control character within, which could end
// the header or the line that the credential is written to.
[[nodiscard]] Secret credential_in(std::string_view text, const std::string& source);

} // namespace chutes
