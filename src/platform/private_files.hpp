// Files that hold secrets outside the keychain: read only if no other user can have written or
// read them, replaced in one step, and locked against other processes of ours.
#pragma once

#include "base/secret.hpp"
#include "platform/process_lock.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chutes {

// The origin of a file, which decides what is checked before it is read. No special file is read and no
// symbolic link followed unless said below.
enum class FileOrigin {
  kept, // by this program: the file is the user's alone (0600 or less), in a directory that is so too (0700)
  // By the user: a regular file or a pipe of theirs that no other user may access, or, as secrets are
  // mounted into containers, root's or one on a read-only mount, which others may read but not write. It is
  // not in a directory where every user can exchange it, and links to it only the user or root can make. An
  // open descriptor as shells name it (-, /dev/stdin, /dev/fd/N) is read whatever file it is.
  given,
  system, // by the service manager: the user's or root's; only its owner may write, others may not read
  configuration, // by the user, without secrets: the user's or root's; no other user may write, all may
                 // read
};

// All calls throw Error{file} for what they cannot do, with the path in the message and the remedy in
// the hint. Contents are at most 16 MiB.
class PrivateFiles {
public:
  virtual ~PrivateFiles() = default;

  // Returns the file's content; absent if the file or its directory does not exist.
  virtual std::optional<Secret> read(const std::string& path, FileOrigin origin) = 0;
  // Replaces the file in one step, with mode 0600 and safe from a crash; if this throws, the file keeps its
  // old content. The caller holds the file's lock. Removes temporary files that a killed writer left.
  virtual void replace(const std::string& path, const Secret& content) = 0;
  // Replaces a configuration in one step, safe from a crash: the file itself where `path` is a symbolic link
  // to it, which stays. Keeps its mode and owner; a new file has mode 0600, and a missing directory 0700.
  virtual void replace_configuration(const std::string& path, const Secret& content) = 0;
  // Appends `lines`, each with its end, to the kept file and flushes them, after cutting off an incomplete
  // line that a killed writer left. If this throws, the file keeps its old lines. The caller holds the file's
  // lock.
  virtual void append(const std::string& path, const Secret& lines) = 0;
  virtual bool remove(const std::string& path) = 0; // false: there was none
  // Returns the names of the regular files in a directory of kept files, in no order; none if it does not
  // exist.
  virtual std::vector<std::string> list(const std::string& directory) = 0;
  // Locks the kept file `path` by locking path + ".lock", a file that stays. Creates the directory (0700) if
  // it is missing. Waits at most `patience`; throws Error{interrupted|terminated} on a
  // signal. The lock is released when the result is destroyed or the process ends.
  virtual std::unique_ptr<HeldLock> lock(const std::string& path, std::chrono::milliseconds patience) = 0;
};

} // namespace chutes
