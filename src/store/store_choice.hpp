// The stores by their names (`--store`), and the two in files ready to use.
#pragma once

#include "platform/environment.hpp"
#include "platform/keychain.hpp"
#include "platform/private_files.hpp"
#include "platform/random.hpp"
#include "store/passphrase.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace chutes::store {

enum class StoreKind {
  keychain,  // the desktop's, the default
  file,      // encrypted
  plaintext, // only ever on request, and named as such
};

// "keychain", "file", "plaintext"; absent for any other word.
[[nodiscard]] std::optional<StoreKind> parse_store_kind(std::string_view word);
[[nodiscard]] const char* name_of(StoreKind kind);

// What the stores in files need; all of it must outlive them.
struct FileStoreOptions {
  PrivateFiles& files;
  Random& random;
  const Environment& environment;
  AskPassphrase ask; // may be empty: then nothing is asked
};

// In $XDG_DATA_HOME/chutes-login, else ~/.local/share/chutes-login. They touch no file yet.
[[nodiscard]] std::unique_ptr<Keychain> make_file_store(FileStoreOptions options);
[[nodiscard]] std::unique_ptr<Keychain> make_plaintext_store(PrivateFiles& files,
                                                             const Environment& environment);

} // namespace chutes::store
