// Fuzzes a line of a batch: it gives a request whose body is one line of JSON, or a short reason why not. The
// first line of an input is the default model.
#include "service/batch/batch_line.hpp"

#include "base/json_fields.hpp"
#include "base/utf8.hpp"
#include "fuzz/fuzz.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace chutes;
using namespace chutes::service;

namespace {

void check_body(const BatchLine& line, const std::string& model) {
  if (line.body.empty())
    return;
  const auto body = parse_json(line.body);
  fuzz::require(body && body->is_object() && json_line(*body) == line.body);
  fuzz::require(line.model == string_field(*body, "model").value_or(""));
  fuzz::require(model.empty() || find_field(*body, "model") != nullptr);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const BatchDefaults defaults{std::string{fuzz::take_line(rest)}, "m"};
  if (invalid_utf8_at(defaults.model))
    return 0; // JSON cannot express it
  const std::string text{rest};
  const auto line = parse_batch_line(text, 7, defaults);
  fuzz::require(line.number == 7 && line == parse_batch_line(text, 7, defaults));
  fuzz::require(line.key() == batch_key(line.custom_id, 7));
  if (!line.fault.empty()) {
    fuzz::require_line(line.fault, 40);
    return 0;
  }
  fuzz::require(
      std::all_of(line.method.begin(), line.method.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
  fuzz::require(!line.body.empty() || !line.method.empty() || !line.url.empty());
  check_body(line, defaults.model);
  return 0;
}
