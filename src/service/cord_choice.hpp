// Chooses the cord of a chute that a call is for.
#pragma once

#include "service/chute_directory.hpp"

#include <optional>
#include <string>

namespace chutes::service {

// What the caller says about the cord; absent members are left to the chute.
struct CordSelector {
  std::optional<std::string> path{};   // with or without the leading '/'
  std::optional<std::string> method{}; // upper case
  bool stream = false;                 // whether the body asks for a stream
};

// Returns the cord with that path and method; without a path, the standard one of the chute's template, else
// the only one. If a path is served both streamed and whole, `stream` decides. Throws Error{usage} that lists
// the cords if none matches, or if several paths do.
[[nodiscard]] Cord choose_cord(const Chute& chute, const CordSelector& selector);

} // namespace chutes::service
