// The files that the answer of a cord is written to with -o: one, or one in a directory named by its type;
// and where it is JSON with pictures, sounds or films inside, those too.
#pragma once

#include "cli/command/context.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::cli {

class CordOutputFiles {
public:
  // `place` is what -o names, a directory if it ends in '/'; `stem` names files in it.
  CordOutputFiles(std::string place, std::string stem, Context& context)
      : m_place(std::move(place)), m_stem(std::move(stem)), m_context(context) {}

  // Opens the file. All throw as platform/output_files.hpp says.
  void begin(const std::string& content_type);
  void write(std::string_view bytes);
  // Writes what is inside and tells what was written where. In a directory the JSON stands beside its media;
  // a file named like a picture (-o cat.png) is given the first of them, and others are numbered (cat-2.png).
  void end();
  // Puts what was held back into the file, when the answer ends early.
  void keep_what_came();

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
  bool m_held_back = false; // the file waits for the first of them
  std::string m_document;   // what came, where it is searched
  std::vector<Written> m_written;
};

} // namespace chutes::cli
