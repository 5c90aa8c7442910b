#include "base/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <set>
#include <vector>

namespace chutes {
namespace {

constexpr int deepest = 64;

struct Refused {}; // thrown through nlohmann's parser, caught in parse_json

} // namespace

std::optional<Json> parse_json(std::string_view text) {
  std::vector<std::set<std::string>> names;
  const auto inspect = [&names](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > deepest)
      throw Refused{};
    if (event == Json::parse_event_t::object_start)
      names.emplace_back();
    else if (event == Json::parse_event_t::object_end)
      names.pop_back();
    else if (event == Json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second)
      throw Refused{};
    return true;
  };
  try {
    return Json::parse(text.begin(), text.end(), inspect);
  } catch (const Refused&) {
    return std::nullopt;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

const Json* find_field(const Json& object, std::string_view name) {
  if (!object.is_object())
    return nullptr;
  const auto found = object.find(std::string{name});
  return found == object.end() ? nullptr : &*found;
}

std::optional<std::string> string_field(const Json& object, std::string_view name) {
  const Json* field = find_field(object, name);
  if (field == nullptr || !field->is_string())
    return std::nullopt;
  return field->get<std::string>();
}

std::optional<bool> bool_field(const Json& object, std::string_view name) {
  const Json* field = find_field(object, name);
  if (field == nullptr || !field->is_boolean())
    return std::nullopt;
  return field->get<bool>();
}

std::optional<double> number_field(const Json& object, std::string_view name) {
  const Json* field = find_field(object, name);
  if (field == nullptr)
    return std::nullopt;
  if (field->is_number())
    return field->get<double>();
  if (!field->is_string())
    return std::nullopt;
  const auto& text = field->get_ref<const std::string&>();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::optional<std::int64_t> integer_field(const Json& object, std::string_view name) {
  const auto value = number_field(object, name);
  constexpr double limit = 9007199254740992.0; // 2^53: beyond it a double is no longer exact
  if (!value || std::floor(*value) != *value || std::abs(*value) >= limit)
    return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::string json_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string json_pretty(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

} // namespace chutes
