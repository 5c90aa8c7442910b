#include "sandbox/world/api_answer.hpp"

#include "sandbox/world/sandbox_state.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace chutes::sandbox {

const Json& settings_of(const Caller& caller) {
  static const Json none = Json::object();
  return caller.settings ? *caller.settings : none;
}

void answer_json(httplib::Response& response, const Json& body, int status) {
  response.status = status;
  response.set_content(json_line(body), "application/json");
}

void answer_detail(httplib::Response& response, int status, const Json& detail) {
  Json body = Json::object();
  body["detail"] = detail;
  answer_json(response, body, status);
}

void answer_refusal(httplib::Response& response, const Refusal& refusal) {
  answer_detail(response, refusal.status, refusal.detail);
}

void answer_server_error(httplib::Response& response) {
  response.status = 500;
  response.set_content("Internal Server Error", "text/plain; charset=utf-8");
}

void answer_or_fail(httplib::Response& response, const std::optional<Json>& body) {
  if (body)
    answer_json(response, *body);
  else
    answer_server_error(response);
}

} // namespace chutes::sandbox
