#include "sandbox/world/query.hpp"

#include "base/ascii.hpp"
#include "base/form.hpp"
#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/lax_values.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace chutes::sandbox {
namespace {

// A broken percent sequence stays as it is.
std::string decoded(std::string text) {
  std::replace(text.begin(), text.end(), '+', ' ');
  auto plain = percent_decode(text);
  return plain ? std::move(*plain) : text;
}

std::map<std::string, std::string> query_fields(const std::string& target) {
  std::map<std::string, std::string> fields;
  const auto mark = target.find('?');
  if (mark == std::string::npos)
    return fields;
  for (const auto& part : split_words(std::string_view{target}.substr(mark + 1), '&')) {
    const auto equals = part.find('=');
    fields[decoded(part.substr(0, equals))] =
        equals == std::string::npos ? std::string{} : decoded(part.substr(equals + 1));
  }
  return fields;
}

bool digits_at(std::string_view text, std::size_t at, std::size_t count) {
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                     text.begin() + static_cast<std::ptrdiff_t>(at + count), is_digit);
}

// What is wrong with a text that is no date, in the words of pydantic.
std::string date_flaw(std::string_view text) {
  constexpr std::size_t size_of_date = 10; // 2026-11-27
  if (text.size() < size_of_date)
    return "input is too short";
  if (!digits_at(text, 0, 4))
    return "invalid character in year";
  if (text[4] != '-' || text[7] != '-')
    return "invalid date separator, expected `-`";
  if (!digits_at(text, 5, 2))
    return "invalid character in month";
  if (!digits_at(text, 8, 2))
    return "invalid character in day";
  if (text.size() > size_of_date)
    return "unexpected extra characters at the end of the input";
  const auto month = text.substr(5, 2);
  return month < "01" || month > "12" ? "month value is outside expected range of 1-12"
                                      : "day value is outside expected range";
}

std::optional<QueryTime> time_of(const std::string& text) {
  constexpr std::size_t size_of_date = 10;
  if (const auto seconds = lax_integer(text))
    return QueryTime{Instant{std::chrono::seconds{*seconds}}, true};
  const auto at = parse_time(text.size() == size_of_date ? text + "T00:00:00" : text);
  if (!at)
    return std::nullopt;
  return QueryTime{*at, text.size() > size_of_date &&
                            text.find_first_of("zZ+-", size_of_date) != std::string::npos};
}

} // namespace

QueryReader::QueryReader(const httplib::Request& request)
    : m_fields(query_fields(request.target)), m_problems(std::make_unique<Json>(Json::array())) {}

QueryReader::~QueryReader() = default;

std::string QueryReader::text(const char* name) const {
  const auto found = m_fields.find(name);
  return found == m_fields.end() ? std::string{} : found->second;
}

std::string QueryReader::required_text(const char* name) {
  if (!has(name))
    m_problems->push_back(
        {{"type", "missing"}, {"loc", {"query", name}}, {"msg", "Field required"}, {"input", nullptr}});
  return text(name);
}

std::int64_t QueryReader::integer(const char* name, std::int64_t otherwise) {
  if (!has(name))
    return otherwise;
  const auto number = lax_integer(text(name));
  if (!number)
    problem("int_parsing", name, unreadable_integer);
  return number.value_or(otherwise);
}

std::size_t QueryReader::whole(const char* name, std::size_t otherwise, std::size_t lowest,
                               std::size_t highest) {
  const auto number = integer(name, static_cast<std::int64_t>(otherwise));
  if (number < static_cast<std::int64_t>(lowest))
    problem("greater_than_equal", name, "Input should be greater than or equal to " + std::to_string(lowest));
  else if (number > static_cast<std::int64_t>(highest))
    problem("less_than_equal", name, "Input should be less than or equal to " + std::to_string(highest));
  else
    return static_cast<std::size_t>(number);
  return otherwise;
}

bool QueryReader::flag(const char* name, bool otherwise) {
  if (!has(name))
    return otherwise;
  const auto value = lax_flag(text(name));
  if (!value)
    problem("bool_parsing", name, unreadable_flag);
  return value.value_or(otherwise);
}

std::optional<QueryTime> QueryReader::time(const char* name) {
  if (!has(name))
    return std::nullopt;
  const auto found = time_of(text(name));
  if (!found) {
    const auto flaw = date_flaw(text(name));
    problem("datetime_from_date_parsing", name, "Input should be a valid datetime or date, " + flaw, flaw);
  }
  return found;
}

bool QueryReader::refused(httplib::Response& response) const {
  if (m_problems->empty())
    return false;
  answer_detail(response, 422, *m_problems);
  return true;
}

void QueryReader::problem(const char* type, const char* name, const std::string& message,
                          const std::string& context) {
  Json item{{"type", type}, {"loc", {"query", name}}, {"msg", message}, {"input", text(name)}};
  if (!context.empty())
    item["ctx"] = {{"error", context}};
  m_problems->push_back(std::move(item));
}

} // namespace chutes::sandbox
