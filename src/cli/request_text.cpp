// --dry-run and --curl: a request as words, with everything but the credential.
#include "cli/invoke_options.hpp"

#include <algorithm>
#include <cctype>

namespace chutes::cli {
namespace {

// One word of a POSIX shell's command line.
std::string quoted(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '/' || c == '.' || c == ':' || c == '@';
  });
  if (plain)
    return text;
  std::string word = "'";
  for (const char c : text)
    word += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return word + "'";
}

bool is_credential(const std::string& header) {
  return header == "Authorization";
}

std::string request_text(const HttpRequest& request) {
  std::string text = request.method + " " + request.url.text() + "\n";
  for (const auto& [name, value] : request.headers)
    text += name + ": " + (is_credential(name) ? "Bearer …" : value) + "\n";
  if (!request.body.empty())
    text += "\n" + request.body + (request.body.ends_with('\n') ? "" : "\n");
  return text;
}

std::string curl_command(const HttpRequest& request, const std::string& program) {
  std::string text = program + " token --curl-config | curl -K - --no-buffer -X " + request.method + " " +
                     quoted(request.url.text());
  for (const auto& [name, value] : request.headers)
    if (!is_credential(name))
      text.append(" \\\n  -H ").append(quoted(std::string{name}.append(": ").append(value)));
  if (!request.body.empty())
    text += " \\\n  --data-binary " + quoted(request.body);
  return text + "\n";
}

} // namespace

bool only_described(const InvokeOptions& options, const HttpRequest& request, Context& context) {
  if (!options.dry_run && !options.curl)
    return false;
  context.platform.terminal.print(options.curl ? curl_command(request, context.program)
                                               : request_text(request));
  return true;
}

} // namespace chutes::cli
