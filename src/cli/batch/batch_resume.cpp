#include "cli/batch/batch_resume.hpp"

#include "base/ascii.hpp"
#include "base/number_text.hpp"
#include "base/terminal_text.hpp"
#include "base/utf8.hpp"
#include "cli/batch/batch_input.hpp"
#include "service/batch/batch_result.hpp"
#include "service/batch/custom_ids.hpp"

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

void require_asked(const service::KeptResult& result, service::FinishedLines& input,
                   const std::string& place) {
  const auto verdict = input.verdict(result.key, result.digest);
  if (verdict != service::FinishedLines::Verdict::finished)
    throw Error{ErrorKind::usage,
                "the results are those of another batch: " + place +
                    (verdict == service::FinishedLines::Verdict::other
                         ? " answers another request for a line of this input"
                         : " answers a line that is not in this input"),
                other_file};
}

} // namespace

std::function<bool(std::string_view)>
keeping_answered(const std::string& path, service::FinishedLines& finished, service::FinishedLines* input) {
  return [&finished, input, path, number = std::size_t{0}](std::string_view text) mutable {
    ++number;
    if (number == 1)
      text = without_byte_order_mark(text);
    if (trim(text).empty())
      return false;
    const auto place = "line " + std::to_string(number) + " of " + one_line(path, 200);
    const auto result = service::read_batch_result(text);
    if (!result)
      throw Error{ErrorKind::usage, place + " is not the result of a batch", "choose another file with -o"};
    if (!result->answered)
      return false;
    if (input != nullptr)
      require_asked(*result, *input, place);
    finished.add(result->key, result->digest);
    return true;
  };
}

Error foreign_results(const service::BatchLine& line) {
  const auto name = line.custom_id ? " (" + one_line(*line.custom_id, 60) + ")" : std::string{};
  return Error{ErrorKind::usage,
               "the results are those of another batch: they answer another request for line " +
                   std::to_string(line.number) + name,
               other_file};
}

void examine_input(LineReader& input, const service::BatchDefaults& defaults,
                   service::FinishedLines* requests) {
  service::CustomIds ids;
  each_line(input, defaults, [&](const service::BatchLine& line) {
    if (const auto fault = ids.fault_of(line); !fault.empty())
      throw Error{ErrorKind::usage, "line " + std::to_string(line.number) + " of the batch: " + fault,
                  "give each line a custom_id of its own"};
    if (requests != nullptr)
      requests->add(line.key(), line.digest);
  });
}

void describe_batch(LineReader& input, const BatchRequests& requests, const InvokeOptions& options,
                    Context& context) {
  std::size_t sound = 0;
  std::size_t faulty = 0;
  std::string first_fault;
  std::optional<HttpRequest> first;
  service::CustomIds ids;
  each_line(input, requests.defaults(), [&](const service::BatchLine& line) {
    try {
      if (const auto fault = ids.fault_of(line); !fault.empty())
        throw Error{ErrorKind::usage, fault};
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
