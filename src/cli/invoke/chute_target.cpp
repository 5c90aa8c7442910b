#include "cli/invoke/chute_target.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/header_fields.hpp"
#include "base/terminal_text.hpp"
#include "cli/cache/name_cache.hpp"
#include "cli/invoke/request_headers.hpp"
#include "service/cord_choice.hpp"
#include "service/schema/json_schema.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

// Returns the method of -X in capitals; absent if it is not given.
std::optional<std::string> given_method(const InvokeOptions& options) {
  if (!options.method)
    return std::nullopt;
  auto method = upper(*options.method);
  if (!is_token(method) || method == "CONNECT")
    throw Error{ErrorKind::usage, "-X must be an HTTP method, not " + one_line(*options.method, 60),
                "for example, -X GET"};
  return method;
}

// Returns the target that a URL names, without asking the catalogue; absent if `word` is not a URL.
std::optional<ChuteTarget> target_of_url(const std::string& word, const InvokeOptions& options,
                                         bool has_body) {
  if (!word.starts_with("https://") && !word.starts_with("http://"))
    return std::nullopt;
  auto url = Url::parse(word);
  if (!url)
    throw Error{ErrorKind::usage, "not a valid URL: " + one_line(word, 100),
                "for example, https://SLUG.chutes.ai/PATH"};
  if (options.words.size() > 1)
    url = url->with_path_added(options.words[1].starts_with('/') ? options.words[1] : "/" + options.words[1]);
  const auto method = given_method(options).value_or(has_body ? "POST" : "GET");
  Url host = *url;
  host.path.clear();
  host.query.reset();
  return ChuteTarget{*url, host, method, "answer", {}};
}

[[noreturn]] void refuse_unknown(const std::string& word, Context& context) {
  std::string near;
  for (const auto& name : near_names(word, cached_names("chutes", context.endpoints.llm, context.platform)))
    near += (near.empty() ? "did you mean " : ", ") + name;
  throw Error{ErrorKind::service, "there is no public chute named " + one_line(word, 100),
              (near.empty() ? "" : near + "? ") +
                  "use -m MODEL to ask a model; call a private chute by its address, "
                  "https://SLUG.chutes.ai/PATH"}
      .with_status(404);
}

ChuteTarget target_of_chute(const std::string& word, const InvokeOptions& options, bool wants_stream,
                            Context& context) {
  const auto method = given_method(options);
  const service::ChuteDirectory directory{context.endpoints, context.platform.http};
  const auto chute = directory.find(word);
  if (!chute)
    refuse_unknown(word, context);
  service::CordSelector selector{std::nullopt, std::nullopt, wants_stream};
  if (options.words.size() > 1)
    selector.path = options.words[1];
  selector.method = method;
  auto cord = service::choose_cord(*chute, selector);
  const Url host = context.endpoints.host(chute->slug);
  return {host.with_path_added(cord.path), host, cord.method,
          cord.function.empty() ? "answer" : cord.function, cord};
}

} // namespace

void require_chute_and_path(const InvokeOptions& options) {
  if (options.words.size() > 2)
    throw Error{ErrorKind::usage,
                "unexpected argument after the chute and the path: " + one_line(options.words[2], 60),
                "add -m MODEL to send a prompt, or -f NAME=VALUE to send fields"};
  if (options.words[0].find(' ') != std::string::npos)
    throw Error{ErrorKind::usage, "a prompt requires a model", "add -m MODEL"};
}

ChuteTarget find_target(const InvokeOptions& options, bool wants_stream, bool has_body, Context& context) {
  if (options.words[0].empty())
    throw Error{ErrorKind::usage, "no chute is named",
                "name it, or add -m MODEL to ask a model; '" + context.program + " chutes' lists the chutes"};
  auto target = target_of_url(options.words[0], options, has_body);
  return target ? *target : target_of_chute(options.words[0], options, wants_stream, context);
}

std::vector<std::string> check_body(const Json& body, const service::Cord& cord) {
  const auto schema = parse_json(cord.input_schema);
  if (!schema || !body.is_object())
    return {};
  const Json* properties = find_field(*schema, "properties");
  // The schemas of cords without passthrough wrap the fields in "input_args"; requests send them unwrapped.
  const bool wraps = properties != nullptr && find_field(*properties, "input_args") != nullptr &&
                     find_field(body, "input_args") == nullptr;
  auto report = service::check_against_schema(wraps ? Json{{"input_args", body}} : body, *schema);
  if (report.violation)
    throw Error{ErrorKind::usage, "the body does not match the cord's schema: " + *report.violation,
                "fix the body, or send it unchecked with --no-check"};
  return std::move(report.unchecked);
}

} // namespace chutes::cli
