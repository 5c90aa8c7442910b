#include "cli/command/command.hpp"

namespace chutes::cli {

void declare_global(OptionDeclarer& declarer, GlobalOptions& options) {
  declarer.value("--profile", options.profile, "NAME", "Use this profile (CHUTES_PROFILE; default: default)");
  declarer.value("--issuer", options.issuer, "URL",
                 "Use this issuer's authorization server, found by discovery (CHUTES_OIDC_ISSUER)");
  declarer.value("--store", options.store, "WHERE",
                 "Where to store secrets: keychain, file or plaintext (CHUTES_STORE; default: keychain)");
  declarer.whole("--timeout", options.timeout, "SECONDS",
                 "Give up on a request after this long without progress (default: 30; invoke: 1800)");
  declarer.choice("--color", options.color, {"auto", "always", "never"},
                  "Use colour: auto, always or never (NO_COLOR)");
  declarer.flag("--json", options.json,
                "Print results as one JSON document, errors as one JSON line on standard error");
  declarer.flag("-q,--quiet", options.quiet, "Print only results and errors, no notices");
  declarer.counted("-v,--verbose", options.verbose,
                   "Log HTTP requests on standard error; -vv adds headers and bodies");
  declarer.flag("--no-input", options.no_input, "Never ask questions or let the keychain ask");
}

} // namespace chutes::cli
