// How a secret may be written down by those who repeat it.
#pragma once

#include <string>
#include <vector>

namespace chutes::cli {

// `secret` as it is, percent- and base64-encoded, and as JSON strings write it (with and without escaping the
// slashes); each form once, the longest first, so that none is looked for in the remains of another.
[[nodiscard]] std::vector<std::string> secret_encodings(const std::string& secret);

} // namespace chutes::cli
