#include "base/json_fields.hpp"

#include "base/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <istream>
#include <set>
#include <streambuf>
#include <vector>

namespace chutes {
namespace {

constexpr std::size_t deepest = 64;
constexpr std::size_t most_members = 4096;
constexpr std::size_t most_containers = 500'000; // each takes many times its two bytes of text

// Thrown through nlohmann's parser, caught here.
struct Refused {
  std::string reason;
};

// Builds the document, and throws Refused for what nlohmann would let pass, or take an age to read: it looks
// through all members of an object for each that comes.
class Builder {
public:
  bool key(std::string& name) {
    auto& names = m_names.back();
    if (!names.insert(name).second)
      throw Refused{"the member " + json_line(name) + " appears twice in one object"};
    if (names.size() > most_members)
      throw Refused{"an object has more than 4096 members"};
    m_key = std::move(name);
    return true;
  }
  bool start_object(std::size_t) {
    m_names.emplace_back();
    return begin(Json::object());
  }
  bool end_object() {
    m_names.pop_back();
    return end();
  }
  bool start_array(std::size_t) { return begin(Json::array()); }
  bool end_array() { return end(); }

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(Json::number_integer_t number) {
    return add(number == 0 ? number_as_written(number, "-0") : Json(number));
  }
  bool number_unsigned(Json::number_unsigned_t number) { return add(number); }
  bool number_float(Json::number_float_t number, const std::string& text) {
    return add(number_as_written(number, text));
  }
  bool string(std::string& text) { return add(std::move(text)); }
  static bool binary(const Json::binary_t&) { return false; } // not in JSON
  template <typename Failure>
  static bool parse_error(std::size_t, const std::string&, const Failure& failure) {
    throw failure;
  }

  Json document() && { return std::move(m_document); }

private:
  bool add(Json value) {
    place(std::move(value));
    return true;
  }
  // Puts the value where it belongs, and returns it there. The open containers do not move: only the
  // innermost grows.
  Json& place(Json value) {
    if (m_open.empty())
      return m_document = std::move(value);
    Json& outer = *m_open.back();
    if (outer.is_array())
      return outer.emplace_back(std::move(value));
    auto& members = outer.get_ref<Json::object_t&>();
    members.push_back({std::move(m_key), std::move(value)}); // key() has seen that it is the first
    return members.back().second;
  }
  bool begin(Json container) {
    if (m_open.size() >= deepest)
      throw Refused{"it is nested more than 64 deep"};
    if (++m_containers > most_containers)
      throw Refused{"it holds more than 500000 objects and lists"};
    m_open.push_back(&place(std::move(container)));
    return true;
  }
  bool end() {
    m_open.pop_back();
    return true;
  }

  Json m_document;
  std::string m_key;
  std::vector<Json*> m_open;
  std::vector<std::set<std::string>> m_names; // of the open objects
  std::size_t m_containers = 0;
};

template <typename Source>
Json build(Source&& source) {
  Builder builder;
  Json::sax_parse(std::forward<Source>(source), &builder);
  return std::move(builder).document();
}

// A text that can tell how much of it has been read.
class ReadText : public std::streambuf {
public:
  explicit ReadText(std::string_view text) {
    char* begin = const_cast<char*>(text.data()); // only ever read
    setg(begin, begin, begin + text.size());
  }
  [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(gptr() - eback()); }
};

// `end`: how many bytes have been read, the offending one included.
JsonFlaw flaw_at(std::string_view text, std::size_t end, std::string reason) {
  const auto before = text.substr(0, std::min(end == 0 ? 0 : end - 1, text.size()));
  const auto line_begin = before.rfind('\n') + 1; // npos + 1 is 0
  return {1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
          1 + before.size() - line_begin, std::move(reason)};
}

// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing …" without
// what comes before the reason, and without the bytes that were read, which may be a secret.
std::string reason_of(const Json::parse_error& error) {
  const std::string_view what = error.what();
  const auto expected = what.rfind("; expected ");
  return expected == std::string_view::npos ? "it is not JSON"
                                            : "it is not JSON:" + std::string{what.substr(expected + 1)};
}

// Reads what has been found to be no document once more, slower, to tell where it goes wrong.
JsonFlaw flaw_of(std::string_view text) {
  ReadText source{text};
  std::istream stream{&source};
  try {
    static_cast<void>(build(stream));
    return flaw_at(text, text.find('\0') + 1, "it holds a NUL byte");
  } catch (const Refused& refused) {
    return flaw_at(text, source.offset(), refused.reason);
  } catch (const Json::parse_error& error) {
    return flaw_at(text, error.byte, reason_of(error));
  } catch (const Json::exception&) {
    return flaw_at(text, source.offset(), "it holds a number that is too large");
  }
}

} // namespace

std::optional<Json> parse_json(std::string_view text) {
  if (text.empty() || text.find('\0') != std::string_view::npos) // nlohmann takes a NUL for the end
    return std::nullopt;
  try {
    return build(text);
  } catch (const Refused&) {
    return std::nullopt;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::optional<Json> parse_json(std::string_view text, JsonFlaw& flaw) {
  auto document = parse_json(text);
  if (!document)
    flaw = flaw_of(text);
  return document;
}

std::vector<std::string> strings_field(const Json& object, std::string_view name) {
  std::vector<std::string> strings;
  if (const Json* items = find_field(object, name); items != nullptr && items->is_array())
    for (const auto& item : *items)
      if (item.is_string())
        strings.push_back(item.get<std::string>());
  return strings;
}

const Json* objects_field(const Json& object, std::string_view name) {
  const Json* items = find_field(object, name);
  const bool all_objects =
      items != nullptr && items->is_array() &&
      std::all_of(items->begin(), items->end(), [](const Json& item) { return item.is_object(); });
  return all_objects ? items : nullptr;
}

const Json* find_field(const Json& object, std::string_view name) {
  if (!object.is_object())
    return nullptr;
  const auto found = object.find(std::string{name});
  return found == object.end() ? nullptr : &*found;
}

std::optional<std::string> string_field(const Json& object, std::string_view name) {
  const Json* field = find_field(object, name);
  if (field == nullptr || !field->is_string())
    return std::nullopt;
  return field->get<std::string>();
}

std::optional<bool> bool_field(const Json& object, std::string_view name) {
  const Json* field = find_field(object, name);
  if (field == nullptr || !field->is_boolean())
    return std::nullopt;
  return field->get<bool>();
}

std::optional<double> number_field(const Json& object, std::string_view name) {
  const Json* field = find_field(object, name);
  if (field == nullptr)
    return std::nullopt;
  if (is_number(*field))
    return number_of(*field);
  if (!field->is_string())
    return std::nullopt;
  const auto& text = field->get_ref<const std::string&>();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::optional<std::int64_t> integer_field(const Json& object, std::string_view name) {
  const auto value = number_field(object, name);
  constexpr double limit = 9007199254740992.0; // 2^53: beyond it a double is no longer exact
  if (!value || std::floor(*value) != *value || std::abs(*value) >= limit)
    return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

} // namespace chutes
