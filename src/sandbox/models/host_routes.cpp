#include "sandbox/models/host_routes.hpp"

#include "sandbox/models/cord_call.hpp"
#include "sandbox/models/structured_output.hpp"
#include "sandbox/world/api_answer.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace chutes::sandbox {
namespace {

// A host that serves all chutes of one template.
struct SharedHost {
  std::string_view name;
  std::string_view id; // for the scope rules
  std::string_view standard_template;
};
constexpr std::array shared_hosts{
    SharedHost{"llm", "__megallm__", "vllm"},
    SharedHost{"embed", "__megaembed__", "embedding"},
    SharedHost{"image", "__megadiffuser__", "diffusion"},
};
constexpr std::string_view models_path = "/v1/models";

// Models that the service serves under another name, compared letter by letter, as its published server code
// has them. The last is the sandbox's own: the example of the service's SDK asks for it.
struct RenamedModel {
  std::string_view asked;
  std::string_view served;
};
constexpr std::array renamed_models{
    RenamedModel{"deepseek-ai/DeepSeek-V3.2", "deepseek-ai/DeepSeek-V3.2-TEE"},
    RenamedModel{"Qwen/Qwen3-32B", "Qwen/Qwen3-32B-TEE"},
    RenamedModel{"Qwen/Qwen3-32B:THINKING", "Qwen/Qwen3-32B-TEE:THINKING"},
    RenamedModel{"unsloth/Mistral-Nemo-Instruct-2407", "unsloth/Mistral-Nemo-Instruct-2407-TEE"},
    RenamedModel{"Qwen/Qwen3-Embedding-8B", "Qwen/Qwen3-Embedding-8B-TEE"},
    RenamedModel{"deepseek-ai/DeepSeek-V3-0324", "deepseek-ai/DeepSeek-V3-0324-TEE"},
};

struct HostRequest {
  SandboxState& state;
  const Catalogue& catalogue;
  InvocationLedger& ledger;
  std::string_view path;
  const httplib::Request& request;
  httplib::Response& response;
  const Caller& caller;
};

bool has_body(const httplib::Request& request) {
  return request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

bool may_see(const Chute& chute, const Caller& caller) {
  return Catalogue::visible(chute, Viewer{caller.holder.user_id});
}

bool header_is_true(const httplib::Request& request, const char* name) {
  const auto value = request.get_header_value(name);
  return value == "true" || value == "True" || value == "TRUE";
}

std::string without_suffix(std::string name, std::string_view suffix) {
  if (name.ends_with(suffix))
    name.resize(name.size() - suffix.size());
  return name;
}

std::string served_name(const std::string& model) {
  const auto* found = std::find_if(renamed_models.begin(), renamed_models.end(),
                                   [&model](const RenamedModel& renamed) { return renamed.asked == model; });
  return found == renamed_models.end() ? model : std::string{found->served};
}

// The chute that `model` names: one name, or the first existing one of a comma-separated list.
const Chute* chute_of_model(const HostRequest& asked, const std::string& model,
                            std::string_view standard_template) {
  std::string_view rest = model;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    std::string name{rest.substr(0, comma)};
    name.erase(0, name.find_first_not_of(' '));
    for (const char* preference : {":latency", ":throughput"})
      name = without_suffix(std::move(name), preference);
    const Chute* chute = asked.catalogue.find(name);
    if (chute != nullptr && chute->standard_template == standard_template && may_see(*chute, asked.caller))
      return chute;
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
  return nullptr;
}

// For language models `stream` must equal the cord's value exactly: null and "true" match neither.
bool cord_matches(const Chute& chute, const Cord& cord, const HostRequest& asked, const Json& body) {
  if (cord.public_api_path != asked.path || cord.public_api_method != asked.request.method)
    return false;
  if (chute.standard_template != "vllm")
    return true;
  const Json* stream = find_field(body, "stream");
  return stream == nullptr ? !cord.stream : *stream == Json(cord.stream);
}

const Cord* matching_cord(const Chute& chute, const HostRequest& asked, const Json& body) {
  const auto found = std::find_if(chute.cords.begin(), chute.cords.end(),
                                  [&](const Cord& cord) { return cord_matches(chute, cord, asked, body); });
  return found == chute.cords.end() ? nullptr : &*found;
}

// Answers the refusals that precede the choice of a cord; returns false if there is none.
bool refused_for_account(const HostRequest& asked, const Chute& chute) {
  const Json& settings = settings_of(asked.caller);
  if (const Json* error = find_field(settings, "invoke_error")) {
    const Json* detail = find_field(*error, "detail");
    answer_detail(asked.response, static_cast<int>(integer_field(*error, "status").value_or(500)),
                  detail == nullptr ? Json{} : *detail);
    return true;
  }
  const Instant now = asked.state.now();
  const auto& holder = asked.caller.holder;
  const auto quota = quota_state(holder, settings, asked.ledger, chute.chute_id, now);
  const auto refusal = payment_refusal(settings, payment_address(holder.user_id), quota, chute.tee, now);
  if (!refusal)
    return false;
  answer_detail(asked.response, 402, *refusal);
  return true;
}

// The service sets an option within `stream_options` of language models without looking what it is.
bool breaks_stream_options(const Chute& chute, const Json& body) {
  const Json* options = find_field(body, "stream_options");
  return chute.standard_template == "vllm" && bool_field(body, "stream") == true && options != nullptr &&
         !options->is_object();
}

void invoke(const HostRequest& asked, const Chute& chute, const Json& body, bool thinking) {
  if (header_is_true(asked.request, "X-TEE-Only") && !chute.tee)
    return answer_detail(
        asked.response, 426,
        "This chute does not have TEE enabled. Please remove the X-TEE-Only header, or use a "
        "TEE-enabled chute.");
  if (refused_for_account(asked, chute))
    return;
  const Cord* cord = matching_cord(chute, asked, body);
  if (cord == nullptr)
    return answer_detail(asked.response, 404, "No matching cord found!");
  if (breaks_stream_options(chute, body))
    return answer_server_error(asked.response);
  if (!chute.hot)
    return answer_detail(asked.response, 503,
                         "No instances available (yet) for chute_id='" + chute.chute_id + "'");
  answer_cord(
      {asked.state, asked.ledger, asked.caller, chute, *cord, body, thinking, asked.request, asked.response});
}

// Returns the body of an invocation, or nothing after refusing an invalid one.
std::optional<Json> body_of(const HostRequest& asked, const char* complaint) {
  if (!has_body(asked.request))
    return Json::object();
  auto body = parse_json(asked.request.body);
  if (!body) {
    answer_detail(asked.response, 400, std::string{complaint} + "Expecting value: line 1 column 1 (char 0)");
    return std::nullopt;
  }
  if (!body->is_object()) {
    answer_server_error(asked.response);
    return std::nullopt;
  }
  return body;
}

void invoke_model(const HostRequest& asked, const SharedHost& host) {
  auto body = body_of(asked, "Invalid request JSON: ");
  if (!body)
    return;
  constexpr std::string_view thinking_suffix = ":THINKING";
  const auto named = served_name(string_field(*body, "model").value_or(""));
  if (named.empty())
    return answer_detail(asked.response, 404, "No matching chute found!");
  if (const auto refusal = regex_refusal(*body))
    return answer_detail(asked.response, 400, *refusal);
  for (const char* dropped : {"logprobs", "top_logprobs"}) // for every model
    body->erase(dropped);
  const auto model = without_suffix(named, thinking_suffix);
  const Chute* chute = chute_of_model(asked, model, host.standard_template);
  if (chute == nullptr)
    return answer_detail(asked.response, 404, "model not found: " + model);
  const bool thinking = model != named || header_is_true(asked.request, "X-Enable-Thinking");
  invoke(asked, *chute, *body, thinking);
}

void invoke_slug(const HostRequest& asked, const Chute& chute) {
  if (!may_see(chute, asked.caller))
    return answer_detail(asked.response, 404, "No matching chute found!");
  const auto body = body_of(asked, "invalid request JSON payload: ");
  if (body)
    invoke(asked, chute, *body, header_is_true(asked.request, "X-Enable-Thinking"));
}

void answer_shared(const HostRequest& asked, const SharedHost& host) {
  const auto& caller = asked.caller;
  if (asked.request.method == "GET") { // only llm's list of models
    if (const auto refusal = refusal_where_optional(caller.credential, caller.scopes, invocation_of(host.id)))
      return answer_refusal(asked.response, *refusal);
    return answer_json(asked.response, model_list(asked.catalogue));
  }
  if (const auto refusal = refusal_of_invocation(caller.credential, caller.scopes, host.id))
    return answer_refusal(asked.response, *refusal);
  invoke_model(asked, host);
}

void answer_chute(const HostRequest& asked, const Chute& chute) {
  const auto& caller = asked.caller;
  if (const auto refusal = refusal_of_invocation(caller.credential, caller.scopes, chute.chute_id))
    return answer_refusal(asked.response, *refusal);
  invoke_slug(asked, chute);
}

} // namespace

bool answer_host(SandboxState& state, const Catalogue& catalogue, InvocationLedger& ledger,
                 std::string_view host, std::string_view path, const httplib::Request& request,
                 httplib::Response& response) {
  const auto* shared = std::find_if(shared_hosts.begin(), shared_hosts.end(),
                                    [host](const SharedHost& known) { return known.name == host; });
  if (shared != shared_hosts.end()) {
    const bool lists_models = host == "llm" && path == models_path && request.method == "GET";
    if (request.method != "POST" && !lists_models)
      return false;
    const Caller caller = state.caller(request);
    answer_shared({state, catalogue, ledger, path, request, response, caller}, *shared);
    return true;
  }
  const Chute* chute = catalogue.find_slug(host);
  if (chute == nullptr)
    return false;
  const Caller caller = state.caller(request);
  answer_chute({state, catalogue, ledger, path, request, response, caller}, *chute);
  return true;
}

} // namespace chutes::sandbox
