// One line of a batch's results, in the format of OpenAI's batch output files.
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
  std::string code;    // the kind of error, as in all JSON output
  std::string message; // one sentence
};

// The outcome of one line.
struct BatchOutcome {
  std::optional<HttpResponse> response{};
  std::optional<BatchFailure> failure{};
  long attempts = 0;
};

// The parsed answer to a request of a batch.
struct BatchAnswer {
  std::string body;  // JSON: the answer itself, other text as a string, bytes as {"content_type", "base64"}
  std::string model; // as named by the answer; may be empty
  std::optional<TokenUse> use;
  std::string defect; // why the answer is incomplete or invalid; empty if it is neither
};

enum class BatchQuestion { chat, other }; // the form of an answer is known for chats only

// Parses an answer; assembles a streamed one into the object that an unstreamed call returns.
[[nodiscard]] BatchAnswer read_batch_answer(const HttpResponse& response,
                                            BatchQuestion question = BatchQuestion::other);

// Returns {"id", "custom_id", "response": {"status_code", "request_id", "body"}, "error", "line", "request",
// "attempts", "cost_usd"}: `response` is null without one, `error` null if nothing failed, `line` the number
// in the input, `request` the digest of the request; `cost_usd` is present only if the cost is known.
[[nodiscard]] std::string render_batch_result(const BatchLine& line, const BatchOutcome& outcome,
                                              const BatchAnswer* answer, std::optional<double> cost);

// The request that a line of an earlier run's results belongs to.
struct KeptResult {
  std::uint64_t key = 0;
  std::uint64_t digest = 0;
  bool answered = false; // successfully: it need not be sent again

  friend bool operator==(const KeptResult&, const KeptResult&) = default;
};

// Returns nothing if `text` is not a result line of this program.
[[nodiscard]] std::optional<KeptResult> read_batch_result(std::string_view text);

} // namespace chutes::service
