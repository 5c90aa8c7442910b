// Fields as forms.
#include "cli/invoke/form_body.hpp"
#include "cli/temporary_file.hpp"

#include <doctest/doctest.h>

using namespace chutes;
using namespace chutes::cli;
using flows::TemporaryFile;

TEST_CASE("a urlencoded form holds the fields as they are, in their order, and the texts of files") {
  const TemporaryFile file{"two & two\n"};
  const auto form = form_body("application/x-www-form-urlencoded; charset=utf-8",
                              {"q=a b&c=d", "tag[]=x", "tag[]=y"}, {"n=12", "text=@" + file.path()});
  REQUIRE(form);
  CHECK(form->content_type == "application/x-www-form-urlencoded; charset=utf-8");
  CHECK(form->text == "q=a+b%26c%3Dd&tag%5B%5D=x&tag%5B%5D=y&n=12&text=two+%26+two%0A");
}

TEST_CASE("a multipart form has a part for each field, and files go with name and type") {
  const TemporaryFile picture{"\x89PNG\r\n\x1A\n.", "a \"cat\".png"};
  const auto form = form_body("Multipart/Form-Data", {"prompt=hello"}, {"image=@" + picture.path()});
  REQUIRE(form);
  CHECK(form->content_type == "multipart/form-data; boundary=chutes-login-form");
  CHECK(form->text ==
        "--chutes-login-form\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nhello\r\n"
        "--chutes-login-form\r\nContent-Disposition: form-data; name=\"image\"; "
        "filename=\"a %22cat%22.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\x1A\n.\r\n"
        "--chutes-login-form--\r\n");
}

TEST_CASE("a boundary stands in no value, and is the same for the same fields") {
  const auto form = form_body("multipart/form-data", {"a=--chutes-login-form\r\n"}, {});
  REQUIRE(form);
  CHECK(form->content_type == "multipart/form-data; boundary=chutes-login-form-2");
  CHECK(form_body("multipart/form-data", {"a=--chutes-login-form\r\n"}, {})->text == form->text);
}

TEST_CASE("other types are no forms") {
  CHECK(!form_body("application/json", {"a=b"}, {}));
  CHECK(!form_body("", {"a=b"}, {}));
}
