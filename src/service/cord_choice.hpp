// Which of a chute's cords a call means.
#pragma once

#include "service/chute_directory.hpp"

#include <optional>
#include <string>

namespace chutes::service {

// What was said about the cord; what is absent is for the chute to tell.
struct CordWish {
  std::optional<std::string> path;   // with or without the leading '/'
  std::optional<std::string> method; // upper case
  bool stream = false;               // the body wants a stream
};

// The cord of that path and method; without a path the only one, or the standard one of the chute's template.
// Where a path is served streamed and not, `stream` decides. Throws Error{usage} that lists the cords if none
// fits or several do.
[[nodiscard]] Cord choose_cord(const Chute& chute, const CordWish& wish);

// Whether answers of this content type are text that can stand on a terminal. An empty one is taken for text.
[[nodiscard]] bool is_text(const std::string& content_type);

} // namespace chutes::service
