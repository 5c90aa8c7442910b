#include "sandbox/world/api_answer.hpp"

#include "base/ascii.hpp"
#include "sandbox/world/sandbox_state.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace chutes::sandbox {
namespace {

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

} // namespace

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

void answer_redirect(const httplib::Request& request, httplib::Response& response, const std::string& path) {
  const auto query = request.target.find('?');
  response.set_redirect("http://" + request.get_header_value("Host") + path +
                            (query == std::string::npos ? std::string{} : request.target.substr(query)),
                        307);
}

std::string naive_time(Instant instant) {
  auto text = rfc3339(instant);
  text.pop_back();
  return text;
}

std::string time_with_offset(Instant instant) {
  return naive_time(instant) + "+00:00";
}

QueryReader::QueryReader(const httplib::Request& request)
    : m_request(request), m_problems(std::make_unique<Json>(Json::array())) {}

QueryReader::~QueryReader() = default;

bool QueryReader::has(const char* name) const {
  return m_request.has_param(name);
}

std::string QueryReader::text(const char* name) const {
  return m_request.get_param_value(name);
}

std::size_t QueryReader::whole(const char* name, std::size_t otherwise, std::size_t lowest,
                               std::size_t highest) {
  if (!has(name))
    return otherwise;
  const auto number = whole_number(text(name));
  if (!number)
    problem("int_parsing", name, "Input should be a valid integer, unable to parse string as an integer");
  else if (*number < static_cast<std::int64_t>(lowest))
    problem("greater_than_equal", name, "Input should be greater than or equal to " + std::to_string(lowest));
  else if (*number > static_cast<std::int64_t>(highest))
    problem("less_than_equal", name, "Input should be less than or equal to " + std::to_string(highest));
  else
    return static_cast<std::size_t>(*number);
  return otherwise;
}

bool QueryReader::flag(const char* name, bool otherwise) {
  if (!has(name))
    return otherwise;
  constexpr std::array<std::string_view, 6> yes{"true", "1", "yes", "on", "t", "y"};
  constexpr std::array<std::string_view, 6> no{"false", "0", "no", "off", "f", "n"};
  const auto value = lower(text(name));
  if (std::find(yes.begin(), yes.end(), value) != yes.end())
    return true;
  if (std::find(no.begin(), no.end(), value) == no.end())
    problem("bool_parsing", name, "Input should be a valid boolean, unable to interpret input");
  return false;
}

std::optional<Instant> QueryReader::moment(const char* name) {
  if (!has(name))
    return std::nullopt;
  auto value = text(name);
  if (value.size() == std::string_view{"2026-11-23"}.size())
    value += "T00:00:00";
  const auto instant = parse_time(value);
  if (!instant)
    problem("datetime_from_date_parsing", name,
            "Input should be a valid datetime or date, invalid character in year");
  return instant;
}

bool QueryReader::refused(httplib::Response& response) const {
  if (m_problems->empty())
    return false;
  answer_detail(response, 422, *m_problems);
  return true;
}

void QueryReader::problem(const char* type, const char* name, const std::string& message) {
  m_problems->push_back({{"type", type}, {"loc", {"query", name}}, {"msg", message}, {"input", text(name)}});
}

} // namespace chutes::sandbox
