// Files read and written whole or not at all: what is written goes beside its place first, then into it in
// one step.
#pragma once

#include "base/secret.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace chutes::on_linux {

// All of a file that has `expected` bytes. Throws Error{file} naming `path` where it has more by now.
[[nodiscard]] Secret read_all(int file, std::size_t expected, const std::string& path);

// All of `bytes`, and on to the disk. Throws Error{file} naming `path`.
void write_all(int file, std::string_view bytes, const std::string& path);

// Waits until what `directory` holds has reached the disk; some file systems cannot be asked. Throws as
// above.
void flush_directory(int directory, const std::string& path);

// What a file called `name` is written as beside its place, another every time; and whether `candidate` is
// such a name.
[[nodiscard]] std::string temporary_name(const std::string& name);
[[nodiscard]] bool is_temporary_of(const std::string& name, std::string_view candidate);

// Whose the new file will be. Unset (-1): this process's own.
struct Ownership {
  mode_t mode = 0600;
  uid_t user = static_cast<uid_t>(-1);
  gid_t group = static_cast<gid_t>(-1);
};

// Puts a file of that content in the place of `name` in `directory`. Throws Error{file} naming `path`;
// then nothing has changed.
void put_in_place(int directory, const std::string& name, std::string_view content, const std::string& path,
                  const Ownership& ownership = {});

} // namespace chutes::on_linux
