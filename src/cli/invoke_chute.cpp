// `invoke CHUTE [PATH]`: any cord of any chute, found through the anonymous catalogue.
#include "base/error.hpp"
#include "base/form.hpp"
#include "base/terminal_text.hpp"
#include "cli/cord_output.hpp"
#include "cli/form_body.hpp"
#include "cli/input_text.hpp"
#include "cli/invoke_options.hpp"
#include "cli/media_type.hpp"
#include "cli/name_cache.hpp"
#include "cli/request_fields.hpp"
#include "cli/transfer_progress.hpp"
#include "service/bearer.hpp"
#include "service/cord_choice.hpp"
#include "service/json_schema.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_body = 256U << 20U; // bytes, from standard input

// Where a call goes, and what is known of the cord there.
struct Target {
  Url url;
  std::string method;
  std::string stem; // for a file's name
  service::Cord cord;
};

// What the call carries. `json` is null for a body that is not JSON; `type` is empty where the options say
// it, or nobody needs to.
struct Body {
  std::string text;
  Json json;
  std::string type{};
};

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string value_of(const std::string& header) {
  const auto begin = header.find_first_not_of(' ', header.find(':') + 1);
  return begin == std::string::npos ? "" : header.substr(begin);
}

// The type that -H gives the body; empty: none.
std::string given_type(const InvokeOptions& options) {
  const auto found = std::find_if(options.headers.begin(), options.headers.end(), [](const auto& header) {
    return upper(header).starts_with("CONTENT-TYPE:");
  });
  return found == options.headers.end() ? "" : value_of(*found);
}

// JSON of the fields, or the form that -H 'Content-Type: …' asks for.
Body body_of_fields(const InvokeOptions& options) {
  const auto type = given_type(options);
  if (auto form = form_body(type, options.fields, options.json_fields))
    return {std::move(form->text), nullptr, std::move(form->content_type)};
  if (!type.empty() && !is_json_type(type))
    throw Error{ErrorKind::usage, "-f and -F make JSON or a form, not " + one_line(type, 80),
                "give a body of another type with -d"};
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
    throw Error{ErrorKind::usage, "-d is the whole body, and -f and -F make one of fields",
                "use one or the other"};
  Body body{data_text(*options.data, context.platform.terminal), nullptr};
  const auto document = parse_json(body.text);
  if (document)
    body.json = *document;
  else if (given_type(options).empty())
    throw Error{ErrorKind::usage, "the body of -d is not JSON",
                "say what it is with -H 'Content-Type: …', or make JSON of fields with -f and -F"};
  return body;
}

bool wants_stream(const Body& body) {
  return body.json.is_object() && bool_field(body.json, "stream").value_or(false);
}

// A URL names host and path itself; only where it names no path the catalogue is asked.
std::optional<Target> target_of_url(const std::string& word, const InvokeOptions& options, const Body& body) {
  if (!word.starts_with("https://") && !word.starts_with("http://"))
    return std::nullopt;
  auto url = Url::parse(word);
  if (!url)
    throw Error{ErrorKind::usage, "that is no URL: " + one_line(word, 100)};
  if (options.words.size() > 1)
    url = url->with_path_added(options.words[1].starts_with('/') ? options.words[1] : "/" + options.words[1]);
  const auto method = options.method ? upper(*options.method) : body.text.empty() ? "GET" : "POST";
  return Target{*url, method, "answer", {}};
}

[[noreturn]] void refuse_unknown(const std::string& word, Context& context) {
  std::string near;
  for (const auto& name : near_names(word, known_names("chutes", context)))
    near += (near.empty() ? "did you mean " : ", ") + name;
  throw Error{ErrorKind::service, "there is no public chute " + one_line(word, 100),
              (near.empty() ? "" : near + "? ") +
                  "a model is asked with -m MODEL; a private chute is called by its address, "
                  "https://SLUG.chutes.ai/PATH"}
      .with_status(404);
}

Target target_of_chute(const std::string& word, const InvokeOptions& options, const Body& body,
                       Context& context) {
  const service::ChuteDirectory directory{context.endpoints, context.platform.http};
  const auto chute = directory.find(word);
  if (!chute)
    refuse_unknown(word, context);
  service::CordWish wish{std::nullopt, std::nullopt, wants_stream(body)};
  if (options.words.size() > 1)
    wish.path = options.words[1];
  if (options.method)
    wish.method = upper(*options.method);
  auto cord = service::choose_cord(*chute, wish);
  const Url host = context.endpoints.host(chute->slug);
  return {host.with_path_added(cord.path), cord.method, cord.function.empty() ? "answer" : cord.function,
          cord};
}

