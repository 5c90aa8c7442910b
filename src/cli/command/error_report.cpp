#include "cli/command/error_report.hpp"

#include "base/json_fields.hpp"
#include "base/terminal_text.hpp"
#include "cli/command/exit_code.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_line = 1000; // bytes; a message may quote a server

} // namespace

StyledText error_text(const std::string& program, const Error& error, bool colour) {
  StyledText text;
  text.add(colour ? Style::bold_red : Style::plain, program + ":");
  text.add(" " + one_line(error.what(), longest_line));
  if (error.hint().empty())
    return text;
  text.add("\n").add(colour ? Style::bold : Style::plain, "hint:");
  return text.add(" " + one_line(error.hint(), longest_line));
}

std::string error_json(const Error& error) {
  const auto& row = exit_code(error.kind());
  Json facts{{"kind", row.name}, {"message", error.what()}};
  if (!error.hint().empty())
    facts["hint"] = error.hint();
  facts["exit_code"] = row.code;
  if (error.status())
    facts["status"] = *error.status();
  if (!error.request_id().empty())
    facts["request_id"] = error.request_id();
  return json_for_terminal(json_line(Json{{"error", facts}}));
}

} // namespace chutes::cli
