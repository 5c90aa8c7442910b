#include "cli/invoke/request_fields.hpp"

#include "base/error.hpp"
#include "base/json_text.hpp"
#include "base/terminal_text.hpp"
#include "base/utf8.hpp"
#include "cli/command/input_text.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

[[noreturn]] void contradict(const std::string& name) {
  throw Error{ErrorKind::usage, "the field " + one_line(name, 80) + " contradicts another field",
              "use each name as a value, as an object (a.b) or as an array (a[]), not as several of them"};
}

// Sets the member that a name such as "a.b[].c" points to, creating objects and arrays on the way.
void put(Json& body, const std::string& name, Json value) {
  Json* place = &body;
  std::string rest = name;
  while (true) {
    const auto dot = rest.find('.');
    std::string step = rest.substr(0, dot);
    const bool append = step.ends_with("[]");
    if (append)
      step.resize(step.size() - 2);
    if (!place->is_object())
      contradict(name);
    place = &(*place)[step];
    if (append) {
      if (place->is_null())
        *place = Json::array();
      if (!place->is_array())
        contradict(name);
      place->push_back(nullptr);
      place = &place->back();
    }
    if (dot == std::string::npos)
      break;
    if (place->is_null())
      *place = Json::object();
    rest = rest.substr(dot + 1);
  }
  if (!place->is_null())
    contradict(name);
  *place = std::move(value);
}

Json typed_value(const std::string& text) {
  if (text.starts_with('@')) {
    std::string content{without_byte_order_mark(file_content(text.substr(1), "-F", longest_body))};
    require_utf8(content, "the file given with -F");
    return content;
  }
  if (auto number = parse_number(text))
    return std::move(*number);
  auto json = parse_json(text);
  return json ? std::move(*json) : Json(text);
}

// Reads a number, true, false or null as JSON, and anything else as text.
Json plain_value(const std::string& text) {
  if (auto number = parse_number(text))
    return std::move(*number);
  auto json = parse_json(text);
  return json && (json->is_boolean() || json->is_null()) ? std::move(*json) : Json(text);
}

Json json_value(const Field& field) {
  const auto text = text_or_file(field.value, "--param-json");
  auto json = parse_number(text);
  if (!json)
    json = parse_json(text);
  if (!json)
    throw Error{ErrorKind::usage, "the value of --param-json " + one_line(field.name, 80) + " is not JSON",
                "for example, --param-json 'logit_bias={\"50256\":-100}'; use --param for text"};
  return std::move(*json);
}

} // namespace

Field split_field(const std::string& word, const char* option, const char* example) {
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error{ErrorKind::usage, std::string{option} + " must be NAME=VALUE, not " + one_line(word, 80),
                std::string{"for example, "} + option + " " + example};
  require_utf8(word, std::string{"the value of "} + option);
  return {word.substr(0, equals), word.substr(equals + 1)};
}

Json fields_body(const std::vector<std::string>& texts, const std::vector<std::string>& typed) {
  if (texts.empty() && typed.empty())
    return nullptr;
  Json body = Json::object();
  for (const auto& word : texts) {
    auto field = split_field(word, "-f");
    put(body, field.name, std::move(field.value));
  }
  for (const auto& word : typed) {
    const auto field = split_field(word, "-F");
    put(body, field.name, typed_value(field.value));
  }
  return body;
}

Json parameter_fields(const std::vector<std::string>& plain, const std::vector<std::string>& json) {
  if (plain.empty() && json.empty())
    return nullptr;
  Json object = Json::object();
  for (const auto& word : plain) {
    const auto field = split_field(word, "--param", "top_p=0.9");
    put(object, field.name, plain_value(field.value));
  }
  for (const auto& word : json) {
    const auto field = split_field(word, "--param-json", "top_p=0.9");
    put(object, field.name, json_value(field));
  }
  return object;
}

} // namespace chutes::cli
