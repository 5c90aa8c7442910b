// The service's public catalogue of chutes: finds a chute by name, with its host and cords. Sends no
// credential, because the service would then show other chutes, except to list the caller's own.
#pragma once

#include "base/json_fields.hpp"
#include "base/secret.hpp"
#include "platform/http_client.hpp"
#include "service/endpoints.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::service {

// One callable function of a chute.
struct Cord {
  std::string method; // upper case
  std::string path;   // of its public API; starts with '/'
  std::string function;
  bool stream = false;
  std::string output_content_type; // may be empty
  std::string input_schema;        // JSON; empty if the service gives none

  friend bool operator==(const Cord&, const Cord&) = default;
};

struct Chute {
  std::string chute_id;
  std::string name;
  std::string slug; // names its host; always read from the service, never derived
  std::string username;
  std::string tagline;
  std::string standard_template; // "vllm", "diffusion", "embedding"; empty for others
  bool hot = false;              // an instance is running
  std::vector<Cord> cords;
  std::string document; // the service's own, one line of JSON

  friend bool operator==(const Chute&, const Chute&) = default;
};

class ChuteDirectory {
public:
  ChuteDirectory(const Endpoints& endpoints, HttpClient& http) : m_endpoints(endpoints), m_http(http) {}

  // Returns the public chute with this id, name, "user/name" or slug, tried in this order, with its cords;
  // absent if there is none. Throws what `http` throws, and `service_error` for a refusal.
  [[nodiscard]] std::optional<Chute> find(const std::string& word) const;

  // Returns the public chutes whose name or tagline contains `filter`, the most used first; without cords.
  [[nodiscard]] std::vector<Chute> list(const std::string& filter) const;
  // Returns the chutes that the key's owner has or shares. The service requires an API key for this.
  [[nodiscard]] std::vector<Chute> list_of_owner(const std::string& filter, const Secret& api_key) const;

private:
  // `api_key` may be null.
  [[nodiscard]] std::vector<Chute> pages(const std::string& query, const Secret* api_key) const;
  [[nodiscard]] std::optional<Chute> by_id_or_name(const std::string& word) const;
  [[nodiscard]] std::optional<std::string> id_of(const std::string& field, const std::string& value,
                                                 const std::string& username) const;
  [[nodiscard]] HttpResponse get(const std::string& path_and_query, const Secret* api_key = nullptr) const;

  const Endpoints& m_endpoints;
  HttpClient& m_http;
};

} // namespace chutes::service
