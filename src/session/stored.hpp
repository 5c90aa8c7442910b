// What the store answers when it is asked for a secret, as a value, because a caller that has another
// credential must not take "cannot be read" for "not there".
#pragma once

#include "platform/keychain.hpp"
#include "session/unreadable_record.hpp"

#include <optional>
#include <utility>
#include <variant>

namespace chutes::session {

struct NothingStored {}; // the store was read, and there is none
struct NoKeychain {      // this machine has no keychain that could hold one
  Error reason;
};
struct Unreadable { // locked, damaged, a wrong passphrase, no answer in time: there may well be one
  Error reason;
  bool damaged; // this record, while the store as a whole can be read
};

template <typename Value>
using Stored = std::variant<Value, NothingStored, NoKeychain, Unreadable>;

// Calls `find`, which returns an optional value and throws what a Keychain and the decoders of its records
// throw. Passes on every other error.
template <typename Find>
[[nodiscard]] auto look_up(Find find) {
  using Value = typename decltype(find())::value_type;
  try {
    auto value = find();
    return value ? Stored<Value>{std::move(*value)} : Stored<Value>{NothingStored{}};
  } catch (const UnreadableRecord& error) {
    return Stored<Value>{Unreadable{error, true}};
  } catch (const KeychainError& error) {
    return error.state() == KeychainState::absent ? Stored<Value>{NoKeychain{error}}
                                                  : Stored<Value>{Unreadable{error, false}};
  } catch (const Error& error) {
    if (!is_store_failure(error.kind()))
      throw;
    return Stored<Value>{Unreadable{error, false}};
  }
}

} // namespace chutes::session
