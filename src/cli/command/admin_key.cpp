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

// The token of a session that holds the scope `admin`. The scope of a token from the environment is unknown.
std::optional<Secret> token_of_admin_session(Context& context) {
  const auto session = context.vault().find_readable_session();
  const bool is_admin =
      session && std::find(session->scope.begin(), session->scope.end(), "admin") != session->scope.end();
  if (!is_admin || context.platform.environment.find("CHUTES_ACCESS_TOKEN"))
    return std::nullopt;
  return context.access_tokens().obtain(std::nullopt).value;
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
  if (options.from_stdin)
    return secret_from_input("--api-key-stdin", context.platform.terminal);
  if (options.file)
    return from_file(*options.file, context);
  if (auto key = context.platform.environment.find_credential("CHUTES_API_KEY"))
    return std::move(*key);
  if (auto key = context.vault().find_api_key())
    return std::move(*key);
  if (auto token = token_of_admin_session(context))
    return std::move(*token);
  auto answer = context.options.no_input ? std::nullopt : context.platform.terminal.ask_secret(question);
  if (!answer || answer->empty())
    throw Error{ErrorKind::usage, "managing apps requires an admin API key",
                "pass it with --api-key-stdin, --api-key-file or CHUTES_API_KEY"};
  return std::move(*answer);
}

} // namespace chutes::cli
