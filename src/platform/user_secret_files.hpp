// Files that the user chooses for a secret (--secret-to): new ones are accessible to the user only, and no
// existing content is lost.
#pragma once

#include "base/secret.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chutes {

struct ChosenFile {
  Secret content; // all of it
  bool open_to_others = false;
};

// All calls throw Error{usage} for an unusable path and Error{internal} for a failing disk, with
// the path in the message and the remedy in the hint. Contents are at most 16 MiB. No special file is
// ever touched, and no symbolic link followed.
class UserSecretFiles {
public:
  virtual ~UserSecretFiles() = default;

  // Absent if there is no such file.
  virtual std::optional<ChosenFile> read(const std::string& path) = 0;
  // Throws if it is already known that `create` or `replace` of this path with `size` bytes will fail: tries
  // it as far as that changes nothing there. Leaves nothing behind.
  virtual void check(const std::string& path, std::size_t size) = 0;
  // Creates a file with mode 0600; fails if it exists.
  virtual void create(const std::string& path, const Secret& content) = 0;
  // Replaces the file's content, safe from a crash; if this throws, the file keeps its old content. Keeps its
  // owner and mode; a new file has mode 0600.
  virtual void replace(const std::string& path, const Secret& content) = 0;
  // Throws if it is already known that `append` of `size` bytes will fail.
  virtual void check_append(const std::string& path, std::size_t size) = 0;
  // Appends lines to an existing file, after ending its last line if that has no end.
  virtual void append(const std::string& path, const Secret& lines) = 0;
};

} // namespace chutes
