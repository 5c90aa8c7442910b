// What every command uses while it runs: the platform, the global options, and what nearly every command does
// (print a result or a notice, call the service with a valid token).
#pragma once

#include "base/error.hpp"
#include "base/json_fields.hpp"
#include "cli/command/used_credential.hpp"
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
  bool profile_named = false; // by --profile or CHUTES_PROFILE, not by the configuration file
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

// Whether an answer to a question confirms it.
[[nodiscard]] bool is_yes(const std::string& answer);

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
  // Credentials for calls of this process, or with `handed_out` for other programs, which never get
  // CHUTES_API_KEY.
  [[nodiscard]] session::AccessTokens access_tokens();
  [[nodiscard]] session::AccessTokens access_tokens_to_hand_out();
  // Returns the credential that a call would use.
  [[nodiscard]] session::CallCredential call_credential();
  // Whether a call may use CHUTES_API_KEY where there is no session.
  [[nodiscard]] session::ApiKeyUse api_key_use() const;

  // Calls `call` with a valid access token, while already connecting to `url`. If the service answers 401,
  // refreshes the session once and repeats the call, so `call` must be repeatable. If the new token is
  // refused, too, `explained` names the command that finds out why.
  [[nodiscard]] HttpResponse with_token(const Url& url,
                                        const std::function<HttpResponse(const Secret& token)>& call);

  // Every token passes here before it is paired with an address, whether by a call or by a command that is
  // given both. Throws Error{usage} if the token is one of --issuer, and `url` is not on that issuer's site.
  // Remembers the credential for `explained`, and says once that CHUTES_API_KEY is used.
  void pair(const session::AccessToken& token, const Url& url);
  // Throws as `pair` for a token that is still to come.
  void require_own_issuer(const Url& url) const;
  // Says which credential the calls that follow use, for `explained`.
  void use(UsedCredential credential) { m_used = std::move(credential); }
  // Returns `error` with the credential named that the service refused (with_credential_named).
  [[nodiscard]] Error explained(const Error& error) const;

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
  std::optional<UsedCredential> m_used;
  bool m_said_key_is_used = false;

  [[nodiscard]] session::AccessTokens access_tokens(session::ApiKeyUse use);
  [[nodiscard]] std::optional<session::ClientRegistration> client_at_issuer();
};

} // namespace chutes::cli
