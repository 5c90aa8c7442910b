// One line of a batch's results, in the form of OpenAI's batch output files.
#pragma once

#include "platform/http_client.hpp"
#include "service/batch/batch_line.hpp"
#include "service/chat/token_prices.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chutes::service {

struct BatchFailure {
  std::string code;    // the kind of error, as everywhere in this program
  std::string message; // one sentence
};

// What came of one line, after `attempts`.
struct BatchOutcome {
  std::optional<HttpResponse> response{};
  std::optional<BatchFailure> failure{};
  long attempts = 0;
};

// The answer of a batch's request, understood once.
struct BatchAnswer {
  std::string body;  // JSON: the answer itself; other text as a string; bytes as {"content_type", "base64"}
  std::string model; // that answered, where it says so
  std::optional<TokenUse> use;
  std::string defect; // why it is no whole answer; empty if it is
};

enum class BatchQuestion { chat, other }; // only of a chat is it known what answers look like

// An answer that was streamed becomes the object it would have been.
[[nodiscard]] BatchAnswer read_batch_answer(const HttpResponse& response,
                                            BatchQuestion question = BatchQuestion::other);

// {"id", "custom_id", "response": {"status_code", "request_id", "body"}, "error", "line", "request",
// "attempts", "cost_usd"}: `response` null if none came, `error` null if nothing failed, `line` its number in
// the input, `request` the digest it is known by again, `cost_usd` only where it is known.
[[nodiscard]] std::string render_batch_result(const BatchLine& line, const BatchOutcome& outcome,
                                              const BatchAnswer* answer, std::optional<double> cost);

// What a line of an earlier run's results says of its request.
struct KeptResult {
  std::uint64_t key = 0;
  std::uint64_t digest = 0;
  bool answered = false; // with success: it need not be sent again

  friend bool operator==(const KeptResult&, const KeptResult&) = default;
};

// Absent if that is no result of ours.
[[nodiscard]] std::optional<KeptResult> read_batch_result(std::string_view text);

} // namespace chutes::service
