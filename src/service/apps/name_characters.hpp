// The characters beyond ASCII that the service does not take in the name of an app.
#pragma once

namespace chutes::service {

// Whether the service certainly refuses this character: it takes letters and digits of any script and white
// space, by Python's classes. Of characters that are few in a row, and new ones, it has the only say.
[[nodiscard]] bool is_refused_in_names(char32_t character);

} // namespace chutes::service
