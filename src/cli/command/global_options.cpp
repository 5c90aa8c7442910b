#include "cli/command/global_options.hpp"

namespace chutes::cli {

void declare_global(Words& words, GlobalOptions& options) {
  words.value("--profile", options.profile, "NAME",
              "Which stored session (CHUTES_PROFILE; default: default)");
  words.value("--issuer", options.issuer, "URL",
              "Take the endpoints from this issuer's discovery document (CHUTES_OIDC_ISSUER)");
  words.value("--store", options.store, "WHERE",
              "Where secrets are kept: keychain, file or plaintext (CHUTES_STORE; default: keychain)");
  words.whole("--timeout", options.timeout, "SECONDS",
              "Limit for a request without progress (default: 30; invoke: 1800)");
  words.choice("--color", options.color, {"auto", "always", "never"},
               "Colour: auto, always or never (NO_COLOR)");
  words.flag("--json", options.json,
             "Results as one JSON document, a failure as one JSON line on standard error");
  words.flag("-q,--quiet", options.quiet, "No notices; results and errors only");
  words.counted("-v,--verbose", options.verbose,
                "One line per HTTP request on standard error; -vv adds headers and bodies");
  words.flag("--no-input", options.no_input, "Never ask");
}

} // namespace chutes::cli
