#include "sandbox/world/form_fields.hpp"

#include "base/form.hpp"
#include "sandbox/world/api_answer.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace chutes::sandbox {

Form::Form(const httplib::Request& request) {
  const auto type = request.get_header_value("Content-Type");
  if (type.starts_with("multipart/form-data"))
    for (const auto& [name, file] : request.files)
      m_fields[name] = file.content;
  if (type.starts_with("application/x-www-form-urlencoded"))
    for (auto& [name, value] : parse_form(request.body).value_or(FormFields{}))
      m_fields[name] = value;
}

const std::string& Form::operator[](const std::string& name) const {
  static const std::string nothing;
  const auto found = m_fields.find(name);
  return found == m_fields.end() ? nothing : found->second;
}

bool Form::lacks(const std::vector<std::string>& names, httplib::Response& response) const {
  std::vector<std::string> missing;
  for (const auto& name : names)
    if ((*this)[name].empty())
      missing.push_back(name);
  if (missing.empty())
    return false;
  answer_missing(response, "body", missing, nullptr);
  return true;
}

void answer_missing(httplib::Response& response, const char* place, const std::vector<std::string>& names,
                    const Json& input) {
  Json items = Json::array();
  for (const auto& name : names)
    items.push_back(
        {{"type", "missing"}, {"loc", {place, name}}, {"msg", "Field required"}, {"input", input}});
  answer_detail(response, 422, items);
}

void answer_page(httplib::Response& response, int status, const std::string& html) {
  response.status = status;
  response.set_header("Cache-Control", "no-store");
  response.set_content(html, "text/html; charset=utf-8");
}

} // namespace chutes::sandbox
