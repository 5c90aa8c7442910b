#include "cli/help/help_topics.hpp"

#include "cli/command/exit_code.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

HelpTopic exit_code_topic() {
  HelpTopic topic{"exit-codes", "What the program's exit codes mean", {{{"0"}, "Done."}}};
  for (const auto& row : exit_codes) {
    std::string meaning = row.meaning;
    meaning.front() = static_cast<char>(
        meaning.front() >= 'a' && meaning.front() <= 'z' ? meaning.front() - 'a' + 'A' : meaning.front());
    topic.entries.push_back({{std::to_string(row.code)}, meaning + " (" + row.name + ")."});
  }
  return topic;
}

HelpTopic environment_topic() {
  return {
      "environment",
      "The variables the program heeds; an empty one counts as not set",
      {
          {{"CHUTES_PROFILE", "CHUTES_OIDC_ISSUER", "CHUTES_STORE"},
           "What --profile, --issuer and --store say when they are not given."},
          {{"CHUTES_OAUTH_CLIENT_ID", "CHUTES_OAUTH_CLIENT_SECRET", "CHUTES_OAUTH_REDIRECT_URI"},
           "The client registration to sign in with. Several redirect URIs are separated by spaces or "
           "commas."},
          {{"CHUTES_OAUTH_SCOPES"}, "The scopes to ask for; by default openid profile chutes:invoke."},
          {{"CHUTES_ACCESS_TOKEN"},
           "An access token to use as it is, instead of the session. It is neither stored nor refreshed."},
          {{"CHUTES_API_KEY"}, "An API key to use when nobody is signed in."},
          {{"CHUTES_STORE_PASSPHRASE_FILE"},
           "The file whose first line is the passphrase of --store file; it must be readable by its owner "
           "only. "
           "Without it the credential chutes-login-passphrase of the service manager is taken "
           "(LoadCredential of "
           "systemd), else the passphrase is asked for on the terminal."},
          {{"CREDENTIALS_DIRECTORY"}, "Where the service manager puts credentials; it sets this by itself."},
          {{"CHUTES_API_URL", "CHUTES_IDP_BASE_URL", "CHUTES_LLM_URL"},
           "Where the account API, the identity provider and the models are. The second defaults to the "
           "first, "
           "which is https://api.chutes.ai."},
          {{"CHUTES_HOST_TEMPLATE"},
           "How a host name becomes an address; by default https://{host}.chutes.ai. Plain http is accepted "
           "for "
           "loopback addresses only, here as above."},
          {{"CHUTES_LOOPBACK_ANY_USER"},
           "With 1, login takes connections of this machine's other users too: for a browser that runs as "
           "somebody else, as on the host of a container. Where the kernel does not tell the user, as in "
           "some "
           "containers and under Windows, this is so anyway."},
          {{"BROWSER"}, "The browser to start; without it xdg-open and its like are tried."},
          {{"WAYLAND_DISPLAY", "DISPLAY"},
           "One of them tells that this is a desktop, where a browser can be seen."},
          {{"SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", "VSCODE_IPC_HOOK_CLI", "CODESPACES", "WSL_DISTRO_NAME",
            "container"},
           "Tell that the browser is elsewhere, or is started in another way; 'doctor' says what was made of "
           "them."},
          {{"HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"},
           "As in curl, also in small letters. Loopback addresses are never reached through a proxy."},
          {{"SSL_CERT_FILE", "SSL_CERT_DIR"},
           "A file of PEM certificates, and directories of them (':' in between) prepared with 'openssl "
           "rehash', to trust instead of the system's."},
          {{"NO_COLOR", "CLICOLOR_FORCE"}, "No colour at all; colour even where nobody looks."},
          {{"LC_ALL", "LC_CTYPE", "LANG"},
           "The first that is set says what the terminal can show; where it does not name UTF-8, bars and "
           "marks "
           "are drawn in ASCII."},
          {{"DBUS_SESSION_BUS_ADDRESS"}, "Where the keychain is reached."},
          {{"GITHUB_OUTPUT"}, "Where --secret-to github writes the outputs of a workflow's step."},
      }};
}

HelpTopic files_topic() {
  return {
      "files",
      "What is kept where; nothing secret is in a file unless you ask for it",
      {
          {{"the keychain"},
           "Tokens, the client's secret and a kept API key are items of the Secret Service, with the schema "
           "ai.chutes.Login and the attributes profile, issuer and kind. The secret of an app that was "
           "created here "
           "has the kind client:ID."},
          {{"$XDG_CONFIG_HOME/chutes-login/config.toml"},
           "What the options of every command are when neither the command line nor the environment gives "
           "them; "
           "below ~/.config if the variable is not set. Lines of the form 'name = value', where name is an "
           "option "
           "without its dashes and value a string in quotes, a whole number, true or false; '#' begins a "
           "comment. "
           "Others may read the file, nobody else may write it."},
          {{"$XDG_CACHE_HOME/chutes-login/"},
           "What can be asked for again: names and prices the service has listed, names of profiles, and, "
           "for "
           "a day, the discovery documents of other issuers; below ~/.cache if the variable is not set."},
          {{"$XDG_STATE_HOME/chutes-login/conversations/NAME.jsonl"},
           "A conversation of invoke --continue, a line a turn, for you alone; removing it ends the "
           "conversation. Below ~/.local/state if the variable is not set, as the next."},
          {{"$XDG_STATE_HOME/chutes-login/app-scopes.json",
            "$XDG_STATE_HOME/chutes-login/rescued-CLIENT.secret"},
           "The scopes of apps that were created here, which the service never tells again; and a client "
           "secret that could not be stored where it was to go (0600)."},
          {{"$XDG_DATA_HOME/chutes-login/PROFILE.encrypted",
            "$XDG_DATA_HOME/chutes-login/PROFILE.plaintext.json"},
           "The stores of --store file and --store plaintext; below ~/.local/share if the variable is not "
           "set."},
          {{"$XDG_RUNTIME_DIR/chutes-login/"},
           "Locks, so that two commands never refresh one session at the same time; without the variable in "
           "/run/user/UID, and where that does not exist below $XDG_STATE_HOME."},
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
