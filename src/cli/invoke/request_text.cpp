// --dry-run and --curl: prints a request, without the credential.
#include "base/number_text.hpp"
#include "base/shell_word.hpp"
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

// Linux limits a word of a command line to 128 KiB; a longer body of one line becomes a here-document.
std::string body_word(const std::string& body) {
  constexpr std::size_t longest_word = 100'000;
  if (body.size() <= longest_word || body.find('\n') != std::string::npos)
    return shell_word(body);
  return "@/dev/fd/3 3<<'END_OF_BODY'\n" + body + "\nEND_OF_BODY";
}

std::string curl_command(const HttpRequest& request, const std::string& program) {
  std::string text = program + " token --curl-config | curl -K - --no-buffer -X " + request.method + " " +
                     shell_word(request.url.text());
  for (const auto& [name, value] : request.headers)
    if (!is_credential(name))
      text.append(" \\\n  -H ").append(shell_word(std::string{name}.append(": ").append(value)));
  if (!request.body.empty())
    text += " \\\n  --data-binary " + body_word(request.body);
  return text + "\n";
}

} // namespace

bool only_described(const InvokeOptions& options) {
  return options.dry_run || options.curl;
}

void describe(const HttpRequest& request, const InvokeOptions& options, Context& context) {
  const bool on_terminal = context.platform.terminal.output_is_terminal();
  context.platform.terminal.print(options.curl ? curl_command(request, context.program)
                                               : request_text(request, on_terminal));
}

} // namespace chutes::cli
