#include "cli/help/help_topics.hpp"

#include "base/ascii.hpp"
#include "cli/command/exit_code.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

HelpTopic exit_code_topic() {
  HelpTopic topic{"exit-codes", "The program's exit codes", {{{"0"}, "Success."}}};
  for (const auto& row : exit_codes) {
    const std::string meaning = row.meaning;
    topic.entries.push_back({{std::to_string(row.code)},
                             upper(meaning.substr(0, 1)) + meaning.substr(1) + " (" + row.name + ")."});
  }
  return topic;
}

HelpTopic environment_topic() {
  return {
      "environment",
      "Environment variables; an empty one counts as unset",
      {
          {{"CHUTES_PROFILE", "CHUTES_OIDC_ISSUER", "CHUTES_STORE"},
           "Defaults of --profile, --issuer and --store."},
          {{"CHUTES_OAUTH_CLIENT_ID", "CHUTES_OAUTH_CLIENT_SECRET", "CHUTES_OAUTH_REDIRECT_URI"},
           "The client registration to sign in with. Separate several redirect URIs with spaces or commas."},
          {{"CHUTES_OAUTH_SCOPES"}, "The scopes to request (default: openid profile chutes:invoke)."},
          {{"CHUTES_ACCESS_TOKEN"},
           "An access token to use instead of the session. It is neither stored nor refreshed."},
          {{"CHUTES_API_KEY"},
           "An API key for calls where no session is stored, or where there is no keychain; the call says "
           "so. A "
           "session that cannot be read is an error instead, and where --profile, CHUTES_PROFILE or another "
           "issuer is given, the key is not used. token and exec never use it. Commands that require an "
           "admin "
           "API key use it first."},
          {{"CHUTES_STORE_PASSPHRASE_FILE"},
           "A file whose first line is the passphrase of --store file: your own and no one else's to read, "
           "root's "
           "and no one else's to write, a pipe such as <(pass show chutes), or - for standard input. If "
           "unset, the passphrase is the service manager's credential chutes-login-passphrase "
           "(LoadCredential in "
           "systemd), or else is asked for on the terminal."},
          {{"CREDENTIALS_DIRECTORY"},
           "The directory of the service manager's credentials, which it sets itself. 'exec' does not pass "
           "it on."},
          {{"CHUTES_API_URL", "CHUTES_IDP_BASE_URL", "CHUTES_LLM_URL"},
           "The addresses of the account API (default: https://api.chutes.ai), the identity provider "
           "(default: "
           "the account API) and the models."},
          {{"CHUTES_HOST_TEMPLATE"},
           "The address of a chute's host (default: https://{host}.chutes.ai). Here and in the variables "
           "above, "
           "plain http is accepted for loopback addresses only."},
          {{"CHUTES_LOOPBACK_ANY_USER"},
           "If 1, login also accepts connections from other users of this machine, for a browser that runs "
           "as "
           "another user, such as on the host of a container. Where the kernel does not report the user, as "
           "in "
           "some containers and on Windows, this is always so."},
          {{"BROWSER"},
           "The browser to start (default: xdg-open and similar programs): a command line, split as a shell "
           "splits it, with the address at the end or in place of %s; or several, separated by ':', which "
           "are tried in order."},
          {{"WAYLAND_DISPLAY", "DISPLAY"}, "If one is set, this is a desktop that can show a browser."},
          {{"SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", "VSCODE_IPC_HOOK_CLI", "CODESPACES", "WSL_DISTRO_NAME",
            "container"},
           "If one is set, the browser may run on another machine or must be started in another way; "
           "'doctor' "
           "reports the conclusion."},
          {{"HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"},
           "As in curl, also in lower case, for proxies of the kinds http://, https://, socks5:// and "
           "socks5h:// (which looks the names up itself). Loopback addresses are never reached through a "
           "proxy."},
          {{"SSL_CERT_FILE", "SSL_CERT_DIR"},
           "A file of PEM certificates, and directories of them (separated by ':', prepared with 'openssl "
           "rehash'), to trust instead of the system's."},
          {{"NO_COLOR", "CLICOLOR_FORCE"}, "Disables colour; forces colour even in a pipe or file."},
          {{"TERM"}, "If dumb, there is no colour, and the cursor is never moved."},
          {{"LC_ALL", "LC_CTYPE", "LANG"},
           "The first that is set is the terminal's character set; unless it names UTF-8, bars and marks are "
           "drawn in ASCII."},
          {{"DBUS_SESSION_BUS_ADDRESS"}, "The address of the session bus, where the keychain is reached."},
          {{"GITHUB_OUTPUT"}, "The file --secret-to github writes the outputs of a workflow step to."},
      }};
}

HelpTopic files_topic() {
  return {
      "files",
      "Where data is stored; no file holds a secret unless you ask for it",
      {
          {{"the keychain"},
           "Tokens, the client secret and a stored API key are items of the Secret Service with the schema "
           "ai.chutes.Login and the attributes profile, issuer and kind. The secret of an app created here "
           "has "
           "the kind client:ID."},
          {{"$XDG_CONFIG_HOME/chutes-login/config.toml"},
           "Default options for every command, which the command line and the environment override; in "
           "~/.config "
           "if the variable is unset. Each line is 'name = value', where name is an option without its "
           "dashes and "
           "value a quoted string, an integer, true or false; '#' starts a comment. Other users may read the "
           "file "
           "but must not be able to write to it: a file that another user owns or can write to, or that "
           "cannot "
           "be "
           "read, is ignored with a warning."},
          {{"$XDG_CACHE_HOME/chutes-login/"},
           "Data that can be fetched again: names and prices the service has listed, names of profiles and, "
           "for a "
           "day, discovery documents of other issuers; in ~/.cache if the variable is unset."},
          {{"$XDG_STATE_HOME/chutes-login/conversations/NAME.jsonl"},
           "A conversation of invoke --continue, one turn a line, readable by you only; remove the file to "
           "end "
           "the conversation. In ~/.local/state if the variable is unset, as are the next two."},
          {{"$XDG_STATE_HOME/chutes-login/app-scopes.json",
            "$XDG_STATE_HOME/chutes-login/rescued-CLIENT.secret"},
           "The scopes of apps created here, which the service does not return later; and a client secret "
           "that "
           "could not be stored at its destination (mode 0600)."},
          {{"$XDG_DATA_HOME/chutes-login/PROFILE.encrypted",
            "$XDG_DATA_HOME/chutes-login/PROFILE.plaintext.json"},
           "The files of --store file and --store plaintext; in ~/.local/share if the variable is unset."},
          {{"$XDG_DATA_HOME/chutes-login/PROFILE.encrypted.session.lock"},
           "The lock that keeps two commands from refreshing one session at the same time lies beside the "
           "file "
           "with that session. A session in the keychain is locked by a name on the session bus "
           "(ai.chutes.Login.Session.profile-PROFILE), so that all who share the keychain share the lock."},
          {{"~/.local/state/chutes-login/"},
           "Locks of app apply, and of the keychain where the bus grants no names."},
      }};
}

} // namespace

const std::vector<HelpTopic>& help_topics() {
  static const std::vector<HelpTopic> topics{exit_code_topic(), environment_topic(), files_topic()};
  return topics;
}

const HelpTopic* find_topic(const std::string& name) {
  const auto found = std::find_if(help_topics().begin(), help_topics().end(),
                                  [&](const HelpTopic& topic) { return topic.name == name; });
  return found == help_topics().end() ? nullptr : &*found;
}

} // namespace chutes::cli
