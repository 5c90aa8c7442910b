// The few files that hold secrets outside the keychain: read only if nobody else can have written or read
// them, replaced in one step, and locked against other processes of ours.
#pragma once

#include "base/secret.hpp"
#include "platform/process_lock.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chutes {

// Where a file comes from decides what must be true of it before it is believed. No special file is ever
// read, and no symbolic link followed but to a configuration.
enum class FileOrigin {
  kept,  // by this program: the file is the user's alone (0600 or less), in a directory that is so too (0700)
  given, // by the user: the file is the user's alone, wherever it lies
  system, // by the service manager: the user's or root's; nobody but its owner may write, others may not read
  configuration, // by the user, without secrets: the user's or root's; nobody else may write, anybody may
                 // read
};

// All calls throw Error{file} for what they cannot do, with the path in the message and the way to mend
// it in the hint. Contents are at most 16 MiB.
class PrivateFiles {
public:
  virtual ~PrivateFiles() = default;

  // Absent: there is no such file (or not even its directory).
  virtual std::optional<Secret> read(const std::string& path, FileOrigin origin) = 0;
  // Afterwards the file has this content, 0600, also after a crash; if this throws it has the old one. The
  // caller holds the file's lock, so what a killed writer left beside the file is cleared away.
  virtual void replace(const std::string& path, const Secret& content) = 0;
  // Adds `lines`, whose last one ends, to the kept file, and flushes them; a line without an end, which a
  // killed writer left, is cut off first. If this throws the file has its old lines. The caller holds the
  // file's lock.
  virtual void append(const std::string& path, const Secret& lines) = 0;
  virtual bool remove(const std::string& path) = 0; // false: there was none
  // The names of the regular files in a directory of kept files, in no order; none if it does not exist.
  virtual std::vector<std::string> list(const std::string& directory) = 0;
  // Locks the kept file `path` by a file of its own beside it, path + ".lock", which stays. Creates the
  // directory (0700) where it is missing. Waits at most `patience`; throws Error{interrupted|terminated} on a
  // signal. Released when the result goes away or the process ends, however it ends.
  virtual std::unique_ptr<HeldLock> lock(const std::string& path, std::chrono::milliseconds patience) = 0;
};

} // namespace chutes
