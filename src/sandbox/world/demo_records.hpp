// What a sandbox starts with: its users, one registered application with ten loopback redirect URIs, an admin
// API key, and the file all of it may be kept in.
#pragma once

#include "sandbox/world/records.hpp"

#include <string>
#include <vector>

namespace chutes::sandbox {

// The secrets a person needs to point a client here; records hold only their digests.
struct DemoClient {
  std::string client_id;
  std::string client_secret;
  std::vector<std::string> redirect_uris;
  std::string api_key; // of the first user, an admin key
};

struct StartingPoint {
  Records records;
  DemoClient demo;
};

// The first of `usernames` owns the application and the key; "ada" if there are none.
[[nodiscard]] StartingPoint make_starting_point(const std::vector<std::string>& usernames, Instant now);
// Those of `usernames` that are not there yet.
void add_missing_users(const std::vector<std::string>& usernames, Instant now, Records& records);

// The state file: JSON, 0600, replaced whole. `read_state` gives nothing if the file does not exist. Both
// throw Error{usage} if it cannot be used.
[[nodiscard]] std::optional<StartingPoint> read_state(const std::string& path);
void write_state(const std::string& path, const Records& records, const DemoClient& demo);

} // namespace chutes::sandbox
