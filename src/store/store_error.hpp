// What can be wrong with a store's file, each as one sentence and one way out. All are Error{file}.
#pragma once

#include "base/error.hpp"

namespace chutes::store {

[[nodiscard]] inline Error damaged_file(const std::string& path, const std::string& how) {
  return {ErrorKind::file, "the file " + path + " is damaged: " + how,
          "restore a copy of it, or remove it and sign in again"};
}

[[nodiscard]] inline Error newer_file(const std::string& path) {
  return {ErrorKind::file, "the file " + path + " was written by a newer chutes-login",
          "update chutes-login"};
}

[[nodiscard]] inline Error foreign_file(const std::string& path) {
  return {ErrorKind::file, "the file " + path + " was not written by chutes-login", "move it away"};
}

} // namespace chutes::store
