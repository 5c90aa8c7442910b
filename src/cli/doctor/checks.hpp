// The checks of `doctor`, one for each link between this terminal and the service. They throw only the Error
// of a signal, and take no longer than the timeouts of what they use.
#pragma once

#include "cli/command/context.hpp"
#include "cli/doctor/diagnostic.hpp"

#include <optional>

namespace chutes::cli::doctor {

// Reports profile, store, service and configuration file; fails if the configuration is broken.
[[nodiscard]] Diagnostic configuration_check(Context& context);
// Reports whether `login` opens a browser here (session/sign_in_environment).
[[nodiscard]] Diagnostic browser_check(Context& context);
// Sends a request to a listener of this process on 127.0.0.1.
[[nodiscard]] Diagnostic loopback_check(Context& context);
// Reports which ports of the registered redirect URIs are free, and which programs use the others.
[[nodiscard]] Diagnostic ports_check(Context& context);
// Reports the proxy that requests go through.
[[nodiscard]] Diagnostic proxy_check(Context& context);

// The response to a request for the discovery document, which three checks use.
struct ServerAnswer {
  std::optional<HttpResponse> response;
  std::optional<Error> failure; // if there is no response
};
[[nodiscard]] ServerAnswer ask_server(Context& context);

// Checks name resolution, connection and TLS.
[[nodiscard]] Diagnostic network_check(const ServerAnswer& answer, Context& context);
// Compares this computer's clock with the server's.
[[nodiscard]] Diagnostic clock_check(const ServerAnswer& answer, Context& context);
// Compares the endpoints in the discovery document with the built-in ones.
[[nodiscard]] Diagnostic discovery_check(const ServerAnswer& answer, Context& context);

// Fetches the list of models without a credential; skipped at another issuer.
[[nodiscard]] Diagnostic models_check(Context& context);
// Writes, reads and erases a test item in the keychain; only reads the profile in a file store.
[[nodiscard]] Diagnostic keychain_check(Context& context);
// Asks the server whether the credential that a call would use is still active.
[[nodiscard]] Diagnostic session_check(Context& context);
// Checks whether completion is installed for the user's shell.
[[nodiscard]] Diagnostic completion_check(Context& context);

} // namespace chutes::cli::doctor
