// The store that --store selects, behind the keychain's interface.
#pragma once

#include "cli/command/context.hpp"
#include "store/store_choice.hpp"

#include <chrono>
#include <memory>

namespace chutes::cli {

// Returns what --store selects, the keychain by default. Throws Error{usage} for an unknown name.
[[nodiscard]] store::StoreKind store_kind(const GlobalOptions& options);

// Lets the store show dialogs of its own (to unlock it, to confirm an access) and wait at most `limit` for
// each, where the user can answer: on a terminal or a desktop, and not with --no-input.
void allow_dialogs(Keychain& keychain, std::chrono::seconds limit, const GlobalOptions& options,
                   const Platform& platform);

// Owns the store while a command runs. Opens nothing before the store is used. Its dialogs are given two
// minutes.
class ChosenStore {
public:
  // Throws as `store_kind`.
  ChosenStore(const GlobalOptions& options, Platform& platform);
  [[nodiscard]] Keychain& keychain() { return *m_keychain; }

private:
  std::unique_ptr<Keychain> m_in_files; // null for the desktop's keychain
  Keychain* m_keychain;
};

// Returns where secrets are stored and what protects them, for the user: "the keychain, protected by your
// login".
[[nodiscard]] const char* place_of(store::StoreKind kind);

} // namespace chutes::cli
