#pragma once

#include "base/error.hpp"
#include "platform/user_secret_files.hpp"

#include <map>
#include <set>

namespace chutes::fakes {

// Keeps files in memory. With `forbidden` a write fails before it begins, with `disk_full` during it.
class MemorySecretFiles final : public UserSecretFiles {
public:
  std::map<std::string, std::string> files;
  std::set<std::string> open_to_others;
  bool forbidden = false;
  bool disk_full = false;
  int checks = 0; // how often it was asked whether a file could be written

  std::optional<ChosenFile> read(const std::string& path) override {
    const auto found = files.find(path);
    if (found == files.end())
      return std::nullopt;
    return ChosenFile{Secret{found->second}, open_to_others.contains(path)};
  }
  void check(const std::string& path, std::size_t /*size*/) override {
    ++checks;
    if (forbidden)
      throw Error{ErrorKind::usage, "cannot write " + path + ": Permission denied", "name another"};
  }
  void create(const std::string& path, const Secret& content) override {
    if (files.contains(path))
      throw Error{ErrorKind::usage, "cannot write " + path + ": it already exists", "name another"};
    replace(path, content);
  }
  void replace(const std::string& path, const Secret& content) override {
    require_room(path);
    files[path] = content.reveal();
  }
  void check_append(const std::string& path, std::size_t size) override { check(path, size); }
  void append(const std::string& path, const Secret& text) override {
    require_room(path);
    files[path] += text.reveal();
  }

private:
  void require_room(const std::string& path) const {
    if (disk_full)
      throw Error{ErrorKind::internal, "cannot write " + path + ": No space left on device", "make room"};
  }
};

} // namespace chutes::fakes
