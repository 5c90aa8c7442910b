// Parsed once for all sources instead of once for each: the standard headers that most of them include, and
// the JSON class. Every source still includes what it uses: .ci/lint.sh compiles without this file.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// The literals ""_json and ""_json_pointer at the end of json.hpp instantiate the parser of nlohmann::json in
// every source, which takes longer than reading the header. We use nlohmann::ordered_json only and no
// literals, so here nlohmann::json is a class of the two members that they name.
template <>
class nlohmann::basic_json<> {
public:
  using json_pointer = nlohmann::json_pointer<std::string>;
  static basic_json parse(const char* begin, const char* end);
};
#include <nlohmann/json.hpp>
