#include "cli/command/global_options.hpp"

namespace chutes::cli {

void declare_global(OptionDeclarer& declarer, GlobalOptions& options) {
  declarer.value("--profile", options.profile, "NAME",
                 "Which stored session (CHUTES_PROFILE; default: default)");
  declarer.value("--issuer", options.issuer, "URL",
                 "Take the endpoints from this issuer's discovery document (CHUTES_OIDC_ISSUER)");
  declarer.value("--store", options.store, "WHERE",
                 "Where secrets are kept: keychain, file or plaintext (CHUTES_STORE; default: keychain)");
  declarer.whole("--timeout", options.timeout, "SECONDS",
                 "Limit for a request without progress (default: 30; invoke: 1800)");
  declarer.choice("--color", options.color, {"auto", "always", "never"},
                  "Colour: auto, always or never (NO_COLOR)");
  declarer.flag("--json", options.json,
                "Results as one JSON document, a failure as one JSON line on standard error");
  declarer.flag("-q,--quiet", options.quiet, "No notices; results and errors only");
  declarer.counted("-v,--verbose", options.verbose,
                   "One line per HTTP request on standard error; -vv adds headers and bodies");
  declarer.flag("--no-input", options.no_input, "Never ask");
}

} // namespace chutes::cli
