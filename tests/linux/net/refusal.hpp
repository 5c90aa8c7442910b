// How an adapter says no.
#pragma once

#include "base/error.hpp"

#include <doctest/doctest.h>

#include <string>

namespace chutes::on_linux {

// The text of the Error of that kind that `work` ends with; empty if it ends well.
template <typename Work>
std::string refusal(ErrorKind kind, Work work) {
  try {
    work();
  } catch (const Error& error) {
    CHECK(error.kind() == kind);
    CHECK_FALSE(error.hint().empty());
    return error.what();
  }
  return "";
}

} // namespace chutes::on_linux
