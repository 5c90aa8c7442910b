// The credential for commands that manage apps: the service requires an admin API key, or a session with the
// scope `admin`, and rejects every other credential.
#pragma once

#include "base/error.hpp"
#include "cli/command/context.hpp"
#include "cli/command/option_declarer.hpp"

#include <optional>
#include <string>

namespace chutes::cli {

struct AdminKeyOptions {
  const char* purpose = "managing apps"; // begins the sentence that tells that it requires a key
  ErrorKind without = ErrorKind::usage;  // how a command ends that has none
  bool from_stdin = false;
  std::optional<std::string> file{};
};

void declare_admin_key(OptionDeclarer& declarer, AdminKeyOptions& options);

// Returns the key from standard input or the file if an option says so, else from CHUTES_API_KEY, else the
// one that `setup --keep-api-key` stored, else the token of a session that holds the scope `admin`, else the
// one the user types on the terminal; tells `context` which one. Throws Error{without} naming the options if
// there is none, and Error{keychain} if the store cannot be read, rather than pass over what it may hold.
[[nodiscard]] Secret choose_admin_key(const AdminKeyOptions& options, Context& context);

// Returns the first line of standard input, without its line end. Throws Error{usage} naming `option` if it
// is empty, and as Terminal::read_all_input.
[[nodiscard]] Secret secret_from_input(const char* option, Terminal& terminal);

} // namespace chutes::cli
