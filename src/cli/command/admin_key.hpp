// The credential for commands that manage apps: the service wants an admin API key there, or a session with
// the scope `admin`, and no other kind of credential gets further than an explanation.
#pragma once

#include "cli/command/context.hpp"
#include "cli/command/option_declarer.hpp"

#include <optional>
#include <string>

namespace chutes::cli {

struct AdminKeyOptions {
  bool from_stdin = false;
  std::optional<std::string> file;
};

void declare_admin_key(OptionDeclarer& declarer, AdminKeyOptions& options);

// From standard input or the file if an option says so, else CHUTES_API_KEY, else the key that
// `setup --keep-api-key` kept, else the token of a session that holds the scope `admin`, else asked for on
// the terminal. Throws Error{usage} if there is none, naming the options that would give one.
[[nodiscard]] Secret choose_admin_key(const AdminKeyOptions& options, Context& context);

// The line of standard input, or the first line of `file`: a secret without its line end. Throws Error{usage}
// naming `option` if it is empty or cannot be read.
[[nodiscard]] Secret secret_from_input(const char* option, Terminal& terminal);

} // namespace chutes::cli
