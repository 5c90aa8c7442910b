// Kinds of content by their first bytes, and media that stand inside JSON.
#include "base/base64.hpp"
#include "base/json_fields.hpp"
#include "base/media_type.hpp"
#include "cli/invoke/embedded_media.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::cli;

namespace {

const std::string png = "\x89PNG\r\n\x1A\n" + std::string(40, 'p');
const std::string wav = "RIFF1234WAVEfmt " + std::string(20, 'w');

} // namespace

TEST_CASE("what bytes are is told by the mark they begin with, not by a name") {
  CHECK(type_of_bytes(png) == "image/png");
  CHECK(type_of_bytes("\xFF\xD8\xFF\xE0") == "image/jpeg");
  CHECK(type_of_bytes("GIF89a...") == "image/gif");
  CHECK(type_of_bytes("RIFF1234WEBPVP8 ") == "image/webp");
  CHECK(type_of_bytes(wav) == "audio/wav");
  CHECK(type_of_bytes("%PDF-1.7") == "application/pdf");
  CHECK(type_of_bytes(std::string{"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", 14}) == "image/bmp");
}

TEST_CASE("a text that happens to begin like an image is a text") {
  for (const char* text : {"", "BM", "BMW builds cars", "12345678WEBP is a format", "RIFF", "GIF", "\x89PN"})
    CHECK_MESSAGE(type_of_bytes(text).empty(), text);
}

TEST_CASE("files are called by their type, and media by their name") {
  CHECK(std::string{extension_of("Image/JPEG; q=1")} == ".jpg");
  CHECK(std::string{extension_of("application/x-unheard-of")} == ".bin");
  CHECK(is_media_name("out/Cat.PNG"));
  CHECK(is_media_name("cat.jpeg"));
  CHECK(!is_media_name("answer.json"));
  CHECK(!is_media_name("png"));
  CHECK(is_json_type("application/problem+json; charset=utf-8"));
  CHECK(!is_json_type("text/plain"));
}

TEST_CASE("media inside JSON are found in their order, as data URLs and as bare base64") {
  const Json document{
      {"note", "iVBORw0KGgo"},
      {"images", {{{"b64_json", base64_encode(png)}}, {{"url", "data:image/webp;base64,AAAA"}}}},
      {"audio", {{"data", base64_encode(wav)}}},
      {"seed", 7}};
  const auto found = embedded_media(document);
  REQUIRE(found.size() == 3);
  CHECK(found[0].type == "image/png");
  CHECK(found[0].bytes == png);
  CHECK(found[1].type == "image/webp");
  CHECK(found[1].bytes == std::string(3, '\0'));
  CHECK(found[2].type == "audio/wav");
  CHECK(found[2].bytes == wav);
}

TEST_CASE("what is no media is left where it is") {
  const std::string torn = base64_encode(png).substr(0, 41); // no multiple of four: it was cut
  CHECK(embedded_media(Json{{"a", torn}}).empty());
  CHECK(embedded_media(Json{{"a", base64_encode("%PDF-1.7 and more of it, but no picture")}}).empty());
  CHECK(embedded_media(Json{{"a", "data:text/plain;base64,aGVsbG8="}}).empty());
  CHECK(embedded_media(Json{{"a", "data:image/png;base64,not base64"}}).empty());
  CHECK(embedded_media(Json{{"a", std::string(1000, 'A')}}).empty());
  CHECK(embedded_media(nullptr).empty());
}
