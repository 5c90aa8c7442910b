#include "store/file_store.hpp"

#include "base/error.hpp"
#include "base/form.hpp"

namespace chutes::store {
namespace {

constexpr std::chrono::seconds lock_patience{10};
constexpr std::size_t probe_size = 4096;  // bytes: more than a session's or a registration's record has
constexpr std::size_t longest_name = 200; // bytes; file systems allow 255, suffixes included

// A profile's name as a file's: whatever could mean something to a file system or a shell becomes %XX.
std::string file_name(const std::string& profile) {
  auto name = percent_encode(profile);
  if (name.starts_with('.'))
    name.replace(0, 1, "%2E"); // neither hidden nor "." nor ".."
  return name;
}

} // namespace

std::optional<Secret> FileStore::find(const KeychainKey& key) {
  auto items = load(key.profile);
  const auto found = items.find(key);
  if (found == items.end())
    return std::nullopt;
  return std::move(found->second.secret);
}

void FileStore::store(const KeychainKey& key, const std::string& label, const Secret& secret) {
  change(key.profile, [&](StoredItems& items) {
    items.insert_or_assign(key, StoredItem{label, secret});
    return true;
  });
}

bool FileStore::remove(const KeychainKey& key) {
  if (!load(key.profile).contains(key))
    return false;
  bool removed = false;
  change(key.profile, [&](StoredItems& items) { return removed = items.erase(key) > 0; });
  return removed;
}

std::unique_ptr<HeldLock> FileStore::lock(const std::string& profile, ProcessLock& locks,
                                          std::chrono::milliseconds patience) {
  return locks.acquire_beside(path_of(profile) + ".session", patience);
}

std::vector<KeychainKey> FileStore::list() {
  std::vector<KeychainKey> keys;
  for (const auto& profile : profiles())
    add_keys(profile, keys);
  return keys;
}

void FileStore::add_keys(const std::string& profile, std::vector<KeychainKey>& keys) {
  try {
    for (const auto& [key, item] : load(profile))
      keys.push_back(key);
  } catch (const Error& error) {
    if (!is_store_failure(error.kind()))
      throw;
    keys.push_back({profile, "", ""});
  }
}

KeychainState FileStore::state(std::string* detail) noexcept {
  const auto say = [detail](const char* sentence) {
    if (detail != nullptr)
      *detail = sentence;
  };
  try {
    const auto present = profiles();
    if (!present.empty() && !m_protection->ready()) {
      say("the store is encrypted and no passphrase was given");
      return KeychainState::locked;
    }
    for (const auto& profile : present)
      static_cast<void>(load(profile));
    return KeychainState::ok;
  } catch (const std::exception& error) {
    say(error.what());
    return KeychainState::failing;
  }
}

// A real write and its undoing: whatever will keep the file from being replaced keeps it from that now.
void FileStore::prepare(const KeychainKey& key) {
  const KeychainKey probe{key.profile, key.issuer, "probe"};
  store(probe, "chutes-login's probe", Secret{std::string(probe_size, 'x')});
  static_cast<void>(remove(probe));
}

const std::string& FileStore::directory() const {
  if (!m_directory)
    throw Error{ErrorKind::keychain, "there is no directory for a file store",
                "set HOME or XDG_DATA_HOME to a directory of your own, as an absolute path"};
  return *m_directory;
}

std::string FileStore::path_of(const std::string& profile) const {
  const auto name = file_name(profile);
  if (name.empty() || name.size() > longest_name)
    throw Error{ErrorKind::file, "the profile's name cannot be used as a file name",
                "choose another with --profile"};
  return directory() + "/" + name + m_protection->file_suffix();
}

std::vector<std::string> FileStore::profiles() {
  const std::string suffix = m_protection->file_suffix();
  std::vector<std::string> found;
  for (const auto& name : m_files.list(directory())) {
    if (!name.ends_with(suffix))
      continue;
    const auto front = name.substr(0, name.size() - suffix.size());
    const auto profile = percent_decode(front);
    if (profile && !profile->empty() && file_name(*profile) == front) // else no file of ours
      found.push_back(*profile);
  }
  return found;
}

StoredItems FileStore::load(const std::string& profile) {
  const auto path = path_of(profile);
  const auto content = m_files.read(path, FileOrigin::kept);
  if (!content)
    return {};
  return decode(m_protection->open(*content, path), profile, path);
}

void FileStore::change(const std::string& profile, const std::function<bool(StoredItems&)>& edit) {
  ready_to_seal(profile);
  const auto path = path_of(profile);
  const auto held = m_files.lock(path, lock_patience);
  auto items = load(profile);
  if (!edit(items))
    return;
  if (items.empty())
    m_files.remove(path);
  else
    m_files.replace(path, m_protection->seal(encode(items, profile), path));
}

void FileStore::ready_to_seal(const std::string& profile) {
  const auto path = path_of(profile);
  if (const auto content = m_files.read(path, FileOrigin::kept))
    static_cast<void>(decode(m_protection->open(*content, path), profile, path));
  else
    m_protection->begin(path);
}

} // namespace chutes::store
