// The URL and method of a call to a chute, from an address or from the public catalogue.
#pragma once

#include "base/json_fields.hpp"
#include "cli/command/context.hpp"
#include "cli/invoke/invoke_options.hpp"
#include "service/chute_directory.hpp"

#include <string>

namespace chutes::cli {

struct ChuteTarget {
  Url url;
  Url host; // the root of the chute's paths
  std::string method;
  std::string stem;   // names the file of the answer in -o DIR/
  service::Cord cord; // empty if an address was given
};

// Throws Error{usage} unless the words are a chute and, optionally, a path.
void require_chute_and_path(const InvokeOptions& options);

// Returns what the words and -X name. Throws Error{usage} if the chute has no such cord or the URL is
// invalid, and Error{service} if there is no such chute.
[[nodiscard]] ChuteTarget find_target(const InvokeOptions& options, bool wants_stream, bool has_body,
                                      Context& context);

// Throws Error{usage} if `body` does not match the cord's schema, so that a call the service would refuse is
// not paid for. Accepts a body that is not an object. Returns what of the schema could not be applied.
std::vector<std::string> check_body(const Json& body, const service::Cord& cord);

} // namespace chutes::cli
