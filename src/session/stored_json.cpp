#include "session/stored_json.hpp"

#include "session/unreadable_record.hpp"

#include <nlohmann/json.hpp>

namespace chutes::session {
namespace {

constexpr int newest_version = 1;

[[noreturn]] void damaged(std::string_view what) {
  throw UnreadableRecord{"the " + std::string{what} + " is damaged",
                         "remove it with 'chutes-login logout' and sign in again"};
}

} // namespace

Json read_stored(const Secret& text, std::string_view what) {
  auto document = parse_json(text.reveal());
  if (!document)
    damaged(what);
  const auto version = integer_field(*document, "version");
  if (!version)
    damaged(what);
  if (*version > newest_version)
    throw UnreadableRecord{"the " + std::string{what} + " was written by a newer version of this program",
                           "use that version, or sign out and in again with this one"};
  return std::move(*document);
}

std::string stored_text(const Json& document, std::string_view name, std::string_view what) {
  auto text = string_field(document, name);
  if (!text)
    damaged(what);
  return std::move(*text);
}

} // namespace chutes::session
