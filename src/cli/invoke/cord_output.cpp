#include "cli/invoke/cord_output.hpp"

#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/media_type.hpp"
#include "base/utf8.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

// Wraps a body that is not JSON in a JSON document.
Json wrapped(const std::string& body, const std::string& content_type) {
  Json json{{"content_type", content_type}};
  if (!invalid_utf8_at(body))
    json["text"] = body;
  else
    json["base64"] = base64_encode(body);
  return json;
}

// Returns the Content-Length of the response, if it has one.
std::optional<std::uint64_t> length_of(const HttpResponse& response) {
  const auto length =
      integer_field(Json{{"length", response.header("Content-Length").value_or("")}}, "length");
  return length && *length > 0 ? std::optional{static_cast<std::uint64_t>(*length)} : std::nullopt;
}

[[noreturn]] void refuse_on_terminal(const std::string& content_type) {
  throw Error{ErrorKind::usage,
              "the answer is " + one_line(content_type, 60) + ", which cannot be shown on a terminal",
              "write it to a file with -o FILE, or pipe it to another program"};
}

} // namespace

void require_printable(const std::string& content_type, const InvokeOptions& options, Context& context) {
  if (options.output || context.options.json || is_text_type(content_type) ||
      !context.platform.terminal.output_is_terminal())
    return;
  refuse_on_terminal(content_type);
}

// Binary data holds a NUL, or begins with the mark of its format.
void CordOutput::require_text(std::string_view bytes) {
  constexpr std::size_t longest_head = 64;
  if (!m_context.platform.terminal.output_is_terminal())
    return;
  const bool in_head = m_head.size() < longest_head;
  if (in_head)
    m_head += bytes.substr(0, longest_head - m_head.size());
  const auto type = in_head ? type_of_bytes(m_head) : "";
  if (!type.empty())
    refuse_on_terminal(type);
  if (bytes.find('\0') != std::string_view::npos)
    refuse_on_terminal("binary");
}

CordOutput::Mode CordOutput::choose_mode() const {
  if (m_options.output)
    return Mode::file;
  if (m_context.options.json)
    return Mode::collected;
  if (!m_context.platform.terminal.output_is_terminal() || m_options.raw)
    return Mode::direct;
  return is_json_type(m_content_type) ? Mode::collected : Mode::filtered;
}

void CordOutput::head(const HttpResponse& response) {
  m_started = true;
  m_content_type = response.header("Content-Type").value_or("");
  require_printable(m_content_type, m_options, m_context);
  m_mode = choose_mode();
  if (m_options.include)
    print_head(response);
  if (m_mode != Mode::file)
    return;
  m_progress.emplace("Receiving", m_context).expect(length_of(response));
  m_files.emplace(*m_options.output, m_stem, m_context);
  m_files->begin(m_content_type);
}

void CordOutput::print_head(const HttpResponse& response) {
  std::string text = "HTTP " + std::to_string(response.status) + "\n";
  for (const auto& [name, value] : response.headers)
    text += one_line(name, 200) + ": " + one_line(value, 4000) + "\n";
  m_context.platform.terminal.print(text + "\n");
}

void CordOutput::piece(std::string_view bytes) {
  if (m_mode != Mode::file && !m_context.options.json)
    require_text(bytes);
  switch (m_mode) {
  case Mode::direct:
    m_context.platform.terminal.print_unfiltered(bytes);
    break;
  case Mode::filtered:
    m_context.platform.terminal.print(bytes);
    break;
  case Mode::collected:
    collect(bytes);
    break;
  case Mode::file:
    m_files->write(bytes);
    m_progress->moved(bytes.size());
    break;
  }
}

void CordOutput::collect(std::string_view bytes) {
  constexpr std::size_t longest_collected = 64U << 20U;
  if (m_collected.size() + bytes.size() > longest_collected)
    throw Error{ErrorKind::service, "the answer exceeds 64 MiB and cannot be printed as one JSON document",
                "write it to a file with -o FILE, or pipe it without --json"};
  m_collected += bytes;
}

void CordOutput::end() {
  auto& terminal = m_context.platform.terminal;
  if (m_mode == Mode::file)
    return end_files();
  if (m_mode == Mode::filtered)
    return terminal.print("\n");
  if (m_mode == Mode::direct)
    return;
  const auto document = parse_json(m_collected);
  if (m_context.options.json)
    terminal.print_json(json_line(document ? *document : wrapped(m_collected, m_content_type)) + "\n");
  else if (document)
    terminal.print_json(json_pretty(*document) + "\n");
  else
    terminal.print(m_collected + "\n");
}

void CordOutput::end_files() {
  m_progress.reset();
  m_files->end();
}

void CordOutput::keep_partial_answer() {
  m_progress.reset();
  if (m_files)
    m_files->keep_partial_answer();
}

} // namespace chutes::cli
