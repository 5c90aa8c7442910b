#include "base/error.hpp"

#include <doctest/doctest.h>

using namespace chutes;

TEST_CASE("an error carries its kind, its sentence and its next step, and what the service said of it") {
  Error error{ErrorKind::limit, "the quota is used up", "top up"};
  CHECK(error.kind() == ErrorKind::limit);
  CHECK(error.what() == std::string{"the quota is used up"});
  CHECK(error.hint() == "top up");
  CHECK(!error.status());
  CHECK(error.request_id().empty());
  error.with_status(402).with_request_id("abc");
  CHECK(error.status() == 402);
  CHECK(error.request_id() == "abc");
}

TEST_CASE("an error is thrown whole from a chain of additions") {
  try {
    throw Error{ErrorKind::service, "no"}.with_status(500);
  } catch (const Error& error) {
    CHECK(error.status() == 500);
    CHECK(error.hint().empty());
  }
}
