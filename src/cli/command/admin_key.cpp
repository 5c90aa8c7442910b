#include "cli/command/admin_key.hpp"

#include "base/credential_text.hpp"
#include "base/error.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_secret = 4096; // bytes
constexpr const char* question = "Admin API key (create one on the service's website; input is hidden): ";

// `source` names where `content` came from: "standard input (--api-key-stdin)".
Secret first_line(const Secret& content, const std::string& source) {
  const auto text = without_byte_order_mark(content.reveal());
  auto secret = credential_in(text.substr(0, text.find_first_of("\r\n")), "the first line of " + source);
  if (secret.empty())
    throw Error{ErrorKind::usage, "the first line of " + source + " is empty",
                "put the secret on the first line"};
  return secret;
}

Secret from_file(const std::string& path, Context& context) {
  std::optional<Secret> content;
  try {
    content = context.platform.files.read(path, FileOrigin::given);
  } catch (const Error& error) {
    throw Error{ErrorKind::usage, error.what(), error.hint()}; // the value of an option, not the store
  }
  if (!content)
    throw Error{ErrorKind::usage,
                "the file given with --api-key-file does not exist", // its name may be the key itself
                "--api-key-file takes the name of a file that holds the key"};
  return first_line(*content, "the file given with --api-key-file");
}

// What is stored; absent where nothing is, or this machine has no keychain. Throws the reason if the store
// cannot be read: it may hold the credential that the user means.
template <typename Value>
std::optional<Value> readable(session::Stored<Value> stored) {
  if (auto* unreadable = std::get_if<session::Unreadable>(&stored))
    throw Error{unreadable->reason};
  auto* value = std::get_if<Value>(&stored);
  return value != nullptr ? std::optional{std::move(*value)} : std::nullopt;
}

// The key that `setup --keep-api-key` stored.
std::optional<Secret> stored_key(Context& context) {
  auto key = readable(context.vault().look_up_api_key());
  if (key)
    context.use(used_api_key("the API key that setup stored",
                             "replace the stored key: pass another one to 'chutes-login setup --keep-api-key "
                             "--api-key-file FILE'"));
  return key;
}

// The token of a session that holds the scope `admin`. The scope of a token from the environment is unknown.
std::optional<Secret> token_of_admin_session(Context& context) {
  if (context.platform.environment.find("CHUTES_ACCESS_TOKEN"))
    return std::nullopt;
  const auto session = readable(context.vault().look_up_session());
  const bool is_admin =
      session && std::find(session->scope.begin(), session->scope.end(), "admin") != session->scope.end();
  if (!is_admin)
    return std::nullopt;
  const auto token = context.access_tokens().obtain(std::nullopt);
  context.pair(token, context.endpoints.idp);
  return token.value;
}

// The key that the options or the environment give.
std::optional<Secret> given_key(const AdminKeyOptions& options, Context& context) {
  const auto use = [&](const char* name, const char* renewal) { context.use(used_api_key(name, renewal)); };
  if (options.from_stdin) {
    use("--api-key-stdin", "pass a valid admin API key to --api-key-stdin; a scoped key is refused here");
    return secret_from_input("--api-key-stdin", context.platform.terminal);
  }
  if (options.file) {
    use("--api-key-file",
        "put a valid admin API key into the file given with --api-key-file; a scoped key is refused here");
    return from_file(*options.file, context);
  }
  auto key = context.platform.environment.find_credential("CHUTES_API_KEY");
  if (key)
    use("CHUTES_API_KEY", "set CHUTES_API_KEY to a valid admin API key; a scoped key is refused here");
  return key;
}

} // namespace

void declare_admin_key(OptionDeclarer& declarer, AdminKeyOptions& options) {
  declarer.flag("--api-key-stdin", options.from_stdin, "Read the admin API key from standard input");
  declarer.value("--api-key-file", options.file, "FILE",
                 "Read the admin API key from this file or pipe, or - for standard input");
}

Secret secret_from_input(const char* option, Terminal& terminal) {
  return first_line(Secret{terminal.read_all_input(longest_secret)},
                    std::string{"standard input ("} + option + ")");
}

Secret choose_admin_key(const AdminKeyOptions& options, Context& context) {
  if (options.from_stdin && options.file)
    throw Error{ErrorKind::usage, "--api-key-stdin and --api-key-file cannot be used together",
                "give only one of them"};
  if (auto key = given_key(options, context))
    return std::move(*key);
  if (auto key = stored_key(context))
    return std::move(*key);
  if (auto token = token_of_admin_session(context))
    return std::move(*token);
  auto answer = context.options.no_input ? std::nullopt : context.platform.terminal.ask_secret(question);
  if (!answer || answer->empty())
    throw Error{options.without, std::string{options.purpose}.append(" requires an admin API key"),
                "pass it with --api-key-stdin, --api-key-file or CHUTES_API_KEY"};
  context.use(used_api_key("the key you typed",
                           "run the command again with a valid admin API key; a scoped key is refused here"));
  return std::move(*answer);
}

} // namespace chutes::cli
