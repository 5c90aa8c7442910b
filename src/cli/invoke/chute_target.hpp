// Where a call of a chute goes: an address, or what the anonymous catalogue knows of a name.
#pragma once

#include "base/json_fields.hpp"
#include "cli/command/context.hpp"
#include "cli/invoke/invoke_options.hpp"
#include "service/chute_directory.hpp"

#include <string>

namespace chutes::cli {

struct ChuteTarget {
  Url url;
  Url host; // where the chute's other paths are
  std::string method;
  std::string stem;   // for a file's name
  service::Cord cord; // empty where an address was given
};

// Throws Error{usage} for words that are more, or something else, than a chute and perhaps a path.
void require_chute_and_path(const InvokeOptions& options);

// What such words and -X name. Throws Error{usage} if they name nothing one can call, and Error{service} if
// there is no such chute.
[[nodiscard]] ChuteTarget find_target(const InvokeOptions& options, bool wants_stream, bool has_body,
                                      Context& context);

// What the service is going to refuse is refused before it is paid for: throws Error{usage} if `body` breaks
// the cord's schema. What is no object is let pass.
void check_body(const Json& body, const service::Cord& cord);

} // namespace chutes::cli
