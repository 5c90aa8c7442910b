#include "cli/batch/batch_resume.hpp"

#include "base/ascii.hpp"
#include "base/number_text.hpp"
#include "base/terminal_text.hpp"
#include "base/utf8.hpp"
#include "cli/batch/batch_input.hpp"
#include "service/batch/batch_result.hpp"

#include <optional>

namespace chutes::cli {
namespace {

constexpr const char* other_file =
    "choose another file with -o, or use the same -m, chute and input as before";

// Calls `take` with every line that is not blank.
template <typename Take>
void each_line(LineReader& input, const service::BatchDefaults& defaults, const Take& take) {
  std::size_t number = 0;
  for (auto lines = input.next(); !lines.empty(); lines = input.next())
    for (const auto& text : lines)
      if (const auto line = batch_line(text, ++number, defaults))
        take(*line);
}

} // namespace

std::function<bool(std::string_view)> keeping_answered(const std::string& path,
                                                       service::FinishedLines& finished) {
  return [&finished, path, number = std::size_t{0}](std::string_view text) mutable {
    ++number;
    if (number == 1)
      text = without_byte_order_mark(text);
    if (trim(text).empty())
      return false;
    const auto result = service::read_batch_result(text);
    if (!result)
      throw Error{ErrorKind::usage,
                  "line " + std::to_string(number) + " of " + one_line(path, 200) +
                      " is not the result of a batch",
                  "choose another file with -o"};
    if (result->answered)
      finished.add(result->key, result->digest);
    return result->answered;
  };
}

Error foreign_results(const service::BatchLine& line) {
  const auto name = line.custom_id ? " (" + one_line(*line.custom_id, 60) + ")" : std::string{};
  return Error{ErrorKind::usage,
               "the results are those of another batch: they answer another request for line " +
                   std::to_string(line.number) + name,
               other_file};
}

void require_same_input(LineReader& input, const service::BatchDefaults& defaults,
                        service::FinishedLines& finished) {
  std::size_t found = 0;
  each_line(input, defaults, [&](const service::BatchLine& line) {
    const auto verdict = finished.verdict(line);
    if (verdict == service::FinishedLines::Verdict::other)
      throw foreign_results(line);
    found += verdict == service::FinishedLines::Verdict::finished ? 1 : 0;
  });
  if (found < finished.count())
    throw Error{ErrorKind::usage,
                "the results are those of another batch: " + std::to_string(finished.count() - found) +
                    " of them are not in this input",
                other_file};
}

void describe_batch(LineReader& input, const BatchRequests& requests, const InvokeOptions& options,
                    Context& context) {
  std::size_t sound = 0;
  std::size_t faulty = 0;
  std::string first_fault;
  std::optional<HttpRequest> first;
  each_line(input, requests.defaults(), [&](const service::BatchLine& line) {
    try {
      requests.check(line);
      if (sound++ == 0)
        first = requests.request(line, Secret{});
    } catch (const Error& error) {
      if (faulty++ == 0)
        first_fault = "line " + std::to_string(line.number) + ": " + error.what();
    }
  });
  std::string text = counted(sound, "line") + " would be sent";
  if (faulty > 0)
    text += ", " + std::to_string(faulty) + " cannot (" + one_line(first_fault, 300) + ")";
  context.platform.terminal.print(text + (first ? ". The first request:\n\n" : ".\n"));
  if (first)
    describe(*first, options, context);
}

} // namespace chutes::cli
