// How many columns a terminal gives a character.
#pragma once

namespace chutes {

// Returns 0, 1 or 2, by Unicode's tables: 0 for control characters, combining marks and format characters, 2
// for East Asian wide characters and emoji.
[[nodiscard]] int character_width(char32_t character);

} // namespace chutes
