// Reads the query of a request as the service's framework does (FastAPI, pydantic's lax rules): of repeated
// parameters the last counts, numbers and flags may be written in several ways, and each invalid parameter
// becomes an item of a 422 answer. Recorded from the service's published server code on 2026-11-27.
#pragma once

#include "base/json_fields.hpp"
#include "base/time_text.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace httplib {
struct Request;
struct Response;
} // namespace httplib

namespace chutes::sandbox {

// A date and time of a query.
struct QueryTime {
  Instant at;
  bool zoned = false; // with a zone, or seconds since 1970: not what the service's database takes
};

class QueryReader {
public:
  explicit QueryReader(const httplib::Request& request);
  ~QueryReader();
  QueryReader(const QueryReader&) = delete;
  QueryReader& operator=(const QueryReader&) = delete;

  [[nodiscard]] bool has(const char* name) const { return m_fields.contains(name); }
  [[nodiscard]] std::string text(const char* name) const; // empty if missing
  std::string required_text(const char* name);            // the same, but a missing one is a problem
  // Any whole number; one that 64 bits cannot hold becomes the largest or smallest that they can.
  std::int64_t integer(const char* name, std::int64_t otherwise);
  std::size_t whole(const char* name, std::size_t otherwise, std::size_t lowest, std::size_t highest);
  bool flag(const char* name, bool otherwise);
  std::optional<QueryTime> time(const char* name);

  // Answers 422 and returns true if a parameter is invalid.
  [[nodiscard]] bool refused(httplib::Response& response) const;

private:
  void problem(const char* type, const char* name, const std::string& message,
               const std::string& context = {});

  std::map<std::string, std::string> m_fields;
  std::unique_ptr<Json> m_problems;
};

} // namespace chutes::sandbox
