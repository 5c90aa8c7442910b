#include "base/base64.hpp"

#include <doctest/doctest.h>

using namespace chutes;

TEST_CASE("base64 encodes the vectors of RFC 4648 section 10, and decodes them again") {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [text, encoded] : vectors) {
    CHECK(base64_encode(text) == encoded);
    CHECK(base64_decode(encoded) == text);
  }
}

TEST_CASE("base64url uses - and _ and no padding, as in RFC 7636 appendix A") {
  CHECK(base64url_encode("\xFB\xEF\xFF") == "--__");
  CHECK(base64_encode("\xFB\xEF\xFF") == "++//");
  CHECK(base64url_encode(std::string_view{"\x03\xEC\xFF\xE0\xC1", 5}) == "A-z_4ME");
  CHECK(base64url_decode("A-z_4ME") == std::string{"\x03\xEC\xFF\xE0\xC1"});
}

TEST_CASE("every byte survives both alphabets") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte)
    all += static_cast<char>(byte);
  CHECK(base64_decode(base64_encode(all)) == all);
  CHECK(base64url_decode(base64url_encode(all)) == all);
}

TEST_CASE("base64 that is not exactly what an encoder writes is refused") {
  for (const char* text :
       {"Zg", "Zg=", "Zg===", "====", "=", "Z===", "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "Zm-_", "Zg==Zg=="})
    CHECK_MESSAGE(!base64_decode(text), text);
  for (const char* text : {"Z", "Zg==", "Zh", "Zm9", "Zm+/", "Zm9vY"})
    CHECK_MESSAGE(!base64url_decode(text), text);
}

TEST_CASE("base64 as programs write it is read in either alphabet, padded or not, and in lines") {
  for (const char* text : {"++//Zg==", "--__Zg==", "--__Zg", "+-/_Zg=", "++//\nZg==", "++//\r\nZg==\r\n",
                           "++ //Zg==", "\t--__\n Zg", "++//Zg=\n="})
    CHECK_MESSAGE(base64_decode_any(text) == "\xFB\xEF\xFF"
                                             "f",
                  text);
  for (const char* text : {"+", "++//Z", "++//Zg===", "++//*Zg=", "++=//Zg", "++//Zh=="})
    CHECK_MESSAGE(!base64_decode_any(text), text);
  CHECK(base64_decode_any("") == "");
}
