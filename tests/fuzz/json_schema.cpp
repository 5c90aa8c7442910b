// Fuzzes the check of a document against a schema from a service: with any schema it ends, and gives one line
// about a violation or nothing. The first line of an input is the schema, the rest the document.
#include "service/schema/json_schema.hpp"

#include "base/json_fields.hpp"
#include "fuzz/fuzz.hpp"

#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::service;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  const auto schema = parse_json(fuzz::take_line(text));
  const auto document = parse_json(text);
  if (!schema || !document)
    return 0;
  const auto report = check_against_schema(*document, *schema);
  const auto again = check_against_schema(*document, *schema);
  fuzz::require(report.violation == again.violation && report.unchecked == again.unchecked);
  for (const auto& part : report.unchecked)
    fuzz::require_line(part, 300);
  if (!report.violation)
    return 0;
  fuzz::require(!report.violation->empty());
  fuzz::require_line(*report.violation, 300);
  return 0;
}
