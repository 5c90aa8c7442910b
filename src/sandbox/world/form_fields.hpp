// Reads the form of a POST as FastAPI does, and answers 422 if a field is missing.
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

// Urlencoded or multipart; of repeated fields the last counts. Empty if the body is not a form.
class Form {
public:
  explicit Form(const httplib::Request& request);
  [[nodiscard]] const std::string& operator[](const std::string& name) const; // empty if missing
  [[nodiscard]] bool has(const std::string& name) const { return m_fields.contains(name); }

  // Answers 422 and returns true if one of `names` is missing (an empty field counts as missing, as in
  // FastAPI).
  [[nodiscard]] bool lacks(const std::vector<std::string>& names, httplib::Response& response) const;

private:
  std::map<std::string, std::string> m_fields;
};

// Answers 422 with {"detail":[{"type":"missing","loc":[place, name],"msg":"Field
// required","input":input},…]}.
void answer_missing(httplib::Response& response, const char* place, const std::vector<std::string>& names,
                    const Json& input);
// Answers with HTML and this status.
void answer_page(httplib::Response& response, int status, const std::string& html);

} // namespace chutes::sandbox
