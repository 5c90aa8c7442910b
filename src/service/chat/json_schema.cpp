#include "service/chat/json_schema.hpp"

#include "base/terminal_text.hpp"
#include "service/chat/schema_cost.hpp"

#define VALIJSON_USE_EXCEPTIONS 1 // otherwise it aborts the program on errors
#include <nlohmann/json.hpp>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace chutes::service {
namespace {

constexpr std::size_t longest_checked = 1U << 20U; // bytes; larger documents are left to the service
constexpr std::size_t longest_text = 300;

// valijson supports only unordered documents.
nlohmann::json unordered(const Json& json) {
  return nlohmann::json::parse(json_line(json));
}

// "<root>[height]" as "height", "<root>[messages][0]" as "messages.0".
std::string place_of(const std::string& context) {
  std::string place;
  for (const char c : context.substr(std::min(context.find('['), context.size()))) {
    if (c == '[' && !place.empty())
      place += '.';
    else if (c != '[' && c != ']' && c != '"')
      place += c;
  }
  return place;
}

std::string description_of(const valijson::ValidationResults::Error& error) {
  std::string place;
  for (const auto& step : error.context)
    place += step;
  place = place_of(place);
  return one_line((place.empty() ? "" : place + ": ") + error.description, longest_text);
}

bool is_bounded(const Json& document, const Json& schema) {
  return schema.is_object() && json_line(document).size() <= longest_checked &&
         is_affordable(document, schema);
}

} // namespace

bool is_checkable(const Json& document, const Json& schema) {
  if (!is_bounded(document, schema))
    return false;
  try {
    const auto rules = unordered(schema);
    valijson::Schema parsed;
    valijson::SchemaParser{}.populateSchema(valijson::adapters::NlohmannJsonAdapter(rules), parsed);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

std::optional<std::string> schema_violation(const Json& document, const Json& schema) {
  if (!is_bounded(document, schema))
    return std::nullopt;
  try {
    const auto rules = unordered(schema);
    const auto given = unordered(document);
    valijson::Schema parsed;
    valijson::SchemaParser parser;
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(rules), parsed);
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(parsed, valijson::adapters::NlohmannJsonAdapter(given), &results))
      return std::nullopt;
    // The innermost violation comes first; the enclosing ones only say that something inside is wrong.
    valijson::ValidationResults::Error error;
    return results.popError(error) ? description_of(error) : "does not match the schema";
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

} // namespace chutes::service
