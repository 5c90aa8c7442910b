#include "cli/cord_output.hpp"

#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/utf8.hpp"
#include "service/cord_choice.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace chutes::cli {
namespace {

struct Extension {
  std::string_view type;
  const char* extension;
};
constexpr std::array<Extension, 19> extensions{{{"image/jpeg", ".jpg"},
                                                {"image/png", ".png"},
                                                {"image/webp", ".webp"},
                                                {"image/gif", ".gif"},
                                                {"image/svg+xml", ".svg"},
                                                {"audio/wav", ".wav"},
                                                {"audio/x-wav", ".wav"},
                                                {"audio/mpeg", ".mp3"},
                                                {"audio/ogg", ".ogg"},
                                                {"audio/flac", ".flac"},
                                                {"video/mp4", ".mp4"},
                                                {"video/webm", ".webm"},
                                                {"application/json", ".json"},
                                                {"application/pdf", ".pdf"},
                                                {"application/zip", ".zip"},
                                                {"model/gltf-binary", ".glb"},
                                                {"text/html", ".html"},
                                                {"text/event-stream", ".txt"},
                                                {"text/plain", ".txt"}}};

// "image/jpeg" of "Image/JPEG; q=1"
std::string type_of(const std::string& content_type) {
  std::string type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' '))
    type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type;
}

const char* extension_of(const std::string& content_type) {
  const auto type = type_of(content_type);
  const auto found = std::find_if(extensions.begin(), extensions.end(),
                                  [&](const Extension& row) { return row.type == type; });
  return found == extensions.end() ? ".bin" : found->extension;
}

bool is_json(const std::string& content_type) {
  const auto type = type_of(content_type);
  return type == "application/json" || type.ends_with("+json");
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto character = next_character(text);
    if (character.kind != Utf8::complete)
      return false;
    text.remove_prefix(character.length);
  }
  return true;
}

// What is no JSON, as one JSON document.
Json wrapped(const std::string& body, const std::string& content_type) {
  Json json{{"content_type", content_type}};
  if (is_utf8(body))
    json["text"] = body;
  else
    json["base64"] = base64_encode(body);
  return json;
}

std::string size_text(std::size_t bytes) {
  constexpr double kibi = 1024;
  const auto count = static_cast<double>(bytes);
  if (count < kibi)
    return std::to_string(bytes) + " bytes";
  const bool mebi = count >= kibi * kibi;
  std::array<char, 32> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "%.1f %s", count / (mebi ? kibi * kibi : kibi),
                                  mebi ? "MiB" : "KiB"));
  return text.data();
}

} // namespace

void require_place_for(const std::string& content_type, const InvokeOptions& options, Context& context) {
  if (options.output || context.options.json || service::is_text(content_type) ||
      !context.platform.terminal.output_is_terminal())
    return;
  throw Error{ErrorKind::usage,
              "the answer is " + one_line(content_type, 60) + ", which is nothing for a terminal",
              "write it to a file with -o FILE, or pipe it on"};
}

CordOutput::Way CordOutput::choose_way() const {
  if (m_options.output)
    return Way::file;
  if (m_context.options.json)
    return Way::collected;
  if (!m_context.platform.terminal.output_is_terminal() || m_options.raw)
    return Way::straight;
  return is_json(m_content_type) ? Way::collected : Way::filtered;
}

void CordOutput::head(const HttpResponse& response) {
  m_started = true;
  m_content_type = response.header("Content-Type").value_or("");
  require_place_for(m_content_type, m_options, m_context);
  m_way = choose_way();
  if (m_options.include)
    print_head(response);
  if (m_way != Way::file)
    return;
  auto& files = m_context.platform.output_files;
  m_file = m_options.output->ends_with('/')
               ? files.create_in(*m_options.output, m_stem, extension_of(m_content_type))
               : files.open(*m_options.output);
}

void CordOutput::print_head(const HttpResponse& response) {
  std::string text = "HTTP " + std::to_string(response.status) + "\n";
  for (const auto& [name, value] : response.headers)
    text += one_line(name, 200) + ": " + one_line(value, 4000) + "\n";
  m_context.platform.terminal.print(text + "\n");
}

void CordOutput::piece(std::string_view bytes) {
  m_bytes += bytes.size();
  switch (m_way) {
  case Way::straight:
    m_context.platform.terminal.print(bytes);
    break;
  case Way::filtered:
    m_context.platform.terminal.print(m_filter.filter(bytes));
    break;
  case Way::collected:
    m_collected += bytes;
    break;
  case Way::file:
    m_file->write(bytes);
    break;
  }
}

void CordOutput::end() {
  auto& terminal = m_context.platform.terminal;
  if (m_way == Way::file)
    return report_file();
  if (m_way == Way::filtered)
    return terminal.print(m_filter.finish() + "\n");
  if (m_way == Way::straight)
    return;
  const auto document = parse_json(m_collected);
  if (m_context.options.json)
    terminal.print(json_line(document ? *document : wrapped(m_collected, m_content_type)) + "\n");
  else if (document)
    terminal.print(json_pretty(*document) + "\n"); // escapes control characters by itself
  else
    terminal.print(m_filter.filter(m_collected) + m_filter.finish() + "\n");
}

void CordOutput::report_file() {
  if (m_context.options.json)
    m_context.platform.terminal.print(
        json_line(Json{{"path", m_file->path()}, {"bytes", m_bytes}, {"content_type", m_content_type}}) +
        "\n");
  else
    m_context.notice("Wrote " + size_text(m_bytes) + " to " + m_file->path() +
                     (m_content_type.empty() ? "." : " (" + one_line(m_content_type, 60) + ")."));
}

} // namespace chutes::cli
