// --dry-run and --curl: a request as words, with everything but the credential.
#include "base/number_text.hpp"
#include "cli/invoke/invoke_options.hpp"

#include <algorithm>
#include <cctype>

namespace chutes::cli {
namespace {

// One word of a POSIX shell's command line.
std::string in_quotes(const std::string& text) {
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

// A body for eyes: the data of images in it, which say nothing to them, are cut short.
std::string shortened(const std::string& body) {
  constexpr std::string_view encoding = ";base64,";
  constexpr std::size_t longest = 64; // letters of data
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

std::string request_text(const HttpRequest& request, bool for_eyes) {
  std::string text = request.method + " " + request.url.text() + "\n";
  for (const auto& [name, value] : request.headers)
    text += name + ": " + (is_credential(name) ? "Bearer …" : value) + "\n";
  if (!request.body.empty())
    text += "\n" + (for_eyes ? shortened(request.body) : request.body) +
            (request.body.ends_with('\n') ? "" : "\n");
  return text;
}

// A word of a command line has at most 128 KiB on Linux; a longer body of one line follows as a
// here-document.
std::string body_word(const std::string& body) {
  constexpr std::size_t longest_word = 100'000;
  if (body.size() <= longest_word || body.find('\n') != std::string::npos)
    return in_quotes(body);
  return "@/dev/fd/3 3<<'END_OF_BODY'\n" + body + "\nEND_OF_BODY";
}

std::string curl_command(const HttpRequest& request, const std::string& program) {
  std::string text = program + " token --curl-config | curl -K - --no-buffer -X " + request.method + " " +
                     in_quotes(request.url.text());
  for (const auto& [name, value] : request.headers)
    if (!is_credential(name))
      text.append(" \\\n  -H ").append(in_quotes(std::string{name}.append(": ").append(value)));
  if (!request.body.empty())
    text += " \\\n  --data-binary " + body_word(request.body);
  return text + "\n";
}

} // namespace

bool only_described(const InvokeOptions& options) {
  return options.dry_run || options.curl;
}

void describe(const HttpRequest& request, const InvokeOptions& options, Context& context) {
  const bool for_eyes = context.platform.terminal.output_is_terminal();
  context.platform.terminal.print(options.curl ? curl_command(request, context.program)
                                               : request_text(request, for_eyes));
}

} // namespace chutes::cli
