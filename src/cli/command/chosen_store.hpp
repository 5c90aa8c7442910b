// The store that --store asks for, in the place of the desktop's keychain.
#pragma once

#include "cli/command/context.hpp"
#include "store/store_choice.hpp"

#include <memory>

namespace chutes::cli {

// Throws Error{usage} if --store names none.
[[nodiscard]] store::StoreKind store_kind(const GlobalOptions& options);

// Holds the store as long as a command runs. Nothing is opened before the store is used.
class ChosenStore {
public:
  // Throws as `store_kind`, and Error{keychain} if there is no place for the store's files.
  ChosenStore(const GlobalOptions& options, Platform& platform);
  [[nodiscard]] Keychain& keychain() { return *m_keychain; }

private:
  std::unique_ptr<Keychain> m_in_files; // null for the desktop's keychain
  Keychain* m_keychain;
};

// Where secrets are kept and what protects them there, for people: "the keychain, protected by your login".
[[nodiscard]] const char* place_of(store::StoreKind kind);

} // namespace chutes::cli
