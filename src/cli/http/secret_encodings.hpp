// The encodings in which a server may repeat a secret.
#pragma once

#include <string>
#include <vector>

namespace chutes::cli {

// Returns `secret` as it is, percent-encoded, base64-encoded, and as a JSON string (with and without escaped
// slashes); each form once, the longest first, so that a shorter one does not break up a longer one.
[[nodiscard]] std::vector<std::string> secret_encodings(const std::string& secret);

} // namespace chutes::cli
