#include "sandbox/models/cord_call.hpp"

#include "sandbox/models/chat.hpp"
#include "sandbox/models/embeddings.hpp"
#include "sandbox/models/media.hpp"
#include "sandbox/world/api_answer.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <thread>

namespace chutes::sandbox {
namespace {

// The usage of an invocation, for the ledger.
struct Consumption {
  double amount = 0;
  std::size_t input_tokens = 0;
  std::size_t output_tokens = 0;
};

// Records the call in the ledger and adds the headers that only a success has.
void record_success(const CordCall& call, const std::string& invocation_id, const Consumption& used) {
  const auto& holder = call.caller.holder;
  const Instant now = call.state.now();
  const double units = call.ledger.units_of(holder.user_id, call.chute.chute_id + json_line(call.body), now);
  call.ledger.record(
      {holder.user_id, call.chute.chute_id, now, used.amount, units, used.input_tokens, used.output_tokens});
  call.response.set_header("X-Chutes-InvocationID", invocation_id);
  call.response.set_header("X-Chutes-RL-User", "60");
  const auto quota = quota_state(holder, settings_of(call.caller), call.ledger, call.chute.chute_id, now);
  if (!quota.total)
    return;
  const auto total = static_cast<double>(*quota.total);
  call.response.set_header("X-Chutes-Quota-Total", std::to_string(*quota.total));
  call.response.set_header("X-Chutes-Quota-Used", json_line(quota.used));
  call.response.set_header("X-Chutes-Quota-Remaining", json_line(std::max(0.0, total - quota.used)));
}

void refuse_input(const CordCall& call, const std::string& why) {
  answer_detail(call.response, 400, "Invalid request: Invalid input parameters: " + why);
}

void answer_completion(const CordCall& call, CompletionKind kind) {
  if (const auto refusal = engine_refusal(call.body, kind))
    return answer_detail(call.response, 400, *refusal);
  const auto& model = *call.chute.model;
  const auto completion = complete(call.body, kind, model.thinks || call.thinking);
  const auto invocation_id = call.state.new_uuid();
  const CompletionFacts facts{kind, (kind == CompletionKind::chat ? "chatcmpl-" : "cmpl-") + invocation_id,
                              call.chute.name, call.state.now().time_since_epoch().count()};
  const double cost = (static_cast<double>(completion.prompt_tokens) * model.input_price +
                       static_cast<double>(completion.completion_tokens()) * model.output_price) /
                      1e6;
  record_success(call, invocation_id, {cost, completion.prompt_tokens, completion.completion_tokens()});
  if (call.cord.stream)
    answer_events(call.response, completion_events(completion, facts),
                  integer_field(settings_of(call.caller), "stream_pause_ms").value_or(0));
  else
    answer_json(call.response, completion_answer(completion, facts));
}

void answer_chat(const CordCall& call) {
  answer_completion(call, CompletionKind::chat);
}

void answer_text(const CordCall& call) {
  answer_completion(call, CompletionKind::text);
}

void answer_tokens(const CordCall& call) {
  const auto prompt = string_field(call.body, "prompt");
  if (!prompt)
    return answer_detail(call.response, 400, "Invalid request: Invalid request: prompt: Field required");
  Json tokens = Json::array();
  for (const char c : *prompt)
    tokens.push_back(static_cast<unsigned char>(c));
  record_success(call, call.state.new_uuid(), {});
  answer_json(
      call.response,
      {{"count", tokens.size()}, {"max_model_len", call.chute.model->context_length}, {"tokens", tokens}});
}

void answer_own_models(const CordCall& call) {
  record_success(call, call.state.new_uuid(), {});
  const Json model{{"id", call.chute.name}, {"object", "model"}, {"owned_by", call.chute.image}};
  answer_json(call.response, {{"object", "list"}, {"data", Json::array({model})}});
}

void answer_embedding(const CordCall& call) {
  if (const auto refusal = embeddings_refusal(call.body))
    return answer_detail(call.response, 400, "Invalid request: Invalid request: " + *refusal);
  record_success(call, call.state.new_uuid(), {});
  answer_json(call.response, embeddings(call.body, call.chute.name));
}

std::string jpeg_bytes(std::size_t offset, std::size_t size) {
  return tiny_jpeg().substr(offset, size);
}

void answer_image(const CordCall& call) {
  constexpr std::int64_t usual_steps = 25;
  if (!is_valid_image_request(call.body))
    return answer_detail(call.response, 400, "bad request, naughty naughty");
  const auto steps = integer_field(call.body, "num_inference_steps").value_or(usual_steps);
  record_success(call, call.state.new_uuid(),
                 {static_cast<double>(steps) * call.chute.usd_per_step.value_or(0), 0, 0});
  answer_undeclared(call.response, tiny_jpeg().size(), "image/jpeg", jpeg_bytes);
}

Json query_of(const httplib::Request& request) {
  Json query = Json::object();
  for (const auto& [name, value] : request.params)
    query[name] = value;
  return query;
}

void answer_echo(const CordCall& call) {
  record_success(call, call.state.new_uuid(), {});
  answer_json(call.response, {{"echo", call.body}, {"params", query_of(call.request)}});
}

void answer_info(const CordCall& call) {
  record_success(call, call.state.new_uuid(), {});
  answer_json(call.response, {{"chute", call.chute.name}, {"params", query_of(call.request)}});
}

void answer_bytes(const CordCall& call) {
  const auto size = integer_field(call.body, "size");
  if (!size || *size < 0)
    return refuse_input(call, "size: Input should be a whole number from 0");
  record_success(call, call.state.new_uuid(), {});
  answer_undeclared(call.response, static_cast<std::size_t>(*size), "application/octet-stream",
                    pattern_bytes);
}

void answer_speech(const CordCall& call) {
  const auto text = string_field(call.body, "text");
  if (!text)
    return refuse_input(call, "text: Field required");
  record_success(call, call.state.new_uuid(), {});
  call.response.status = 200;
  call.response.set_chunked_content_provider(
      "audio/wav", [sound = speech_wav(*text)](std::size_t, httplib::DataSink& sink) {
        if (!sink.write(sound.data(), sound.size()))
          return false;
        sink.done();
        return true;
      });
}

void answer_count(const CordCall& call) {
  constexpr std::int64_t usual = 5;
  constexpr std::int64_t most = 100'000;
  const auto count = integer_field(call.body, "count").value_or(usual);
  if (count < 1 || count > most)
    return refuse_input(call, "count: Input should be a whole number from 1 to 100000");
  std::vector<std::string> events;
  for (std::int64_t number = 1; number <= count; ++number)
    events.push_back("data: " + json_line({{"n", number}}) + "\n\n");
  record_success(call, call.state.new_uuid(), {});
  answer_events(call.response, std::move(events), integer_field(call.body, "pause_ms").value_or(0));
}

// A chute that fails on request: the service passes on the upstream's 4xx.
void answer_failure(const CordCall& call) {
  const auto status = integer_field(call.body, "status").value_or(500);
  const Json* detail = find_field(call.body, "detail");
  if (status < 400 || status > 599)
    return refuse_input(call, "status: Input should be a status from 400 to 599");
  answer_detail(call.response, static_cast<int>(status),
                detail == nullptr ? Json("The chute failed") : *detail);
}

struct CordFunction {
  std::string_view name;
  void (*answer)(const CordCall& call);
};
constexpr std::array cord_functions{
    CordFunction{"chat", answer_chat},       CordFunction{"chat_stream", answer_chat},
    CordFunction{"completion", answer_text}, CordFunction{"completion_stream", answer_text},
    CordFunction{"tokenize", answer_tokens}, CordFunction{"get_models", answer_own_models},
    CordFunction{"embed", answer_embedding}, CordFunction{"generate", answer_image},
    CordFunction{"echo", answer_echo},       CordFunction{"info", answer_info},
    CordFunction{"bytes", answer_bytes},     CordFunction{"speak", answer_speech},
    CordFunction{"count", answer_count},     CordFunction{"fail", answer_failure},
};

} // namespace

void answer_cord(const CordCall& call) {
  const auto* function =
      std::find_if(cord_functions.begin(), cord_functions.end(),
                   [&call](const CordFunction& known) { return known.name == call.cord.function; });
  if (function == cord_functions.end())
    answer_detail(call.response, 500, "exhausted all available targets to no avail");
  else
    function->answer(call);
}

void answer_events(httplib::Response& response, std::vector<std::string> events, std::int64_t pause_ms) {
  constexpr std::int64_t longest_pause = 60'000;
  const std::chrono::milliseconds pause{std::clamp<std::int64_t>(pause_ms, 0, longest_pause)};
  response.status = 200;
  response.set_header("Cache-Control", "no-cache, no-transform");
  response.set_header("X-Accel-Buffering", "no");
  response.set_chunked_content_provider("text/event-stream",
                                        [events = std::move(events), pause, next = std::size_t{0}](
                                            std::size_t, httplib::DataSink& sink) mutable {
                                          if (next > 0)
                                            std::this_thread::sleep_for(pause);
                                          const std::string& event = events[next];
                                          if (!sink.write(event.data(), event.size()))
                                            return false;
                                          if (++next == events.size())
                                            sink.done();
                                          return true;
                                        });
}

void answer_undeclared(httplib::Response& response, std::size_t size, const char* content_type,
                       std::string (*bytes)(std::size_t offset, std::size_t size)) {
  constexpr std::size_t block = 65536;
  response.status = 200;
  response.set_chunked_content_provider(
      content_type, [=, sent = std::size_t{0}](std::size_t, httplib::DataSink& sink) mutable {
        const auto part = bytes(sent, std::min(block, size - sent));
        if (!part.empty() && !sink.write(part.data(), part.size()))
          return false;
        sent += part.size();
        if (sent == size)
          sink.done();
        return true;
      });
}

} // namespace chutes::sandbox
