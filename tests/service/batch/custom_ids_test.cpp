#include "service/batch/custom_ids.hpp"

#include <doctest/doctest.h>

using namespace chutes::service;

TEST_CASE("a custom_id identifies one line: an empty or repeated one has a fault that names the first line") {
  CustomIds ids;
  const auto fault = [&ids](const char* text, std::size_t number) {
    return ids.fault_of(parse_batch_line(text, number, {}));
  };
  CHECK(fault(R"({"custom_id":"a","body":{"n":1}})", 1).empty());
  CHECK(fault(R"({"custom_id":"b","n":1})", 2).empty());
  CHECK(fault(R"({"n":1})", 3).empty());
  CHECK(fault(R"({"n":1})", 4).empty());
  CHECK(fault("no JSON", 5).empty());
  CHECK(fault(R"({"custom_id":"1","n":1})", 6).empty()); // not the first line's number
  CHECK(fault(R"({"custom_id":"A","n":1})", 7).empty());
  for (const char* again : {R"({"custom_id":"a","body":{"n":1}})", R"({"custom_id":"a","body":{"n":2}})",
                            R"({"custom_id":"a","n":1})", R"({"custom_id":"a","body":5})"})
    CHECK_MESSAGE(fault(again, 8).ends_with("line 1"), again);
  for (const char* empty : {R"({"custom_id":"","body":{}})", R"({"custom_id":"","n":1})"})
    CHECK_MESSAGE(fault(empty, 9).find("empty") != std::string::npos, empty);
}
