#include "service/chat/json_merge.hpp"

#include "base/lenient_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace chutes::service {
namespace {

bool names_something(std::string_view member) {
  constexpr std::array<std::string_view, 11> members{"format",    "id",     "index", "media_type",
                                                     "mime_type", "model",  "name",  "role",
                                                     "object",    "status", "type"};
  return std::find(members.begin(), members.end(), member) != members.end();
}

} // namespace

void merge_member(Json& member, std::string_view name, const Json& piece, Texts texts) {
  const bool names = names_something(name);
  if (piece.is_null() ||
      (names && piece.is_string() && piece.get_ref<const std::string&>().empty() && !member.is_null()))
    return;
  if (member.is_array() && piece.is_array()) {
    member.insert(member.end(), piece.begin(), piece.end());
  } else if (member.is_object() && piece.is_object()) {
    JsonMembers members;
    for (const auto& item : piece.items())
      merge_member(members.at(member, item.key()), item.key(), item.value(), texts);
  } else if (texts == Texts::append && !names && member.is_string() && piece.is_string()) {
    member.get_ref<std::string&>() += piece.get_ref<const std::string&>();
  } else {
    member = piece;
  }
}

} // namespace chutes::service
