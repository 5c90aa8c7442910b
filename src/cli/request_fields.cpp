#include "cli/request_fields.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/input_text.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct Field {
  std::string name;
  std::string value;
};

Field split(const std::string& word, const char* option) {
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error{ErrorKind::usage, std::string{option} + " wants NAME=VALUE, not " + one_line(word, 80),
                std::string{"for example "} + option + " prompt=hello"};
  return {word.substr(0, equals), word.substr(equals + 1)};
}

[[noreturn]] void contradict(const std::string& name) {
  throw Error{ErrorKind::usage,
              "the field " + one_line(name, 80) + " is given in two ways that exclude each other",
              "a name is a value, an object (a.b) or an array (a[])"};
}

// Puts `value` where "a.b[].c" points, making the objects and arrays on the way.
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
  if (text.starts_with('@'))
    return text_or_file(text, "-F");
  auto json = parse_json(text);
  return json ? std::move(*json) : Json(text);
}

} // namespace

Json fields_body(const std::vector<std::string>& texts, const std::vector<std::string>& typed) {
  if (texts.empty() && typed.empty())
    return nullptr;
  Json body = Json::object();
  for (const auto& word : texts) {
    auto field = split(word, "-f");
    put(body, field.name, std::move(field.value));
  }
  for (const auto& word : typed) {
    const auto field = split(word, "-F");
    put(body, field.name, typed_value(field.value));
  }
  return body;
}

} // namespace chutes::cli
