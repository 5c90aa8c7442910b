// --dry-run and --curl: prints a request, without the credential.
#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/shell_word.hpp"
#include "base/terminal_text.hpp"
#include "cli/invoke/invoke_options.hpp"

#include <algorithm>

namespace chutes::cli {
namespace {

bool is_credential(const std::string& header) {
  return header == "Authorization";
}

// Shortens the base64 data of images in a body that is shown on a terminal.
std::string shortened(const std::string& body) {
  constexpr std::string_view encoding = ";base64,";
  constexpr std::size_t longest = 64; // characters of data
  std::string text;
  std::size_t from = 0;
  for (auto at = body.find(encoding); at != std::string::npos; at = body.find(encoding, from)) {
    const auto data = at + encoding.size();
    const auto end = std::min(body.find('"', data), body.size());
    const bool cut = end - data > longest;
    text += body.substr(from, (cut ? data + longest : end) - from);
    if (cut)
      text += "… (" + size_text(end - data) + ")";
    from = end;
  }
  return text + body.substr(from);
}

std::string request_text(const HttpRequest& request, bool on_terminal) {
  std::string text = request.method + " " + request.url.text() + "\n";
  for (const auto& [name, value] : request.headers)
    text += name + ": " + (is_credential(name) ? "Bearer …" : value) + "\n";
  if (!request.body.empty())
    text += "\n" + (on_terminal ? shortened(request.body) : request.body) +
            (request.body.ends_with('\n') ? "" : "\n");
  return text;
}

// Whether the body can be a word of a command line that is printed: Linux limits one to 128 KiB, it holds no
// NUL, and a terminal would not show some other characters.
bool fits_word(const std::string& body) {
  constexpr std::size_t longest_word = 100'000;
  TerminalFilter filter;
  return body.size() <= longest_word && filter.filter(body) == body && body.find('\0') == std::string::npos;
}

// Base64 in lines, as base64(1) reads it.
std::string base64_lines(const std::string& body) {
  constexpr std::size_t width = 76;
  const auto data = base64_encode(body);
  std::string text;
  text.reserve(data.size() + data.size() / width + 1);
  for (std::size_t at = 0; at < data.size(); at += width)
    text.append(data, at, width).append("\n");
  return text;
}

// The method, in a form for which curl waits for the right answer: after -X HEAD it would wait for a body.
std::string method_words(const HttpRequest& request) {
  if (request.method != "HEAD")
    return " -X " + shell_word(request.method) + " ";
  if (!request.body.empty())
    throw Error{ErrorKind::usage, "curl cannot send a HEAD request that has a body",
                "omit the body, or see the request with --dry-run"};
  return " --head ";
}

// What else curl would do with the characters of a URL: expand lists and ranges, and remove "..".
std::string url_options(const std::string& url) {
  std::string options;
  if (url.find_first_of("[]{}") != std::string::npos)
    options += "--globoff ";
  if (url.find("/.") != std::string::npos)
    options += "--path-as-is ";
  return options;
}

// curl takes "Name:" for a header to leave out, and "Name;" for one without a value.
std::string header_word(const std::string& name, const std::string& value) {
  std::string text = name;
  return shell_word(value.empty() ? text.append(";") : text.append(": ").append(value));
}

// The command that prints the token of the session that this call would use.
std::string token_command(const Context& context) {
  std::string text = context.program;
  if (context.options.profile_named)
    text.append(" --profile ").append(shell_word(context.profile()));
  if (context.options.issuer)
    text.append(" --issuer ").append(shell_word(*context.options.issuer));
  if (context.options.store)
    text.append(" --store ").append(shell_word(*context.options.store));
  return text + " token --curl-config";
}

// The body is a word of the command, or reaches curl from a here-document through a pipe and descriptor 3:
// standard input is where curl reads the token.
std::string curl_command(const HttpRequest& request, const Context& context) {
  const bool as_word = fits_word(request.body);
  const auto url = request.url.text();
  std::string text =
      as_word ? "" : "base64 -d <<'END_OF_BODY' | {\n" + base64_lines(request.body) + "END_OF_BODY\n";
  text += token_command(context) + (as_word ? "" : " </dev/null") + " | curl -K - --no-buffer" +
          method_words(request) + url_options(url) + shell_word(url);
  for (const auto& [name, value] : request.headers)
    if (!is_credential(name))
      text.append(" \\\n  -H ").append(header_word(name, value));
  if (!as_word)
    return text + " \\\n  -H Expect: \\\n  --data-binary @/dev/fd/3; } 3<&0\n";
  if (!request.body.empty())
    text.append(" \\\n  --data-raw ").append(shell_word(request.body));
  return text + "\n";
}

} // namespace

bool only_described(const InvokeOptions& options) {
  return options.dry_run || options.curl;
}

void describe(const HttpRequest& request, const InvokeOptions& options, Context& context) {
  const bool on_terminal = context.platform.terminal.output_is_terminal();
  context.platform.terminal.print(options.curl ? curl_command(request, context)
                                               : request_text(request, on_terminal));
}

} // namespace chutes::cli
