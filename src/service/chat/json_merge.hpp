// Puts a JSON value together from the pieces of a stream.
#pragma once

#include "base/json_fields.hpp"

#include <string_view>

namespace chutes::service {

enum class Texts { append, replace };

// Adds `piece` to `member`, the member `name` of an object: lists append, objects merge member by member,
// null changes nothing, anything else replaces. Strings append on request, except those of members that name
// something, such as id and type: pieces repeat them, or leave them empty.
void merge_member(Json& member, std::string_view name, const Json& piece, Texts texts);

} // namespace chutes::service
