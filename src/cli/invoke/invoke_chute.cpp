// `invoke CHUTE [PATH]`: calls any cord of any chute, which it finds in the public catalogue.
#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/form.hpp"
#include "base/media_type.hpp"
#include "base/terminal_text.hpp"
#include "base/utf8.hpp"
#include "cli/command/input_text.hpp"
#include "cli/invoke/call_limits.hpp"
#include "cli/invoke/chute_target.hpp"
#include "cli/invoke/cord_output.hpp"
#include "cli/invoke/form_body.hpp"
#include "cli/invoke/invoke_options.hpp"
#include "cli/invoke/request_fields.hpp"
#include "cli/invoke/request_headers.hpp"
#include "cli/invoke/transfer_progress.hpp"
#include "service/bearer.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

// The body of the request. `json` is null if the body is not JSON; `type` is empty unless it replaces the
// Content-Type of the options.
struct Body {
  std::string text;
  Json json;
  std::string type{};
};

std::string value_of(const std::string& header) {
  const auto begin = header.find_first_not_of(' ', header.find(':') + 1);
  return begin == std::string::npos ? "" : header.substr(begin);
}

// Returns the last Content-Type given with -H, which is the one that is sent; empty if there is none.
std::string given_type(const InvokeOptions& options) {
  const auto found = std::find_if(options.headers.rbegin(), options.headers.rend(), [](const auto& header) {
    return starts_with_ignoring_case(header, "content-type:");
  });
  return found == options.headers.rend() ? "" : value_of(*found);
}

// JSON of the fields, or the form that -H 'Content-Type: …' asks for.
Body body_of_fields(const InvokeOptions& options) {
  const auto type = given_type(options);
  if (auto form = form_body(type, options.fields, options.json_fields))
    return {std::move(form->text), nullptr, std::move(form->content_type)};
  if (!type.empty() && !is_json_type(type))
    throw Error{ErrorKind::usage, "-f and -F cannot make a body of type " + one_line(type, 80),
                "send a body that is neither JSON nor a form with -d"};
  const Json fields = fields_body(options.fields, options.json_fields);
  return {json_line(fields), fields};
}

std::string data_text(const std::string& data, Terminal& terminal) {
  if (data == "-")
    return terminal.read_all_input(longest_body);
  return data.starts_with('@') ? file_content(data.substr(1), "-d", longest_body) : data;
}

Body body_of(const InvokeOptions& options, Context& context) {
  const bool has_fields = !options.fields.empty() || !options.json_fields.empty();
  if (!options.data)
    return has_fields ? body_of_fields(options) : Body{"", nullptr};
  if (has_fields)
    throw Error{ErrorKind::usage, "-d cannot be combined with -f or -F",
                "send the whole body with -d, or its fields with -f and -F"};
  Body body{data_text(*options.data, context.platform.terminal), nullptr};
  if (const auto type = given_type(options); type.empty() || is_json_type(type))
    body.text = std::string{without_byte_order_mark(body.text)}; // RFC 8259 §8.1
  const auto document = parse_json(body.text);
  if (document)
    body.json = *document;
  else if (given_type(options).empty())
    throw Error{ErrorKind::usage, "the body of -d is not JSON",
                "name its type with -H 'Content-Type: …', or send JSON fields with -f and -F"};
  return body;
}

bool wants_stream(const Body& body) {
  return body.json.is_object() && bool_field(body.json, "stream").value_or(false);
}

// Adds the body, or its fields as a query for methods whose body the service does not read.
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
    request.body = "{}"; // the service requires an object
  if (!request.body.empty())
    request.headers.emplace_back("Content-Type", "application/json");
}

HttpRequest request_of(const ChuteTarget& target, const Body& body, const Secret& token,
                       const InvokeOptions& options, Context& context) {
  auto request = service::bearer_request(target.url, token, context.endpoints);
  request.method = target.method;
  request.headers = {request.headers.front(), {"Accept", "*/*"}};
  request.idle_limit = idle_limit_of_jobs;
  add_body(request, body);
  add_headers(request, options.headers);
  if (!body.type.empty())
    for (auto& [name, value] : request.headers)
      if (equals_ignoring_case(name, "Content-Type"))
        value = body.type;
  return request;
}

void call(const ChuteTarget& target, const Body& body, const InvokeOptions& options, CordOutput& output,
          CallLimits& limits, Context& context) {
  const auto attempt = [&](const Secret& token) {
    auto request = request_of(target, body, token, options, context);
    request.deadline = limits.deadline();
    TransferProgress progress{"Sending", context};
    progress.follow(request);
    return context.platform.http.stream(
        request,
        [&](const HttpResponse& head) {
          if (head.status / 100 == 2)
            output.head(head);
        },
        [&](std::string_view piece) {
          output.piece(piece);
          return ReadResult::more;
        });
  };
  const auto response = limits.call([&] { return context.with_token(target.url, attempt); });
  if (response.status / 100 != 2)
    throw service::service_error(response, "call the chute", "chutes:invoke");
  output.end();
}

} // namespace

void invoke_chute(const InvokeOptions& options, Context& context) {
  require_chute_and_path(options);
  static_cast<void>(parse_headers(options.headers));
  CallLimits limits{options, 0, context};
  const auto body = body_of(options, context);
  const auto target = find_target(options, wants_stream(body), !body.text.empty(), context);
  if (!options.no_check)
    if (const auto unchecked = check_body(body.text.empty() ? Json::object() : body.json, target.cord);
        !unchecked.empty())
      context.notice("Part of the cord's schema was not checked: " + join(unchecked, ", ") + ".");
  if (only_described(options)) {
    context.require_own_issuer(target.url);
    return describe(request_of(target, body, Secret{}, options, context), options, context);
  }
  service::require_own_host(target.url, context.endpoints);
  if (options.output)
    context.platform.output_files.require_place(*options.output);
  require_printable(target.cord.output_content_type, options, context);
  CordOutput output{options, target.stem, context};
  try {
    call(target, body, options, output, limits, context);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::internal) // which is what a full disk is
      output.keep_partial_answer();
    if (error.kind() == ErrorKind::network && output.started() && !limits.over())
      throw Error{ErrorKind::incomplete, std::string{"the answer ended early: "} + error.what(),
                  "try again; the partial answer has been kept"};
    throw;
  }
}

} // namespace chutes::cli
