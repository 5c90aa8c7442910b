// The form of a POST as FastAPI reads it, and the 422 it answers when a field is missing.
#pragma once

#include "base/json_fields.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace httplib {
struct Request;
struct Response;
} // namespace httplib

namespace chutes::sandbox {

// Urlencoded or multipart; the last of repeated fields counts. Absent if the body is no form at all.
class Form {
public:
  explicit Form(const httplib::Request& request);
  [[nodiscard]] const std::string& operator[](const std::string& name) const; // empty if it is missing
  [[nodiscard]] bool has(const std::string& name) const { return m_fields.count(name) != 0; }

  // True: one of `names` is missing (an empty field counts as missing, as in FastAPI), and the 422 has been
  // answered.
  [[nodiscard]] bool lacks(const std::vector<std::string>& names, httplib::Response& response) const;

private:
  std::map<std::string, std::string> m_fields;
};

// {"detail":[{"type":"missing","loc":[place, name],"msg":"Field required","input":input},…]}, status 422
void answer_missing(httplib::Response& response, const char* place, const std::vector<std::string>& names,
                    const Json& input);
// HTML with this status.
void answer_page(httplib::Response& response, int status, const std::string& html);

} // namespace chutes::sandbox
