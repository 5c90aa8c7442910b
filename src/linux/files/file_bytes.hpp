// Reads and writes whole files: a temporary file beside the target replaces it in one step.
#pragma once

#include "base/secret.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace chutes::on_linux {

// Returns the content of a file of `expected` bytes. Throws Error{file} with `path` if it has more by now.
[[nodiscard]] Secret read_all(int file, std::size_t expected, const std::string& path);

// Writes all of `bytes` and flushes them to the disk. Throws Error{file} with `path`.
void write_all(int file, std::string_view bytes, const std::string& path);

// Flushes `directory` to the disk where the file system supports it. Throws as above.
void flush_directory(int directory, const std::string& path);

// Returns a temporary name for a file called `name`, different every time; and whether `candidate` is such a
// name.
[[nodiscard]] std::string temporary_name(const std::string& name);
[[nodiscard]] bool is_temporary_of(const std::string& name, std::string_view candidate);

// The owner and mode of a new file. Unset (-1): this process's.
struct Ownership {
  mode_t mode = 0600;
  uid_t user = static_cast<uid_t>(-1);
  gid_t group = static_cast<gid_t>(-1);
};

// Replaces `name` in `directory` by a file with that content. Throws Error{file} with `path`; then nothing
// has changed.
void put_in_place(int directory, const std::string& name, std::string_view content, const std::string& path,
                  const Ownership& ownership = {});

// Does all of that with `size` bytes but the last step, and removes what it wrote: throws as `put_in_place`
// would where the disk is full, or the directory or the owner does not permit it.
void rehearse(int directory, const std::string& name, std::size_t size, const std::string& path,
              const Ownership& ownership);

} // namespace chutes::on_linux
