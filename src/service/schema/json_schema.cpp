#include "service/schema/json_schema.hpp"

#include "base/terminal_text.hpp"
#include "service/schema/evaluation.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {

SchemaReport check_against_schema(const Json& document, const Json& schema) {
  constexpr std::size_t longest = 300;
  try {
    Evaluation evaluation{schema};
    if (evaluation.run(document) == Verdict::invalid)
      return {one_line(evaluation.violation(), longest), evaluation.unchecked()};
    return {std::nullopt, evaluation.unchecked()};
  } catch (const SchemaTooCostly&) {
    return {std::nullopt, {"a schema that takes too many steps"}};
  }
}

} // namespace chutes::service
