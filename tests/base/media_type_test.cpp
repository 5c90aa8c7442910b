#include "base/media_type.hpp"

#include <doctest/doctest.h>

using namespace chutes;

TEST_CASE("a content type is text, with parameters and in any case, if a terminal can show it") {
  for (const char* type :
       {"", "text/plain", "Text/HTML; charset=utf-8", "application/json", "application/problem+json",
        "image/svg+xml", "application/xml ; q=1", "application/x-ndjson", "APPLICATION/JSONL"})
    CHECK_MESSAGE(is_text_type(type), type);
  for (const char* type :
       {"image/png", "audio/wav", "application/octet-stream", "application/jsonx", "x-text/plain", "json"})
    CHECK_MESSAGE(!is_text_type(type), type);
}
