// `invoke CHUTE [PATH]`: any cord of any chute, found through the anonymous catalogue.
#include "base/error.hpp"
#include "base/form.hpp"
#include "base/terminal_text.hpp"
#include "cli/call_limits.hpp"
#include "cli/chute_target.hpp"
#include "cli/cord_output.hpp"
#include "cli/input_text.hpp"
#include "cli/invoke_options.hpp"
#include "cli/request_fields.hpp"
#include "cli/request_headers.hpp"
#include "service/bearer.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_body = 256U << 20U; // bytes, from standard input

// What the call carries. `json` is null for a body that is not JSON.
struct Body {
  std::string text;
  Json json;
};

bool has_content_type(const InvokeOptions& options) {
  return std::any_of(options.headers.begin(), options.headers.end(), [](const std::string& header) {
    return upper_case(header).starts_with("CONTENT-TYPE:");
  });
}

Body body_of(const InvokeOptions& options, Context& context) {
  Json fields = fields_body(options.fields, options.json_fields);
  if (!options.data)
    return fields.is_null() ? Body{"", nullptr} : Body{json_line(fields), fields};
  if (!fields.is_null())
    throw Error{ErrorKind::usage, "-d is the whole body, and -f and -F make one of fields",
                "use one or the other"};
  Body body{*options.data == "-" ? context.platform.terminal.read_all_input(longest_body)
                                 : text_or_file(*options.data, "-d"),
            nullptr};
  const auto document = parse_json(body.text);
  if (document)
    body.json = *document;
  else if (!has_content_type(options))
    throw Error{ErrorKind::usage, "the body of -d is not JSON",
                "say what it is with -H 'Content-Type: …', or make JSON of fields with -f and -F"};
  return body;
}

bool wants_stream(const Body& body) {
  return body.json.is_object() && bool_field(body.json, "stream").value_or(false);
}

// Methods whose body the service does not read take their fields in the query.
void add_body(HttpRequest& request, const Body& body) {
  const bool in_query = request.method == "GET" || request.method == "HEAD" || request.method == "DELETE";
  if (in_query && body.json.is_object()) {
    FormFields fields;
    for (const auto& item : body.json.items())
      fields.emplace_back(item.key(), item.value().is_string() ? item.value().get<std::string>()
                                                               : json_line(item.value()));
    request.url.query = (request.url.query ? *request.url.query + "&" : "") + encode_form(fields);
    return;
  }
  request.body = body.text;
  if (request.body.empty() && request.method == "POST")
    request.body = "{}"; // the service wants an object
  if (!request.body.empty())
    request.headers.emplace_back("Content-Type", "application/json");
}

HttpRequest request_of(const ChuteTarget& target, const Body& body, const Secret& token,
                       const InvokeOptions& options, Context& context) {
  auto request = service::bearer_request(target.url, token, context.endpoints);
  request.method = target.method;
  request.headers = {request.headers.front(), {"Accept", "*/*"}};
  request.idle_limit = silence_of_slow_jobs;
  add_body(request, body);
  add_headers(request, options.headers);
  return request;
}

void call(const ChuteTarget& target, const Body& body, const InvokeOptions& options, CordOutput& output,
          CallLimits& limits, Context& context) {
  const auto attempt = [&](const Secret& token) {
    auto request = request_of(target, body, token, options, context);
    request.deadline = limits.deadline();
    return context.platform.http.stream(
        request,
        [&](const HttpResponse& head) {
          if (head.status / 100 == 2)
            output.head(head);
        },
        [&](std::string_view piece) {
          output.piece(piece);
          return Reading::go_on;
        });
  };
  const auto response = limits.call([&] { return context.with_token(target.url, attempt); });
  if (response.status / 100 != 2)
    throw service::service_error(response, "the call", "chutes:invoke");
  output.end();
}

} // namespace

void invoke_chute(const InvokeOptions& options, Context& context) {
  require_chute_and_path(options);
  CallLimits limits{options, 0, context};
  const auto body = body_of(options, context);
  const auto target = find_target(options, wants_stream(body), !body.text.empty(), context);
  if (!options.no_check)
    check_body(body.text.empty() ? Json::object() : body.json, target.cord);
  if (only_described(options, request_of(target, body, Secret{}, options, context), context))
    return;
  require_place_for(target.cord.output_content_type, options, context);
  CordOutput output{options, target.stem, context};
  try {
    call(target, body, options, output, limits, context);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::network && output.started() && !limits.over())
      throw Error{ErrorKind::incomplete, std::string{"the answer ended early: "} + error.what(),
                  "what came of it stands; try again"};
    throw;
  }
}

} // namespace chutes::cli