// What the service is going to refuse is refused here, before it is paid for.
void check_body(const Body& body, const service::Cord& cord) {
  const auto schema = parse_json(cord.input_schema);
  const bool nothing = body.text.empty(); // an empty object is sent
  if (!schema || !(body.json.is_object() || nothing))
    return;
  const Json given = nothing ? Json::object() : body.json;
  const Json* properties = find_field(*schema, "properties");
  // Cords that are no passthrough wrap their fields in the schema, but take them flat.
  const bool wraps = properties != nullptr && find_field(*properties, "input_args") != nullptr &&
                     find_field(given, "input_args") == nullptr;
  const auto broken = service::schema_violation(wraps ? Json{{"input_args", given}} : given, *schema);
  if (broken)
    throw Error{ErrorKind::usage, "the body breaks the cord's schema: " + *broken,
                "mend it, or send it all the same with --no-check"};
}

void add_headers(HttpRequest& request, const InvokeOptions& options) {
  for (const auto& header : options.headers) {
    const auto colon = header.find(':');
    const auto name = header.substr(0, colon);
    if (colon == std::string::npos || name.empty())
      throw Error{ErrorKind::usage, "-H wants NAME:VALUE", "for example -H 'X-Enable-Thinking: true'"};
    if (upper(name) == "AUTHORIZATION" || upper(name) == "HOST" || upper(name) == "CONTENT-LENGTH")
      throw Error{ErrorKind::usage, "the header " + name + " is this program's own business",
                  "another credential is given by CHUTES_ACCESS_TOKEN or CHUTES_API_KEY"};
    std::erase_if(request.headers, [&](const auto& known) { return upper(known.first) == upper(name); });
    request.headers.emplace_back(name, value_of(header));
  }
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

HttpRequest request_of(const Target& target, const Body& body, const Secret& token,
                       const InvokeOptions& options, Context& context) {
  auto request = service::bearer_request(target.url, token, context.endpoints);
  request.method = target.method;
  request.headers = {request.headers.front(), {"Accept", "*/*"}};
  request.idle_limit = silence_of_slow_jobs;
  add_body(request, body);
  add_headers(request, options);
  if (!body.type.empty())
    for (auto& [name, value] : request.headers)
      if (upper(name) == "CONTENT-TYPE")
        value = body.type;
  return request;
}

void call(const Target& target, const Body& body, const InvokeOptions& options, CordOutput& output,
          Context& context) {
  const auto response = context.with_token(target.url, [&](const Secret& token) {
    auto request = request_of(target, body, token, options, context);
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
          return Reading::go_on;
        });
  });
  if (response.status / 100 != 2)
    throw service::service_error(response, "the call", "chutes:invoke");
  output.end();
}

} // namespace

void invoke_chute(const InvokeOptions& options, Context& context) {
  if (options.words.size() > 2)
    throw Error{ErrorKind::usage, "a call takes a chute and a path, not " + one_line(options.words[2], 60),
                "a prompt goes with -m MODEL; fields with -f NAME=VALUE"};
  if (options.words[0].find(' ') != std::string::npos)
    throw Error{ErrorKind::usage, "that is a prompt, and no model was named", "give one with -m MODEL"};
  const auto body = body_of(options, context);
  auto target = target_of_url(options.words[0], options, body);
  if (!target)
    target = target_of_chute(options.words[0], options, body, context);
  if (!options.no_check)
    check_body(body, target->cord);
  if (only_described(options, request_of(*target, body, Secret{}, options, context), context))
    return;
  require_place_for(target->cord.output_content_type, options, context);
  CordOutput output{options, target->stem, context};
  try {
    call(*target, body, options, output, context);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::internal) // else there is no room for it
      output.keep_what_came();
    if (error.kind() == ErrorKind::network && output.started())
      throw Error{ErrorKind::incomplete, std::string{"the answer ended early: "} + error.what(),
                  "what came of it stands; try again"};
    throw;
  }
}

} // namespace chutes::cli
