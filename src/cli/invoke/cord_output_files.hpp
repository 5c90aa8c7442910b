// The files that -o writes the answer of a cord to: one file, or one in a directory named after its type; and
// one for each image, sound or video inside a JSON answer.
#pragma once

#include "cli/command/context.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::cli {

class CordOutputFiles {
public:
  // `place` is the value of -o, a directory if it ends in '/'; `stem` names the files in a directory.
  CordOutputFiles(std::string place, std::string stem, Context& context)
      : m_place(std::move(place)), m_stem(std::move(stem)), m_context(context) {}

  // Opens the file. All functions throw as described in platform/output_files.hpp.
  void begin(const std::string& content_type);
  void write(std::string_view bytes);
  // Writes the media inside the answer and reports every file. A directory gets the JSON and its media; a
  // file with the name of a media type (-o cat.png) gets the first of them, and further ones are numbered
  // (cat-2.png).
  void end();
  // Writes what is still held back to the file when the answer ends early.
  void keep_partial_answer();

private:
  struct Written {
    std::string path;
    std::string type;
    std::size_t bytes;
  };
  void hold(std::string_view bytes);
  void write_media();
  void add(const std::string& type, std::string_view bytes);
  void report() const;

  std::string m_place;
  std::string m_stem;
  Context& m_context;
  std::unique_ptr<OutputFile> m_file;
  std::string m_content_type;
  std::size_t m_bytes = 0;
  bool m_searched = false;  // for media, at the end
  bool m_held_back = false; // the file is kept for the first medium
  std::string m_document;   // the answer so far, if it is searched
  std::vector<Written> m_written;
};

} // namespace chutes::cli
