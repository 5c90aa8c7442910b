#include "sandbox/world/json_body.hpp"

#include "base/ascii.hpp"
#include "base/json_text.hpp"
#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/lax_values.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <array>

namespace chutes::sandbox {
namespace {

constexpr const char* needs_text = "Input should be a valid string";
constexpr const char* needs_flag = "Input should be a valid boolean";
constexpr const char* needs_integer = "Input should be a valid integer";
constexpr const char* needs_list = "Input should be a valid list";

// Without a Content-Type the service reads JSON; anything else but JSON it takes as one text.
bool is_json(const httplib::Request& request) {
  const auto header = request.get_header_value("Content-Type");
  const auto type = lower(trim(std::string_view{header}.substr(0, header.find(';'))));
  return type.empty() || type == "application/json" ||
         (type.starts_with("application/") && type.ends_with("+json"));
}

// What Python's parser says where nlohmann's says `while parsing WHAT`.
struct Complaint {
  std::string_view parsing;
  const char* text;
};
constexpr std::array complaints{
    Complaint{"while parsing value", "Expecting value"},
    Complaint{"while parsing object key", "Expecting property name enclosed in double quotes"},
    Complaint{"while parsing object separator", "Expecting ':' delimiter"},
    Complaint{"while parsing object", "Expecting ',' delimiter"},
    Complaint{"while parsing array", "Expecting ',' delimiter"},
};

const char* complaint_of(std::string_view what) {
  for (const auto& complaint : complaints)
    if (what.find(complaint.parsing) != std::string_view::npos)
      return complaint.text;
  return "Extra data";
}

// Where the word or number begins that `end` is in.
std::size_t beginning_of_word(const std::string& text, std::size_t end) {
  std::size_t at = std::min(end, text.size());
  while (at > 0 && (is_letter(text[at - 1]) || is_digit(text[at - 1])))
    --at;
  return at;
}

Json decoding_problem(const std::string& text) {
  std::size_t at = 0;
  const char* complaint = "Expecting value";
  try {
    [[maybe_unused]] const auto document = Json::parse(text);
  } catch (const Json::parse_error& error) {
    at = beginning_of_word(text, error.byte == 0 ? 0 : error.byte - 1);
    complaint = complaint_of(error.what());
  }
  return {{"type", "json_invalid"},
          {"loc", {"body", at}},
          {"msg", "JSON decode error"},
          {"input", Json::object()},
          {"ctx", {{"error", complaint}}}};
}

std::optional<bool> flag_of_number(const Json& value) {
  const double number = number_of(value).value_or(-1);
  return number == 0 || number == 1 ? std::optional{number == 1} : std::nullopt;
}

} // namespace

JsonBody::JsonBody(const httplib::Request& request)
    : m_body(std::make_unique<Json>()), m_problems(std::make_unique<Json>(Json::array())) {
  if (request.body.empty()) {
    problem(Json::array({"body"}), "missing", "Field required", nullptr);
    return;
  }
  auto document = is_json(request) ? parse_json(request.body) : std::optional<Json>{request.body};
  if (!document) {
    m_decoding_problem = std::make_unique<Json>(decoding_problem(request.body));
    return;
  }
  *m_body = std::move(*document);
  m_is_object = m_body->is_object();
  if (!m_is_object)
    problem(Json::array({"body"}), "model_attributes_type",
            "Input should be a valid dictionary or object to extract fields from", *m_body);
}

JsonBody::~JsonBody() = default;

bool JsonBody::undecodable(httplib::Response& response) const {
  if (!m_decoding_problem)
    return false;
  answer_detail(response, 422, Json::array({*m_decoding_problem}));
  return true;
}

std::optional<std::string> JsonBody::text(const char* name, Member kind) {
  const Json* value = member(name, kind, "string_type", needs_text);
  if (value == nullptr)
    return std::nullopt;
  if (value->is_string())
    return value->get<std::string>();
  problem({"body", name}, "string_type", needs_text, *value);
  return std::nullopt;
}

std::optional<bool> JsonBody::flag(const char* name, Member kind) {
  const Json* value = member(name, kind, "bool_type", needs_flag);
  if (value == nullptr)
    return std::nullopt;
  if (value->is_boolean())
    return value->get<bool>();
  if (!value->is_string() && !is_number(*value)) {
    problem({"body", name}, "bool_type", needs_flag, *value);
    return std::nullopt;
  }
  const auto found = value->is_string() ? lax_flag(value->get<std::string>()) : flag_of_number(*value);
  if (!found)
    problem({"body", name}, "bool_parsing", unreadable_flag, *value);
  return found;
}

std::optional<std::int64_t> JsonBody::integer(const char* name, Member kind) {
  const Json* value = member(name, kind, "int_type", needs_integer);
  if (value == nullptr)
    return std::nullopt;
  if (value->is_boolean())
    return value->get<bool>() ? 1 : 0;
  if (value->is_string()) {
    const auto number = lax_integer(value->get<std::string>());
    if (!number)
      problem({"body", name}, "int_parsing", unreadable_integer, *value);
    return number;
  }
  if (!is_number(*value)) {
    problem({"body", name}, "int_type", needs_integer, *value);
    return std::nullopt;
  }
  if (value->is_number_integer())
    return value->get<std::int64_t>();
  if (const auto number = integer_field(*m_body, name))
    return number;
  problem({"body", name}, "int_from_float",
          "Input should be a valid integer, got a number with a fractional part", *value);
  return std::nullopt;
}

std::optional<std::vector<std::string>> JsonBody::texts(const char* name, Member kind) {
  const Json* value = member(name, kind, "list_type", needs_list);
  if (value == nullptr)
    return std::nullopt;
  if (!value->is_array()) {
    problem({"body", name}, "list_type", needs_list, *value);
    return std::nullopt;
  }
  std::vector<std::string> found;
  found.reserve(value->size());
  for (std::size_t i = 0; i < value->size(); ++i)
    if ((*value)[i].is_string())
      found.push_back((*value)[i].get<std::string>());
    else
      problem({"body", name, i}, "string_type", needs_text, (*value)[i]);
  return found.size() == value->size() ? std::optional{std::move(found)} : std::nullopt;
}

void JsonBody::refuse_value(const char* name, const std::string& why) {
  problem({"body", name}, "value_error", "Value error, " + why, *find_field(*m_body, name));
  m_problems->back()["ctx"] = {{"error", Json::object()}};
}

bool JsonBody::refused(httplib::Response& response) const {
  if (m_problems->empty())
    return false;
  answer_detail(response, 422, *m_problems);
  return true;
}

const Json* JsonBody::member(const char* name, Member kind, const char* type, const char* message) {
  if (!m_is_object)
    return nullptr;
  const Json* value = find_field(*m_body, name);
  if (value == nullptr) {
    if (kind == Member::required)
      problem({"body", name}, "missing", "Field required", *m_body);
    return nullptr;
  }
  if (!value->is_null())
    return value;
  if (kind != Member::nullable)
    problem({"body", name}, type, message, nullptr);
  return nullptr;
}

void JsonBody::problem(const Json& place, const char* type, const std::string& message, const Json& input) {
  m_problems->push_back({{"type", type}, {"loc", place}, {"msg", message}, {"input", input}});
}

} // namespace chutes::sandbox
