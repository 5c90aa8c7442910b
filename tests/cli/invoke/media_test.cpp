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
const std::string wav = "RIFF1234WAVEfmt " + std::string{"\x10\0\0\0", 4} + std::string(20, 'w');

std::string with_nul(const char* mark) {
  return mark + std::string(8, '\0');
}

} // namespace

TEST_CASE("what bytes are is told by the mark they begin with, not by a name") {
  CHECK(type_of_bytes(png) == "image/png");
  CHECK(type_of_bytes("\xFF\xD8\xFF\xE0") == "image/jpeg");
  CHECK(type_of_bytes(with_nul("GIF89a")) == "image/gif");
  CHECK(type_of_bytes(with_nul("GIF87a")) == "image/gif");
  CHECK(type_of_bytes(with_nul("RIFF1234WEBPVP8 ")) == "image/webp");
  CHECK(type_of_bytes(wav) == "audio/wav");
  CHECK(type_of_bytes("%PDF-1.7\n1 0 obj") == "application/pdf");
  CHECK(type_of_bytes("%PDF-2.0\r") == "application/pdf");
  const std::string size{"\0\0\0\x1C", 4};
  CHECK(type_of_bytes(size + "ftypavif") == "image/avif");
  CHECK(type_of_bytes(size + "ftypheic") == "image/heic");
  CHECK(type_of_bytes(size + "ftypM4A ") == "audio/mp4");
  CHECK(type_of_bytes(size + "ftypqt  ") == "video/quicktime");
  CHECK(type_of_bytes(size + "ftypisom") == "video/mp4");
  CHECK(type_of_bytes(std::string{"II*\0\x08\0\0\0", 8}) == "image/tiff");
  CHECK(type_of_bytes(std::string{"MM\0*\0\0\0\x08", 8}) == "image/tiff");
  CHECK(type_of_bytes(with_nul("ID3\x04")) == "audio/mpeg");
  CHECK(type_of_bytes("\xFF\xFB\x90\x64") == "audio/mpeg");
  CHECK(type_of_bytes("\xFF\xF1\x50\x80") == "audio/aac");
  CHECK(type_of_bytes(with_nul("OggS")) == "audio/ogg");
  CHECK(type_of_bytes(with_nul("fLaC")) == "audio/flac");
  CHECK(type_of_bytes(with_nul("glTF\x02")) == "model/gltf-binary");
  CHECK(type_of_bytes("PK\x03\x04") == "application/zip");
  CHECK(type_of_bytes(std::string{"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", 14}) == "image/bmp");
}

TEST_CASE("a text that happens to begin like an image is a text") {
  for (const char* text : {"",
                           "BM",
                           "BMW builds cars",
                           "12345678WEBP is a format",
                           "RIFF",
                           "GIF",
                           "\x89PN",
                           "GIF89a is how an animation begins.\n",
                           "GIF87a\tis older",
                           "GIF89a gr\xFC\xDF"
                           "e in Latin-1",
                           "RIFFs and WEBP, ",
                           "RIFF1234WAVEfmt in words",
                           "ID3 tags name a song",
                           "OggS, fLaC and others",
                           "fLaC is lossless",
                           "glTF is for scenes",
                           "The ftyp box",
                           "%PDF-1.7 is a format",
                           "%PDF-",
                           "%PDF-x.y\n",
                           "II* and MM*",
                           "PKzip",
                           "\x1b[1mGIF89a\x1b[0m"})
    CHECK_MESSAGE(type_of_bytes(text).empty(), text);
}

TEST_CASE("files are called by their type, and media by their name") {
  CHECK(std::string{extension_of("Image/JPEG; q=1")} == ".jpg");
  CHECK(std::string{extension_of("application/x-unheard-of")} == ".bin");
  const std::pair<const char*, const char*> rows[] = {{"image/jpg", ".jpg"},
                                                      {"image/avif", ".avif"},
                                                      {"image/heic", ".heic"},
                                                      {"image/tiff", ".tiff"},
                                                      {"audio/mp3", ".mp3"},
                                                      {"audio/mpeg", ".mp3"},
                                                      {"audio/wave", ".wav"},
                                                      {"audio/vnd.wave", ".wav"},
                                                      {"audio/aac", ".aac"},
                                                      {"audio/mp4", ".m4a"},
                                                      {"audio/webm;codecs=opus", ".weba"},
                                                      {"audio/opus", ".opus"},
                                                      {"video/quicktime", ".mov"},
                                                      {"text/csv; charset=utf-8", ".csv"},
                                                      {"text/vtt", ".vtt"},
                                                      {"text/markdown", ".md"},
                                                      {"text/x-unheard-of", ".txt"},
                                                      {"text/event-stream", ".txt"},
                                                      {"application/problem+json", ".json"},
                                                      {"model/gltf+json", ".gltf"},
                                                      {"application/atom+xml", ".xml"},
                                                      {" image/PNG\t; q=1", ".png"},
                                                      {"", ".bin"}};
  for (const auto& [type, extension] : rows)
    CHECK_MESSAGE(std::string{extension_of(type)} == extension, type);
  for (const char* name :
       {"a.avif", "a.HEIC", "a.tif", "a.tiff", "a.aac", "a.m4a", "a.opus", "a.mov", "a.weba"})
    CHECK_MESSAGE(is_media_name(name), name);
  for (const char* name : {"a.csv", "a.vtt", "a.md", "a.pdf", "avif"})
    CHECK_MESSAGE(!is_media_name(name), name);
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

TEST_CASE("media are found in base64 of every kind that programs write") {
  const std::string picture = png + "\xFB\xEF\xFF\xFE";
  const auto standard = base64_encode(picture);
  std::string lines;
  for (std::size_t at = 0; at < standard.size(); at += 20)
    lines += standard.substr(at, 20) + "\r\n";
  std::string escaped = standard;
  for (auto at = escaped.find('+'); at != std::string::npos; at = escaped.find('+'))
    escaped.replace(at, 1, "%2B");
  REQUIRE(standard.find('+') != std::string::npos);
  for (const auto& text :
       {standard, lines, base64url_encode(picture), "\n" + standard + "\n",
        "data:image/png;base64," + standard, "data:image/png;base64,\n" + lines,
        "data:image/png;base64," + base64url_encode(picture), "data:image/png;name=a.png;base64," + standard,
        "DATA:image/PNG;BASE64," + standard, "data:image/png;base64," + escaped}) {
    const auto found = embedded_media(Json{{"image", text}});
    REQUIRE_MESSAGE(found.size() == 1, text);
    CHECK(found[0].type == "image/png");
    CHECK(found[0].bytes == picture);
  }
}

TEST_CASE("what is no media is left where it is") {
  const std::string torn = base64_encode(png).substr(0, 41); // no multiple of four: it was cut
  CHECK(embedded_media(Json{{"a", torn}}).empty());
  CHECK(embedded_media(Json{{"a", base64_encode("%PDF-1.7 and more of it, but no picture")}}).empty());
  CHECK(embedded_media(Json{{"a", "data:text/plain;base64,aGVsbG8="}}).empty());
  CHECK(embedded_media(Json{{"a", "data:image/png;base64,not*base64"}}).empty());
  CHECK(embedded_media(Json{{"a", "data:image/png,plain"}}).empty());
  CHECK(embedded_media(Json{{"a", "data:"}}).empty());
  CHECK(embedded_media(Json{{"a", std::string(1000, 'A')}}).empty());
  CHECK(embedded_media(nullptr).empty());
}
