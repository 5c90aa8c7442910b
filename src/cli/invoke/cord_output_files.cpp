#include "cli/invoke/cord_output_files.hpp"

#include "base/media_type.hpp"
#include "base/number_text.hpp"
#include "base/terminal_text.hpp"
#include "cli/invoke/embedded_media.hpp"

#include <nlohmann/json.hpp>

#include <tuple>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_searched = 256U << 20U; // bytes

// "out/" and "cat" of "out/cat.png"
std::pair<std::string, std::string> place_and_stem(const std::string& path) {
  const auto slash = path.rfind('/');
  const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
  return {slash == std::string::npos ? "./" : path.substr(0, slash + 1), name.substr(0, name.rfind('.'))};
}

} // namespace

void CordOutputFiles::begin(const std::string& content_type) {
  m_content_type = content_type;
  const bool in_directory = m_place.ends_with('/');
  const bool for_media = !in_directory && is_media_name(m_place);
  m_searched = is_json_type(content_type) && (in_directory || for_media);
  m_held_back = m_searched && for_media;
  auto& files = m_context.platform.output_files;
  m_file = in_directory ? files.create_in(m_place, m_stem, extension_of(content_type)) : files.open(m_place);
  if (for_media)
    std::tie(m_place, m_stem) = place_and_stem(m_place);
}

void CordOutputFiles::write(std::string_view bytes) {
  m_bytes += bytes.size();
  if (m_searched)
    hold(bytes);
  if (!m_held_back)
    m_file->write(bytes);
}

// Collects JSON to search for media; a document that is too long is written as it is.
void CordOutputFiles::hold(std::string_view bytes) {
  if (m_document.size() + bytes.size() <= longest_searched) {
    m_document += bytes;
    return;
  }
  keep_partial_answer();
  m_searched = false;
  m_document.clear();
}

void CordOutputFiles::keep_partial_answer() {
  if (m_held_back && m_file)
    m_file->write(m_document);
  m_held_back = false;
}

void CordOutputFiles::end() {
  if (!m_held_back)
    m_written.push_back({m_file->path(), m_content_type, m_bytes});
  if (m_searched)
    write_media();
  if (m_held_back) { // the document holds no media
    keep_partial_answer();
    m_written.push_back({m_file->path(), m_content_type, m_bytes});
  }
  report();
}

void CordOutputFiles::write_media() {
  const auto document = parse_json(m_document);
  if (!document)
    return;
  for (const auto& media : embedded_media(*document))
    add(media.type, media.bytes);
}

void CordOutputFiles::add(const std::string& type, std::string_view bytes) {
  std::unique_ptr<OutputFile> own;
  if (!m_held_back)
    own = m_context.platform.output_files.create_in(m_place, m_stem, extension_of(type));
  auto& file = m_held_back ? *m_file : *own;
  m_held_back = false;
  file.write(bytes);
  m_written.push_back({file.path(), type, bytes.size()});
}

void CordOutputFiles::report() const {
  const auto fields = [](const Written& written) {
    return Json{{"path", written.path}, {"bytes", written.bytes}, {"content_type", written.type}};
  };
  Json json = fields(m_written.front());
  for (std::size_t i = 1; i < m_written.size(); ++i)
    json["media"].push_back(fields(m_written[i]));
  if (m_context.options.json)
    return m_context.platform.terminal.print_json(json_line(json) + "\n");
  for (const auto& written : m_written)
    m_context.notice("Wrote " + size_text(written.bytes) + " to " + written.path +
                     (written.type.empty() ? "." : " (" + one_line(written.type, 60) + ")."));
}

} // namespace chutes::cli
