#include "sandbox/world/demo_records.hpp"

#include "base/error.hpp"
#include "sandbox/world/identifiers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace chutes::sandbox {
namespace {

constexpr int first_port = 28417; // the nine fixed ports that clients register; a tenth is random, below them
constexpr int last_port = 28425;
constexpr int lowest_random_port = 20000;

std::vector<std::string> demo_redirect_uris() {
  std::vector<std::string> uris;
  for (int port = first_port; port <= last_port; ++port)
    uris.push_back("http://127.0.0.1:" + std::to_string(port) + "/callback");
  const int offset = std::stoi(random_characters("0123456789", 6)) % (first_port - 17 - lowest_random_port);
  uris.push_back("http://127.0.0.1:" + std::to_string(lowest_random_port + offset) + "/callback");
  return uris;
}

std::string without_dashes(std::string uuid) {
  uuid.erase(std::remove(uuid.begin(), uuid.end(), '-'), uuid.end());
  return uuid;
}

Error unusable(const std::string& path, const std::string& why) {
  return Error{ErrorKind::usage, "cannot use the state file " + path + ": " + why,
               "use another file with --state"};
}

} // namespace

void add_missing_users(const std::vector<std::string>& usernames, Instant now, Records& records) {
  for (const auto& name : usernames) {
    const bool known = std::any_of(records.users.begin(), records.users.end(),
                                   [&](const auto& entry) { return entry.second.username == name; });
    if (known)
      continue;
    User user{random_uuid(), name, random_characters(hexadecimal, 32), now - std::chrono::days{100}, {},
              nullptr};
    records.user_order.push_back(user.user_id);
    records.users[user.user_id] = std::move(user);
  }
}

InitialState make_initial_state(const std::vector<std::string>& usernames, Instant now) {
  InitialState start;
  add_missing_users(usernames.empty() ? std::vector<std::string>{"ada"} : usernames, now, start.records);
  const std::string first_user = start.records.user_order.front();
  auto& demo = start.demo;
  demo.client_id = "cid_" + random_characters(lower_alphanumeric, 24);
  demo.client_secret = "csc_" + random_characters(alphanumeric, 48);
  demo.redirect_uris = demo_redirect_uris();
  demo.api_key = "cpk_" + without_dashes(random_uuid()) + "." + without_dashes(first_user) + "." +
                 random_characters(alphanumeric, 32);
  App app;
  app.app_id = random_uuid();
  app.client_id = demo.client_id;
  app.secret_digest = digest_of(demo.client_secret);
  app.user_id = first_user;
  app.name = "chutes-login demo";
  app.description = "The terminal client, registered with this sandbox at its start.";
  app.redirect_uris = demo.redirect_uris;
  app.is_public = false;
  app.created_at = now;
  app.updated_at = now;
  start.records.apps[app.app_id] = std::move(app);
  start.records.api_keys.push_back({digest_of(demo.api_key), first_user, true, {}});
  return start;
}

std::optional<InitialState> read_state(const std::string& path) {
  std::ifstream file{path};
  if (!file) {
    if (errno == ENOENT)
      return std::nullopt;
    throw unusable(path, std::strerror(errno));
  }
  std::ostringstream text;
  text << file.rdbuf();
  const auto document = parse_json(text.str());
  if (!document)
    throw unusable(path, "it is not JSON");
  const Json* records = find_field(*document, "records");
  const Json* demo = find_field(*document, "demo");
  if (records == nullptr || demo == nullptr)
    throw unusable(path, "it was not written by chutes-sandbox");
  try {
    return InitialState{records_from_json(*records),
                        {demo->at("client_id"), demo->at("client_secret"),
                         demo->at("redirect_uris").get<std::vector<std::string>>(), demo->at("api_key")}};
  } catch (const Json::exception&) {
    throw unusable(path, "it was not written by chutes-sandbox");
  }
}

void write_state(const std::string& path, const Records& records, const DemoClient& demo) {
  const std::string text = json_pretty({{"records", records_to_json(records)},
                                        {"demo",
                                         {{"client_id", demo.client_id},
                                          {"client_secret", demo.client_secret},
                                          {"redirect_uris", demo.redirect_uris},
                                          {"api_key", demo.api_key}}}}) +
                           "\n";
  const std::string fresh = path + "." + random_characters(lower_alphanumeric, 8);
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    throw unusable(path, std::strerror(errno));
  const bool written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  const int reason = errno;
  ::close(fd);
  if (!written || std::rename(fresh.c_str(), path.c_str()) != 0) {
    ::unlink(fresh.c_str());
    throw unusable(path, std::strerror(reason));
  }
}

} // namespace chutes::sandbox
