// Declares a command's options to CLI11.
#pragma once

#include "cli/command/option_declarer.hpp"

#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace chutes::cli {

// No option that it declares accepts an empty value: it is what `--seed "$UNSET"` gives, and stands for
// nothing that leaving the option out would not say. `app` must outlive it, and expects marked words.
[[nodiscard]] std::unique_ptr<OptionDeclarer> parser_declarer(CLI::App& app);

// CLI11 takes the next word for the value of "--name=", and an empty word for none: returns such a word with
// a mark behind it, and any other as it is.
[[nodiscard]] std::string marked(std::string word);
// Returns the word as it was typed.
[[nodiscard]] std::string unmarked(std::string word);

} // namespace chutes::cli
