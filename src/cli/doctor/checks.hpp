// The links of the chain from this terminal to an answer of the service, one check each. None throws anything
// but a signal's Error; each is bounded in time by what it uses.
#pragma once

#include "cli/command/context.hpp"
#include "cli/doctor/diagnostic.hpp"

#include <optional>

namespace chutes::cli::doctor {

// Profile, store, service and the settings file, as they were understood.
[[nodiscard]] Diagnostic configuration_check(Context& context);
// Where this runs (session/surroundings), and whether a browser will be started here.
[[nodiscard]] Diagnostic browser_check(Context& context);
// A request of ours to a listener of ours on 127.0.0.1, and back.
[[nodiscard]] Diagnostic loopback_check(Context& context);
// Which of the registered redirect URIs' ports can be had, and who holds the others.
[[nodiscard]] Diagnostic ports_check(Context& context);
// The proxy that requests go through.
[[nodiscard]] Diagnostic proxy_check(Context& context);

// What the identity provider's discovery document was answered with: three checks look at it.
struct ServerAnswer {
  std::optional<HttpResponse> response;
  std::optional<Error> failure; // else
};
[[nodiscard]] ServerAnswer ask_server(Context& context);

// Name, connection and TLS.
[[nodiscard]] Diagnostic network_check(const ServerAnswer& answer, Context& context);
// This computer's clock against the server's.
[[nodiscard]] Diagnostic clock_check(const ServerAnswer& answer, Context& context);
// The endpoints that the server names against those built in.
[[nodiscard]] Diagnostic discovery_check(const ServerAnswer& answer, Context& context);

// The host of the models, asked for its list without a credential.
[[nodiscard]] Diagnostic models_check(Context& context);
// An item is written, read and erased; in a store of files only the profile is read.
[[nodiscard]] Diagnostic keychain_check(Context& context);
// Whether the credential a call would use still lives, by introspection.
[[nodiscard]] Diagnostic session_check(Context& context);
// Whether the shell of this user can complete our words.
[[nodiscard]] Diagnostic completion_check(Context& context);

} // namespace chutes::cli::doctor
