// What every command uses while it runs: the platform, the global options, and what nearly every command does
// (print a result or a notice, call the service with a valid token).
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
  // The error in the configuration file, for the one command that runs despite it (doctor).
  std::optional<Error> configuration_error{};
  // Why the configuration file was ignored.
  std::optional<Error> configuration_ignored{};
};

// Throws Error{usage} for a malformed profile name or issuer, an unknown store, or a timeout out of range.
void require_valid(const GlobalOptions& options);

// Returns whether to use colour: as `when` (--color) says; for "auto", as NO_COLOR and CLICOLOR_FORCE say,
// else on a terminal, unless TERM is "dumb".
[[nodiscard]] bool wants_colour(const std::string& when, bool is_terminal, const Environment& environment);

class Context {
public:
  // `program` is the name the program was called by. Throws Error{usage} for a malformed profile name, issuer
  // or endpoint, or an unknown store.
  Context(std::string program, GlobalOptions options, Platform& platform);

  Platform& platform;
  const std::string program;
  const GlobalOptions options;
  const service::Endpoints endpoints;
  const store::StoreKind store; // the kind of `platform.keychain`

  [[nodiscard]] const std::string& profile() const { return m_profile; }
  // The URL that identifies the authorization server and its sessions in the store.
  [[nodiscard]] const std::string& issuer() const { return m_issuer; }
  // Returns its metadata: the built-in one, or with --issuer the server's discovery document, at most a day
  // old. Throws as known_server (cli/cache/discovery_cache).
  [[nodiscard]] const oauth::ServerMetadata& server();
  // Fetches the discovery document with --issuer even if it is cached, as a sign-in does.
  void discover_server();
  [[nodiscard]] session::Vault vault();
  [[nodiscard]] session::AccessTokens access_tokens();

  // Calls `call` with a valid access token, while already connecting to `url`. If the service answers 401,
  // refreshes the session once and repeats the call, so `call` must be repeatable.
  [[nodiscard]] HttpResponse with_token(const Url& url,
                                        const std::function<HttpResponse(const Secret& token)>& call);

  // Throws Error{usage} if `token` belongs to a session at --issuer and `url` is not on the issuer's site.
  void require_for(const Url& url, const session::AccessToken& token) const;

  // Asks the authorization server about a token. Sends the client's credentials too, except to Chutes, which
  // does not require them. Throws as oauth::introspect, and Error{service} if the server has no introspection
  // endpoint.
  [[nodiscard]] oauth::Introspection introspect(const Secret& token);

  // Prints a notice for the user to standard error; prints nothing with --quiet.
  void notice(const std::string& line);
  // The same for several lines; what is foreign in them must have gone through one_line.
  void notice_lines(const std::string& lines);
  // Asks for confirmation on the terminal and returns whether the user gave it. With --no-input or without a
  // terminal, throws Error{usage} naming `option`, which gives it without a question.
  [[nodiscard]] bool confirm(const std::string& question, const char* option);
  // Prints a result: with --json `json`, indented on a terminal and else on one line; otherwise `text`.
  void result(const Json& json, const std::string& text);
  // Whether to use colour on standard output, and on standard error.
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
