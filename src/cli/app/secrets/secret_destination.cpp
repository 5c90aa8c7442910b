#include "cli/app/secrets/secret_destination.hpp"

#include "base/error.hpp"
#include "base/form.hpp"
#include "base/terminal_text.hpp"
#include "cli/app/secrets/file_destinations.hpp"
#include "cli/app/secrets/stream_destinations.hpp"
#include "cli/command/chosen_store.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr std::string_view file_prefix = "file:";
constexpr std::string_view env_file_prefix = "env-file:";
constexpr std::size_t longest_id = 100;

class KeychainDestination final : public SecretDestination {
public:
  explicit KeychainDestination(Context& context) : m_context(context) {}

  void prepare() override {
    const auto vault = m_context.vault();
    m_context.platform.keychain.prepare({vault.profile(), vault.issuer(), "client"});
  }
  void store(const AppSecret& secret) override {
    m_context.vault().keep_client_secret(secret.client_id, secret.client_secret);
  }
  [[nodiscard]] std::string place() const override { return std::string{"in "} + place_of(m_context.store); }

private:
  Context& m_context;
};

std::string path_behind(std::string_view prefix, const std::string& word) {
  auto path = word.substr(prefix.size());
  if (path.empty())
    throw Error{ErrorKind::usage, "--secret-to " + word + " has no path",
                "give a path, for example --secret-to " + std::string{prefix} +
                    (prefix == file_prefix ? "secret.txt" : ".env.local")};
  return path;
}

// Where a secret is put that could not be stored where it belongs, in the order they are tried.
std::vector<std::string> rescue_paths(const std::string& name, const Environment& environment) {
  constexpr const char* folder = "/chutes-login/";
  std::vector<std::string> paths;
  if (const auto state = environment.user_directory("XDG_STATE_HOME", ".local/state"))
    paths.push_back(*state + folder + name);
  if (const auto runtime = environment.find_directory("XDG_RUNTIME_DIR"))
    paths.push_back(*runtime + folder + name);
  return paths;
}

// Writes the secret to a file that only this user can read and returns its path; absent if no file could be
// written.
std::optional<std::string> rescue(const AppSecret& secret, Context& context) {
  const auto name = "rescued-" + percent_encode(secret.client_id) + ".secret";
  for (const auto& path : rescue_paths(name, context.platform.environment)) {
    try {
      constexpr std::chrono::seconds patience{2};
      const auto lock = context.platform.files.lock(path, patience);
      context.platform.files.replace(path, Secret{secret.client_secret.reveal() + "\n"});
      return path;
    } catch (const Error&) { // try the next path
    }
  }
  return std::nullopt;
}

} // namespace

void declare_secret(OptionDeclarer& declarer, SecretOptions& options) {
  declarer.value(
      "--secret-to", options.to, "PLACE",
      "Where to store the secret, which the service returns only once: keychain (default), file:PATH "
      "(a new file, mode 0600), env-file:PATH (sets CHUTES_OAUTH_CLIENT_ID, _CLIENT_SECRET and _SCOPES "
      "in it), github (masks it, then writes $GITHUB_OUTPUT), stdout (prints only the secret)");
  declarer.flag("--force", options.force, "Let file:PATH replace an existing file");
}

std::unique_ptr<SecretDestination> make_secret_destination(const SecretOptions& options, Context& context) {
  const std::string word = options.to.value_or("keychain");
  const bool is_file = word.starts_with(file_prefix);
  if (options.force && !is_file)
    throw Error{ErrorKind::usage, "--force requires --secret-to file:PATH", "omit --force"};
  if (word == "keychain")
    return std::make_unique<KeychainDestination>(context);
  if (word == "stdout")
    return make_stdout_destination(context);
  if (word == "github")
    return make_github_destination(context);
  if (is_file)
    return make_file_destination(path_behind(file_prefix, word), options.force, context);
  if (word.starts_with(env_file_prefix))
    return make_env_file_destination(path_behind(env_file_prefix, word), {}, context);
  throw Error{ErrorKind::usage, "unknown destination in --secret-to",
              "give keychain, file:PATH, env-file:PATH, github or stdout"};
}

void store_or_rescue(SecretDestination& destination, const AppSecret& secret, Context& context) {
  try {
    destination.store(secret);
  } catch (const std::exception& failure) { // of any kind: saving the secret comes first
    const auto owner = one_line(secret.client_id, longest_id);
    const auto path = rescue(secret, context);
    const auto hint = path ? "the secret of " + owner + " was saved in " + *path +
                                 "; store it elsewhere and delete that file"
                           : "the secret of " + owner +
                                 " is lost; solve that first, then run 'app rotate-secret' to get a new one";
    const auto* error = dynamic_cast<const Error*>(&failure);
    const auto kind = error != nullptr ? error->kind() : ErrorKind::internal;
    if (kind == ErrorKind::reader_gone) // which is not reported otherwise
      context.platform.terminal.notice(hint);
    throw Error{kind, failure.what(), hint};
  }
}

void report(const SecretDestination& destination, const Json& json, const std::string& text,
            Context& context) {
  if (!destination.uses_stdout())
    context.result(json, text);
  else
    context.notice_lines(text.ends_with('\n') ? text.substr(0, text.size() - 1) : text);
}

} // namespace chutes::cli
