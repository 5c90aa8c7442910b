// The formats of JSON Schema (draft 2020-12, validation §7.3).
#pragma once

#include "service/schema/ecma_pattern.hpp"

#include <string>

namespace chutes::service {

// Whether `text` has the format. A format that JSON Schema does not know says nothing: yes. Unknown for an
// internationalised host name that is not ASCII, and if PCRE2 is not installed.
[[nodiscard]] Match has_format(const std::string& text, const std::string& format, EcmaPatterns& patterns);

} // namespace chutes::service
