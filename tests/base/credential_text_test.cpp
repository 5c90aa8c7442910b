// A credential is the same whatever door it comes through, and carries nothing into a header or a line.
#include "base/credential_text.hpp"
#include "base/error.hpp"
#include "golden.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace chutes;
using namespace std::string_literals;

TEST_CASE("a credential is given without the line ends behind it and a byte order mark before it") {
  for (const auto& text : {"cpk_1"s, "cpk_1\n"s, "cpk_1\r\n"s, "cpk_1\n\n\r\n"s, "cpk_1\r"s,
                           "\xEF\xBB\xBF"
                           "cpk_1\n"s})
    CHECK(credential_in(text, "X") == Secret{"cpk_1"});
  CHECK(credential_in(" two words ", "X") == Secret{" two words "});
  CHECK(credential_in("zoë", "X") == Secret{"zoë"});
  for (const auto& nothing : {""s, "\n"s, "\r\n\n"s, "\xEF\xBB\xBF\n"s})
    CHECK(credential_in(nothing, "X").empty());
}

TEST_CASE("a control character within a credential is refused, naming where it came from and not the value") {
  for (const auto& text : {"cpk_1\ncpk_2"s, "cpk_1\rX: y"s, "\ncpk_1"s, "cpk\t1"s, "cpk\0001"s, "cpk\x1b[0m"s,
                           "cpk_1\x7f\n"s, "x\"\nurl = \"http://elsewhere"s})
    try {
      static_cast<void>(credential_in(text, "CHUTES_API_KEY"));
      FAIL("a credential with a control character");
    } catch (const Error& error) {
      const std::string message = error.what();
      CHECK(error.kind() == ErrorKind::usage);
      CHECK(message.starts_with("CHUTES_API_KEY "));
      CHECK(message.find("cpk") == std::string::npos);
      CHECK(!error.hint().empty());
    }
}
