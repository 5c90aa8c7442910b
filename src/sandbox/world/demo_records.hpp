// The initial state of a sandbox: its users, one registered app with ten loopback redirect URIs and an admin
// API key, and the file that may store all of it.
#pragma once

#include "sandbox/world/records.hpp"

#include <string>
#include <vector>

namespace chutes::sandbox {

// The credentials that a client needs; the records hold only their digests.
struct DemoClient {
  std::string client_id;
  std::string client_secret;
  std::vector<std::string> redirect_uris;
  std::string api_key; // the admin key of the first user
};

struct InitialState {
  Records records;
  DemoClient demo;
};

// The first of `usernames` ("ada" without any) owns the app and the key.
[[nodiscard]] InitialState make_initial_state(const std::vector<std::string>& usernames, Instant now);
// Adds those of `usernames` that do not exist yet.
void add_missing_users(const std::vector<std::string>& usernames, Instant now, Records& records);

// The state file: JSON, mode 0600, replaced atomically. `read_state` returns nothing if the file does not
// exist. Both throw Error{usage} if it cannot be used.
[[nodiscard]] std::optional<InitialState> read_state(const std::string& path);
void write_state(const std::string& path, const Records& records, const DemoClient& demo);

} // namespace chutes::sandbox
