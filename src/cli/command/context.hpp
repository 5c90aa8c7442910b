// What a running command has at hand: the platform, the words every command shares, and the few things nearly
// every command does (print a result, say something, call the service with a token that is valid).
#pragma once

#include "base/error.hpp"
#include "base/json_fields.hpp"
#include "oauth/introspection.hpp"
#include "oauth/server_metadata.hpp"
#include "platform/platform.hpp"
#include "service/endpoints.hpp"
#include "session/access_tokens.hpp"
#include "store/store_choice.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace chutes::cli {

// The options accepted before and after every command.
struct GlobalOptions {
  std::optional<std::string> profile;
  std::optional<std::string> issuer;
  std::optional<std::string> store;
  std::optional<long> timeout; // seconds without progress
  std::string color = "auto";
  bool json = false;
  bool quiet = false;
  int verbose = 0; // how often -v was given
  bool no_input = false;
  // What is wrong with the configuration file, for the one command that runs in spite of it (doctor).
  std::optional<Error> configuration_error{};
};

// Throws Error{usage} for a malformed profile name or issuer, a store that does not exist, or a timeout out
// of bounds.
void require_valid(const GlobalOptions& options);

// Whether to colour: what `when` (--color) says, else NO_COLOR, CLICOLOR_FORCE and whether it goes to a
// terminal.
[[nodiscard]] bool wants_colour(const std::string& when, bool is_terminal, const Environment& environment);

class Context {
public:
  // `program` is the name the program was called by. Throws Error{usage} for a malformed profile name,
  // issuer, store or endpoint.
  Context(std::string program, GlobalOptions options, Platform& platform);

  Platform& platform;
  const std::string program;
  const GlobalOptions options;
  const service::Endpoints endpoints;
  const store::StoreKind store; // what `platform.keychain` is

  [[nodiscard]] const std::string& profile() const { return m_profile; }
  // The URL that names the authorization server, and the sessions kept for it.
  [[nodiscard]] const std::string& issuer() const { return m_issuer; }
  // Its endpoints: built in, or discovered (once, today or at the latest yesterday) where --issuer asks for
  // another server.
  [[nodiscard]] const oauth::ServerMetadata& server();
  // Discovers it now, whatever is kept of it: what a sign-in begins with.
  void discover_server();
  [[nodiscard]] session::Vault vault();
  [[nodiscard]] session::AccessTokens access_tokens();

  // Calls `call` with a valid access token while the connection to `url` is already being made. When the
  // service answers 401, the session is refreshed once and the call repeated; `call` must therefore be
  // repeatable.
  [[nodiscard]] HttpResponse with_token(const Url& url,
                                        const std::function<HttpResponse(const Secret& token)>& call);

  // Throws Error{usage} for a session's token that would leave the party that issued it: with --issuer the
  // session is one at that issuer, and the service's hosts need not be.
  void require_for(const Url& url, const session::AccessToken& token) const;

  // What the authorization server says of a token. At servers other than Chutes, which asks nobody who they
  // are there, the client's credentials go along. Throws as oauth::introspect, and Error{service} if the
  // server tells nobody.
  [[nodiscard]] oauth::Introspection introspect(const Secret& token);

  // A notice for the person on standard error; nothing with --quiet.
  void notice(const std::string& line);
  // Asks whether to go on, on the terminal. Where nobody can be asked (--no-input, no terminal), it throws
  // Error{usage} naming `option`, which would have answered.
  [[nodiscard]] bool confirm(const std::string& question, const char* option);
  // A result: `json` as one pretty document with --json (one line in a pipe), else `text` as it is.
  void result(const Json& json, const std::string& text);
  // Whether to colour what goes to standard output, or error.
  [[nodiscard]] bool colour_output() const {
    return wants_colour(options.color, platform.terminal.output_is_terminal(), platform.environment);
  }
  [[nodiscard]] bool colour_error() const {
    return wants_colour(options.color, platform.terminal.error_is_terminal(), platform.environment);
  }

private:
  std::string m_profile;
  std::string m_issuer;
  std::optional<oauth::ServerMetadata> m_server;
};

} // namespace chutes::cli
