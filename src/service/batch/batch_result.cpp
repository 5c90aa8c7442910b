#include "service/batch/batch_result.hpp"

#include "base/base64.hpp"
#include "base/json_fields.hpp"
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

Json assembled(const HttpResponse& response, std::string& defect) {
  SilentListener listener;
  ChatReader reader{listener, true};
  reader.feed(response.body);
  const auto outcome = reader.finish(false);
  if (outcome.end == ChatEnd::failed)
    defect = "the service reported an error in its answer: " + outcome.error;
  else if (outcome.end == ChatEnd::cut)
    defect = "the answer has no end marker and may be incomplete";
  return parse_json(outcome.response).value_or(Json(nullptr));
}

Json body_of(const HttpResponse& response, std::string& defect) {
  const auto type = response.header("Content-Type").value_or("");
  if (type.starts_with("text/event-stream"))
    return assembled(response, defect);
  if (auto document = parse_json(response.body))
    return std::move(*document);
  if (type.starts_with("application/json") && response.status / 100 == 2)
    defect = "the service did not answer with JSON";
  if (is_plain_text(response.body))
    return response.body;
  return Json{{"content_type", one_line(type, 100)}, {"base64", base64_encode(response.body)}};
}

bool holds_choices(const Json& body) {
  const Json* choices = find_field(body, "choices");
  return choices != nullptr && choices->is_array() && !choices->empty();
}

Json response_of(const HttpResponse& response) {
  const auto id = response.header("X-Chutes-InvocationID");
  return Json{{"status_code", response.status},
              {"request_id", id ? Json(one_line(*id, 100)) : Json(nullptr)}};
}

} // namespace

BatchAnswer read_batch_answer(const HttpResponse& response, BatchQuestion question) {
  BatchAnswer answer;
  const Json body = body_of(response, answer.defect);
  if (question == BatchQuestion::chat && answer.defect.empty() && !holds_choices(body))
    answer.defect = "the service's answer is not a chat completion";
  answer.body = json_line(body);
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
  const auto document = parse_json(text);
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
