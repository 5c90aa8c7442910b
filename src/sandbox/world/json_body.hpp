// Reads the JSON body of a request as the service's framework does (FastAPI, pydantic's lax rules): "7" is a
// number and "false" a flag, unknown members are ignored, and each invalid member becomes an item of a 422
// answer. Recorded from the service's published server code on 2026-11-27.
#pragma once

#include "base/json_fields.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace httplib {
struct Request;
struct Response;
} // namespace httplib

namespace chutes::sandbox {

enum class Member {
  required,  // neither missing nor null
  defaulted, // may be missing, but not null
  nullable,  // may be either
};

class JsonBody {
public:
  explicit JsonBody(const httplib::Request& request);
  ~JsonBody();
  JsonBody(const JsonBody&) = delete;
  JsonBody& operator=(const JsonBody&) = delete;

  // Answers 422 and returns true if the body is to be JSON and is not. The service notices this before it
  // looks at credentials, and everything else after.
  [[nodiscard]] bool undecodable(httplib::Response& response) const;

  // The value of a member; absent if it is missing, null or invalid.
  std::optional<std::string> text(const char* name, Member member = Member::nullable);
  std::optional<bool> flag(const char* name, Member member = Member::nullable);
  std::optional<std::int64_t> integer(const char* name, Member member = Member::nullable);
  std::optional<std::vector<std::string>> texts(const char* name, Member member = Member::nullable);
  // Notes that a member has the right type and a value that the service refuses.
  void refuse_value(const char* name, const std::string& why);

  // Answers 422 and returns true if the body or a member is invalid.
  [[nodiscard]] bool refused(httplib::Response& response) const;

private:
  const Json* member(const char* name, Member member, const char* type, const char* message);
  void problem(const Json& place, const char* type, const std::string& message, const Json& input);

  bool m_is_object = false;
  std::unique_ptr<Json> m_body; // what the members are read from
  std::unique_ptr<Json> m_decoding_problem;
  std::unique_ptr<Json> m_problems;
};

} // namespace chutes::sandbox
