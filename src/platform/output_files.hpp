// Files the user asks for by name (-o): ordinary files with the user's own mode, written as the bytes come.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace chutes {

class OutputFile {
public:
  virtual ~OutputFile() = default;
  // Throws Error{internal} with the reason when it cannot be written (full disk); what was written stands.
  virtual void write(std::string_view bytes) = 0;
  [[nodiscard]] virtual const std::string& path() const = 0;
};

class OutputFiles {
public:
  virtual ~OutputFiles() = default;
  // Throws as `open` where it can be seen beforehand that no file can be written at `path`, or in it if it
  // ends in '/'. Leaves nothing behind.
  virtual void require_place(const std::string& path) = 0;
  // Creates or empties the file. Throws Error{usage} naming it if that cannot be done.
  virtual std::unique_ptr<OutputFile> open(const std::string& path) = 0;
  // Creates DIRECTORY/STEM.EXTENSION, or STEM-2.EXTENSION and so on where that exists: never writes over a
  // file. Throws as `open`.
  virtual std::unique_ptr<OutputFile> create_in(const std::string& directory, const std::string& stem,
                                                const std::string& extension) = 0;
};

} // namespace chutes
