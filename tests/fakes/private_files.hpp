#pragma once

#include "base/error.hpp"
#include "platform/private_files.hpp"

#include <functional>
#include <map>
#include <set>
#include <utility>

namespace chutes::fakes {

// Keeps files in memory. With `disk_full` every write fails as on a full disk; `on_lock` does, once, what
// another process does while this one waits for a lock. A write of a kept file without its lock fails.
class MemoryFileSystem final : public PrivateFiles {
public:
  std::map<std::string, Secret> files;
  std::map<std::string, FileOrigin> origins; // how each path was read last
  std::set<std::string> locked;
  std::function<void()> on_lock;
  bool disk_full = false;
  bool unreadable = false;

  std::optional<Secret> read(const std::string& path, FileOrigin origin) override {
    origins[path] = origin;
    if (unreadable)
      throw Error{ErrorKind::file, "the file " + path + " is open to other users", "run: chmod 600"};
    const auto found = files.find(path);
    if (found == files.end())
      return std::nullopt;
    return found->second;
  }
  void replace(const std::string& path, const Secret& content) override {
    require_locked(path);
    if (disk_full)
      throw Error{ErrorKind::file, "cannot write " + path + ": No space left on device", "make room"};
    files.insert_or_assign(path, content);
  }
  void replace_configuration(const std::string& path, const Secret& content) override {
    if (disk_full)
      throw Error{ErrorKind::file, "cannot write " + path + ": No space left on device", "make room"};
    files.insert_or_assign(path, content);
  }
  void append(const std::string& path, const Secret& lines) override {
    require_locked(path);
    if (disk_full)
      throw Error{ErrorKind::file, "cannot write " + path + ": No space left on device", "make room"};
    const auto found = files.find(path);
    std::string content = found == files.end() ? "" : found->second.reveal();
    content.resize(content.rfind('\n') + 1); // npos: 0
    files.insert_or_assign(path, Secret{content + lines.reveal()});
  }
  bool remove(const std::string& path) override {
    require_locked(path);
    return files.erase(path) > 0;
  }
  std::vector<std::string> list(const std::string& directory) override {
    if (unreadable)
      throw Error{ErrorKind::file, "the directory " + directory + " is open to other users",
                  "run: chmod 700"};
    std::vector<std::string> names;
    for (const auto& [path, content] : files)
      if (path.starts_with(directory + "/"))
        names.push_back(path.substr(directory.size() + 1));
    return names;
  }
  std::unique_ptr<HeldLock> lock(const std::string& path, std::chrono::milliseconds) override {
    struct Held final : HeldLock {
      Held(std::set<std::string>& all, std::string held) : m_all(all), m_path(std::move(held)) {}
      ~Held() override { m_all.erase(m_path); }
      std::set<std::string>& m_all;
      std::string m_path;
    };
    if (const auto other = std::exchange(on_lock, nullptr))
      other();
    if (!locked.insert(path).second)
      throw Error{ErrorKind::file, "the file " + path + " has been in use by another process", "wait"};
    return std::make_unique<Held>(locked, path);
  }

private:
  void require_locked(const std::string& path) const {
    if (!locked.contains(path))
      throw Error{ErrorKind::internal, path + " was changed without its lock"};
  }
};

} // namespace chutes::fakes
