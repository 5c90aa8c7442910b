// Fuzzes the check of a document against a schema from a service: with any schema it ends, and gives one line
// about a violation or nothing. The first line of an input is the schema, the rest the document.
#include "service/chat/json_schema.hpp"

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
  const auto violation = schema_violation(*document, *schema);
  fuzz::require(violation == schema_violation(*document, *schema));
  if (!violation)
    return 0;
  fuzz::require(is_checkable(*document, *schema));
  fuzz::require(!violation->empty());
  fuzz::require_line(*violation, 300);
  return 0;
}
