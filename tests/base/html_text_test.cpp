// Foreign text made harmless inside HTML.
#include "base/html_text.hpp"

#include <doctest/doctest.h>

using namespace chutes;

TEST_CASE("characters that mean something to HTML are written as references") {
  CHECK(escape_html("<script>\"&'") == "&lt;script&gt;&quot;&amp;&#39;");
  CHECK(escape_html("&lt;") == "&amp;lt;");
}

TEST_CASE("all other text passes byte for byte") {
  CHECK(escape_html("") == "");
  CHECK(escape_html("Zoë `=/;# \n") == "Zoë `=/;# \n");
  CHECK(escape_html(std::string_view{"a\0b", 3}) == std::string{"a\0b", 3});
}
