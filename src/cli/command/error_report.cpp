#include "cli/command/error_report.hpp"

#include "base/json_fields.hpp"
#include "base/terminal_text.hpp"
#include "cli/command/exit_code.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_line = 1000; // bytes; a message may quote a server

} // namespace

std::string error_text(const std::string& program, const Error& error, bool colour) {
  const std::string message = one_line(error.what(), longest_line);
  const std::string name = colour ? "\x1b[1;31m" + program + ":\x1b[0m " : program + ": ";
  if (error.hint().empty())
    return name + message;
  return name + message + "\n" + (colour ? "\x1b[1mhint:\x1b[0m " : "hint: ") +
         one_line(error.hint(), longest_line);
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
  return json_line(Json{{"error", facts}});
}

} // namespace chutes::cli
