// Writes responses in the form of the service's framework (FastAPI), and reads query parameters as it does.
#pragma once

#include "base/json_fields.hpp"
#include "base/time_text.hpp"
#include "sandbox/world/scope_rules.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace httplib {
struct Request;
struct Response;
} // namespace httplib

namespace chutes::sandbox {

void answer_json(httplib::Response& response, const Json& body, int status = 200);
// Answers {"detail": …}.
void answer_detail(httplib::Response& response, int status, const Json& detail);
void answer_refusal(httplib::Response& response, const Refusal& refusal);
// Answers like an unhandled exception: plain text, not JSON.
void answer_server_error(httplib::Response& response);

// Answers 307 to `path` on the same host, with the query of `request`. The scheme is http even if the request
// came by TLS: the service does not know the scheme of its proxy.
void answer_redirect(const httplib::Request& request, httplib::Response& response, const std::string& path);

// Times as the service writes them: without a zone (UTC), and with "+00:00".
[[nodiscard]] std::string naive_time(Instant instant);
[[nodiscard]] std::string time_with_offset(Instant instant);

// The query parameters of a request. Each invalid one becomes an item of a 422 answer.
class QueryReader {
public:
  explicit QueryReader(const httplib::Request& request);
  ~QueryReader();
  QueryReader(const QueryReader&) = delete;
  QueryReader& operator=(const QueryReader&) = delete;

  [[nodiscard]] bool has(const char* name) const;
  [[nodiscard]] std::string text(const char* name) const; // empty if missing
  std::size_t whole(const char* name, std::size_t otherwise, std::size_t lowest, std::size_t highest);
  bool flag(const char* name, bool otherwise);
  std::optional<Instant> moment(const char* name);

  // Answers 422 and returns true if a parameter is invalid.
  [[nodiscard]] bool refused(httplib::Response& response) const;

private:
  void problem(const char* type, const char* name, const std::string& message);

  const httplib::Request& m_request;
  std::unique_ptr<Json> m_problems;
};

} // namespace chutes::sandbox
