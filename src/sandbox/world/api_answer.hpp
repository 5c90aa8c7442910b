// Answers in the form the service's framework gives them (FastAPI), and query parameters read as it reads
// them.
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
// {"detail": …}
void answer_detail(httplib::Response& response, int status, const Json& detail);
void answer_refusal(httplib::Response& response, const Refusal& refusal);
// What an unhandled exception looks like: plain text, not JSON.
void answer_server_error(httplib::Response& response);

// The query parameters of a request; each that does not fit becomes an item of a 422 answer.
class QueryReader {
public:
  explicit QueryReader(const httplib::Request& request);
  ~QueryReader();
  QueryReader(const QueryReader&) = delete;
  QueryReader& operator=(const QueryReader&) = delete;

  [[nodiscard]] bool has(const char* name) const;
  [[nodiscard]] std::string text(const char* name) const; // empty if it is missing
  std::size_t whole(const char* name, std::size_t otherwise, std::size_t lowest, std::size_t highest);
  bool flag(const char* name, bool otherwise);
  std::optional<Instant> moment(const char* name);

  // Answers 422 if anything did not fit.
  [[nodiscard]] bool refused(httplib::Response& response) const;

private:
  void problem(const char* type, const char* name, const std::string& message);

  const httplib::Request& m_request;
  std::unique_ptr<Json> m_problems;
};

} // namespace chutes::sandbox
