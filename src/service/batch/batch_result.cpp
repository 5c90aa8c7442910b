#include "service/batch/batch_result.hpp"

#include "base/base64.hpp"
#include "base/json_fields.hpp"
#include "base/lenient_json.hpp"
#include "base/media_type.hpp"
#include "base/terminal_text.hpp"
#include "base/utf8.hpp"
#include "service/chat/chat_completion.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>

namespace chutes::service {
namespace {

constexpr std::size_t digest_digits = 16;
constexpr int hexadecimal = 16;
constexpr std::size_t longest_reason = 100; // bytes of a finish_reason

std::string digest_text(std::uint64_t digest) {
  std::string text(digest_digits, '0');
  std::array<char, digest_digits> digits{};
  const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), digest, hexadecimal).ptr;
  const auto count = static_cast<std::size_t>(end - digits.data());
  return text.replace(digest_digits - count, count, digits.data(), count);
}

std::optional<std::uint64_t> read_digest(const std::string& text) {
  std::uint64_t digest = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), digest, hexadecimal);
  if (error != std::errc{} || end != text.data() + text.size() || text.size() != digest_digits)
    return std::nullopt;
  return digest;
}

class SilentListener final : public ChatListener {
public:
  void text(std::string_view) override {}
  void reasoning(std::string_view) override {}
};

// Why an answer of a model does not count as one; empty if it does. A limit or a filter is for the reader of
// the results to judge.
std::string defect_of(const ChatOutcome& outcome) {
  if (outcome.is_foreign)
    return "the service's answer is not a chat completion";
  if (outcome.end == ChatEnd::failed)
    return "the service reported an error in its answer: " + outcome.error;
  if (outcome.end == ChatEnd::cut)
    return "the answer has no end marker and may be incomplete";
  if (outcome.ending == Ending::unknown)
    return "the answer may be incomplete: its finish_reason is not known: " +
           one_line(outcome.worst_reason, longest_reason);
  return "";
}

// The body as JSON text: other text as a string, bytes as {"content_type", "base64"}.
std::string plain_body(const HttpResponse& response, std::string& defect) {
  const auto type = response.header("Content-Type").value_or("");
  if (auto document = parse_lenient_json(response.body)) {
    make_well_formed(*document);
    return json_line(*document);
  }
  if (is_json_type(type) && response.status / 100 == 2)
    defect = "the service did not answer with JSON";
  if (is_plain_text(response.body))
    return json_line(response.body);
  return json_line(Json{{"content_type", one_line(type, 100)}, {"base64", base64_encode(response.body)}});
}

ChatOutcome chat_outcome(const HttpResponse& response) {
  SilentListener listener;
  ChatReader reader{listener, false};
  reader.begin(response.header("Content-Type").value_or(""));
  reader.feed(response.body);
  return reader.finish(false);
}

// Whether an answer of unknown form is one of a model: a stream of events, or choices.
bool may_be_chat(const HttpResponse& response) {
  const auto type = response.header("Content-Type").value_or("");
  return response.status / 100 == 2 &&
         (framing_of(type, response.body, Framing::document) == Framing::events ||
          response.body.find("\"choices\"") != std::string::npos);
}

Json response_of(const HttpResponse& response) {
  const auto id = response.header("X-Chutes-InvocationID");
  return Json{{"status_code", response.status},
              {"request_id", id ? Json(one_line(*id, 100)) : Json(nullptr)}};
}

} // namespace

BatchAnswer read_batch_answer(const HttpResponse& response, BatchQuestion question) {
  BatchAnswer answer;
  if (question == BatchQuestion::chat || may_be_chat(response)) {
    auto outcome = chat_outcome(response);
    if (question == BatchQuestion::chat || !outcome.response.empty())
      answer.defect = defect_of(outcome);
    answer.body = std::move(outcome.response);
  }
  if (answer.body.empty())
    answer.body = plain_body(response, answer.defect);
  const auto body = parse_lenient_json(answer.body).value_or(Json{});
  answer.model = string_field(body, "model").value_or("");
  answer.use = token_use(body);
  return answer;
}

std::string render_batch_result(const BatchLine& line, const BatchOutcome& outcome, const BatchAnswer* answer,
                                std::optional<double> cost) {
  Json result{{"id", "batch_req_" + std::to_string(line.number)},
              {"custom_id", line.custom_id ? Json(*line.custom_id) : Json(nullptr)}};
  std::string text = json_line(result);
  text.pop_back();
  text += R"(,"response":)";
  if (outcome.response && answer != nullptr) { // the body is JSON already, and may be large
    text += json_line(response_of(*outcome.response));
    text.pop_back();
    text += R"(,"body":)" + answer->body + "}";
  } else {
    text += "null";
  }
  const auto& failure = outcome.failure;
  Json rest{{"error", failure ? Json{{"code", failure->code}, {"message", failure->message}} : Json(nullptr)},
            {"line", line.number},
            {"request", digest_text(line.digest)},
            {"attempts", outcome.attempts}};
  if (cost)
    rest["cost_usd"] = *cost;
  return text + "," + json_line(rest).substr(1);
}

std::optional<KeptResult> read_batch_result(std::string_view text) {
  const auto document = parse_lenient_json(text); // it holds an answer
  if (!document)
    return std::nullopt;
  const auto number = integer_field(*document, "line").value_or(0);
  const auto digest = read_digest(string_field(*document, "request").value_or(""));
  if (number < 1 || !digest)
    return std::nullopt;
  const Json* response = find_field(*document, "response");
  const Json* error = find_field(*document, "error");
  const auto status = response != nullptr ? integer_field(*response, "status_code") : std::nullopt;
  const bool answered = status && *status / 100 == 2 && error != nullptr && error->is_null();
  return KeptResult{batch_key(string_field(*document, "custom_id"), static_cast<std::size_t>(number)),
                    *digest, answered};
}

} // namespace chutes::service
