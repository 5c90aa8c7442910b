// The secrets of one profile as a JSON document: what a store's file holds, in the clear or encrypted.
//
//   { "format": "chutes-login secrets", "version": 1, "profile": "default",
//     "items": [ { "issuer": "https://…", "kind": "session", "label": "…", "secret": "…" } ] }
#pragma once

#include "base/secret.hpp"
#include "platform/keychain.hpp"

#include <map>
#include <string>

namespace chutes::store {

struct StoredItem {
  std::string label;
  Secret secret;

  friend bool operator==(const StoredItem&, const StoredItem&) = default;
};

using StoredItems = std::map<KeychainKey, StoredItem>; // all of one profile

// Throws Error{keychain} for text that is not UTF-8: JSON cannot hold it.
[[nodiscard]] Secret encode(const StoredItems& items, const std::string& profile);
// Throws Error{file}, naming `path`, unless `document` is one of ours, of this version and of `profile`:
// a file that was renamed must not hand one profile's session to another. Unknown members are passed over.
[[nodiscard]] StoredItems decode(const Secret& document, const std::string& profile, const std::string& path);

} // namespace chutes::store
