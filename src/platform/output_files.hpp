// Files that the user names (-o): ordinary files with the user's own mode, written as the bytes arrive.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace chutes {

class OutputFile {
public:
  virtual ~OutputFile() = default;
  // Throws Error{internal} with the reason when it cannot be written (full disk); what was written before
  // stays.
  virtual void write(std::string_view bytes) = 0;
  [[nodiscard]] virtual const std::string& path() const = 0;
};

class OutputFiles {
public:
  virtual ~OutputFiles() = default;
  // Throws as `open` if it is already certain that no file can be written at `path`, or in it if it ends in
  // '/'. Leaves nothing behind.
  virtual void require_place(const std::string& path) = 0;
  // Creates or empties the file. Throws Error{usage} with the path if it cannot.
  virtual std::unique_ptr<OutputFile> open(const std::string& path) = 0;
  // Creates DIRECTORY/STEM.EXTENSION, or STEM-2.EXTENSION and so on if that exists: never overwrites a
  // file. Throws as `open`.
  virtual std::unique_ptr<OutputFile> create_in(const std::string& directory, const std::string& stem,
                                                const std::string& extension) = 0;
};

} // namespace chutes
