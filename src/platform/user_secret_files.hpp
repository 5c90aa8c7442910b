// Files of the user's own choosing that a secret is put into (--secret-to): wherever they lie, new ones are
// the user's alone, and nothing that was there is lost.
#pragma once

#include "base/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chutes {

struct ChosenFile {
  Secret content; // all of it
  bool open_to_others = false;
};

// All calls throw Error{usage} for a path that will not do and Error{internal} for a disk that fails, with
// the path in the message and the way to mend it in the hint. Contents are at most 16 MiB. No special file is
// ever touched, and no symbolic link followed.
class UserSecretFiles {
public:
  virtual ~UserSecretFiles() = default;

  // Absent: there is no such file.
  virtual std::optional<ChosenFile> read(const std::string& path) = 0;
  // Throws whatever is known already to keep `create` or `replace` of this path from working. Leaves nothing
  // behind.
  virtual void check(const std::string& path) = 0;
  // A new file, 0600; never one that is there.
  virtual void create(const std::string& path, const Secret& content) = 0;
  // Afterwards the file has this content, also after a crash; if this throws it has the old one. It keeps its
  // owner and mode; a new one is 0600.
  virtual void replace(const std::string& path, const Secret& content) = 0;
  // Throws whatever is known already to keep `append` from working.
  virtual void check_append(const std::string& path) = 0;
  // Adds to the end of a file that is there.
  virtual void append(const std::string& path, const Secret& text) = 0;
};

} // namespace chutes
