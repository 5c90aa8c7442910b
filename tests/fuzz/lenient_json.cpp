// Fuzzes the generous JSON reader: whatever the strict one accepts it reads as the same document; what it
// makes of anything else is a document that can be written and read again, and stays the same then.
#include "base/lenient_json.hpp"

#include "base/utf8.hpp"
#include "fuzz/fuzz.hpp"

#include <nlohmann/json.hpp>

using namespace chutes;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto strict = parse_json(text);
  auto generous = parse_lenient_json(text);
  if (strict)
    fuzz::require(generous == strict);
  if (generous) {
    make_well_formed(*generous);
    const auto line = json_line(*generous);
    fuzz::require(!invalid_utf8_at(line));
    fuzz::require(parse_lenient_json(line) == generous);
  }
  auto rest = text;
  for (std::size_t before = rest.size() + 1; take_json(rest); before = rest.size())
    fuzz::require(rest.size() < before);
  return 0;
}
