#include "service/chat/tool_calls.hpp"

#include "base/ascii.hpp"
#include "base/json_text.hpp"
#include "base/lenient_json.hpp"
#include "service/chat/json_merge.hpp"

#include <nlohmann/json.hpp>

namespace chutes::service {
namespace {

constexpr std::size_t most_calls = 1024;

// A few engines number their calls.
std::string text_member(const Json& object, const char* name) {
  const Json* member = find_field(object, name);
  return member == nullptr ? "" : member->is_string() ? member->get<std::string>() : number_text(*member);
}

// The arguments in a function, or in a piece of one, as text.
std::string arguments_of(const Json& function) {
  const Json* arguments = find_field(function, "arguments");
  if (arguments == nullptr || arguments->is_null())
    return "";
  return arguments->is_string() ? arguments->get<std::string>() : json_line(*arguments);
}

const Json& function_of(const Json& call) {
  static const Json none;
  const Json* function = find_field(call, "function");
  return function == nullptr ? none : *function;
}

// Whether `added`, arguments too, cannot continue `arguments`.
bool cannot_continue(std::string_view arguments, std::string_view added) {
  return trim(added).starts_with('{') && trim(arguments).ends_with('}') &&
         parse_lenient_json(arguments).has_value();
}

// Whether a piece, which could belong to `call` by its index and id, begins another one by its name.
bool begins_anew(const Json& call, const Json& piece) {
  const Json& before = function_of(call);
  const Json& added = function_of(piece);
  const auto name = text_member(added, "name");
  if (name.empty())
    return false;
  const auto arguments = arguments_of(before);
  return !arguments.empty() &&
         (name != text_member(before, "name") || cannot_continue(arguments, arguments_of(added)));
}

} // namespace

void add_function(Json& function, const Json& piece) {
  if (!piece.is_object())
    return;
  if (!function.is_object())
    function = Json{{"name", ""}, {"arguments", ""}};
  const auto name = text_member(piece, "name");
  if (auto known = text_member(function, "name"); name != known)
    function["name"] = known + name;
  Json& arguments = function["arguments"];
  if (!arguments.is_string())
    arguments = arguments_of(function);
  auto& text = arguments.get_ref<std::string&>();
  const auto added = arguments_of(piece);
  if (added != text || !cannot_continue(text, added)) // some engines end with the whole call once more
    text += added;
  for (const auto& item : piece.items())
    if (item.key() != "name" && item.key() != "arguments")
      merge_member(function[item.key()], item.key(), item.value(), Texts::append);
}

std::string call_text(const Json& function) {
  const auto name = string_field(function, "name");
  return name ? *name + "(" + arguments_of(function) + ")" : json_line(function);
}

void ToolCalls::add(Json& calls, const Json& pieces) {
  if (!calls.is_array()) {
    calls = Json::array();
    m_known.clear();
  }
  std::vector<bool> taken(m_known.size()); // by a piece of this delta
  if (!pieces.is_array())
    return add_piece(calls, pieces, taken);
  for (const auto& piece : pieces)
    add_piece(calls, piece, taken);
}

void ToolCalls::add_piece(Json& calls, const Json& piece, std::vector<bool>& taken) {
  if (!piece.is_object())
    return;
  auto place = continued(calls, piece, taken);
  if (!place) {
    if (calls.size() >= most_calls)
      return;
    place = calls.size();
    calls.push_back(Json{{"id", ""}, {"type", "function"}});
    m_known.emplace_back();
    taken.push_back(false);
  }
  Json& call = calls[*place];
  auto& known = m_known[*place];
  taken[*place] = true;
  if (const auto index = integer_field(piece, "index"))
    known.index = *index;
  if (auto id = text_member(piece, "id"); !id.empty()) {
    call["id"] = id;
    known.id = std::move(id);
  }
  for (const auto& item : piece.items())
    if (item.key() == "function")
      add_function(call["function"], item.value());
    else if (item.key() != "index" && item.key() != "id")
      merge_member(call[item.key()], item.key(), item.value(), Texts::append);
}

std::optional<std::size_t> ToolCalls::continued(const Json& calls, const Json& piece,
                                                const std::vector<bool>& taken) const {
  const auto index = integer_field(piece, "index");
  const auto id = text_member(piece, "id");
  const bool named = !text_member(function_of(piece), "name").empty();
  for (auto place = m_known.size(); place-- > 0;) {
    const auto& known = m_known[place];
    const bool other_index = index && known.index && *index != *known.index;
    const bool other_id = !id.empty() && !known.id.empty() && id != known.id;
    if (other_index || other_id)
      continue;
    if (!id.empty() && id == known.id)
      return place;
    // Without an id on either side, the name decides.
    const bool belongs = id.empty()
                             ? !(taken[place] && (named || !index)) && !begins_anew(calls[place], piece)
                             : index && arguments_of(function_of(calls[place])).empty();
    const bool is_first_of_index = index && !known.index && named;
    return belongs && !is_first_of_index ? std::optional{place} : std::nullopt;
  }
  return std::nullopt;
}

} // namespace chutes::service
