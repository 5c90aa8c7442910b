// Checks of the service: network, clock, endpoints and models.
#include "base/number_text.hpp"
#include "base/terminal_text.hpp"
#include "cli/doctor/checks.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli::doctor {
namespace {

constexpr std::chrono::seconds tolerable_skew{30};
constexpr std::chrono::minutes longest_skew{5};
constexpr const char* not_reached = "the authorization server cannot be reached";

Url discovery_url(Context& context) {
  const auto issuer = context.options.issuer ? Url::parse(*context.options.issuer) : std::nullopt;
  return issuer.value_or(context.endpoints.idp).with_path_added("/.well-known/openid-configuration");
}

std::string times(const HttpResponse& response) {
  if (!response.timing || response.timing->reused)
    return "";
  const auto in_ms = [](std::chrono::microseconds time) {
    return decimal(static_cast<double>(time.count()) / 1000, 0) + " ms";
  };
  const auto& timing = *response.timing;
  return ": name " + in_ms(timing.name) + ", connection " + in_ms(timing.connect) +
         (timing.tls.count() > 0 ? ", TLS " + in_ms(timing.tls) : "");
}

struct Endpoint {
  const char* name;
  std::optional<Url> built_in;
};

// The endpoints in the service's document that differ from the built-in ones. The document names the service
// itself, whatever host serves it.
std::string differences(const Json& document) {
  const auto server = oauth::chutes_server(*Url::parse(oauth::chutes_issuer));
  const Endpoint endpoints[]{{"authorization_endpoint", server.authorization_endpoint},
                             {"token_endpoint", server.token_endpoint},
                             {"userinfo_endpoint", server.userinfo_endpoint},
                             {"revocation_endpoint", server.revocation_endpoint},
                             {"introspection_endpoint", server.introspection_endpoint}};
  std::string text;
  for (const auto& endpoint : endpoints) {
    const auto named = string_field(document, endpoint.name);
    if (named && endpoint.built_in && *named != endpoint.built_in->text())
      text += (text.empty() ? "" : "; ") + std::string{endpoint.name} + " is " + one_line(*named, 200) +
              " at the server, but " + endpoint.built_in->text() + " is built in";
  }
  return text;
}

Diagnostic endpoints_of_another_issuer(Context& context) {
  try {
    return ok("discovery", "using the endpoints of " + one_line(context.server().issuer, 200));
  } catch (const Error& error) {
    return failed("discovery", error);
  }
}

} // namespace

ServerAnswer ask_server(Context& context) {
  HttpRequest request;
  request.url = discovery_url(context);
  request.headers = {{"Accept", "application/json"}};
  try {
    return {context.platform.http.send(request), std::nullopt};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
      throw;
    return {std::nullopt, error};
  }
}

Diagnostic network_check(const ServerAnswer& answer, Context& context) {
  if (answer.failure)
    return failed("network", *answer.failure);
  const auto url = discovery_url(context);
  return ok("network", url.host + " can be reached" + times(*answer.response) +
                           (url.scheme == "https" ? ", its certificate is trusted" : ""));
}

Diagnostic clock_check(const ServerAnswer& answer, Context& context) {
  if (!answer.response)
    return skipped("clock", not_reached);
  const auto theirs = answer.response->date();
  if (!theirs)
    return skipped("clock", "the server sends no date");
  const auto skew = context.platform.clock.now() - *theirs;
  const auto size = std::chrono::abs(skew);
  if (size <= tolerable_skew)
    return ok("clock", "within " + duration_text(tolerable_skew) + " of the server's");
  const auto detail = "this computer's clock is " + duration_text(size) +
                      (skew.count() > 0 ? " ahead of" : " behind") + " the server's";
  const char* hint = "set it, for example with 'timedatectl set-ntp true'";
  return size > longest_skew ? failed("clock", detail, hint, ErrorKind::not_authorized)
                             : warning("clock", detail, hint);
}

Diagnostic discovery_check(const ServerAnswer& answer, Context& context) {
  if (!answer.response)
    return skipped("discovery", not_reached);
  if (context.options.issuer)
    return endpoints_of_another_issuer(context);
  const auto status = answer.response->status;
  if (service::is_missing_route(*answer.response))
    return failed("discovery",
                  discovery_url(context).text() + " was answered with status " + std::to_string(status) +
                      ": that is no address of the service",
                  "check CHUTES_IDP_BASE_URL and CHUTES_API_URL", ErrorKind::service);
  if (status != 200)
    return warning("discovery",
                   "the request for the discovery document returned status " + std::to_string(status) +
                       "; using the built-in endpoints",
                   "try again later");
  const auto document = parse_json(answer.response->body);
  if (!document || !string_field(*document, "token_endpoint"))
    return failed(
        "discovery", "the response of " + discovery_url(context).host + " is not a discovery document",
        "check CHUTES_IDP_BASE_URL, and whether the network requires a sign-in page", ErrorKind::service);
  const auto different = differences(*document);
  if (!different.empty())
    return warning("discovery", different, "update this program");
  return ok("discovery", "the server's endpoints are the built-in ones");
}

Diagnostic models_check(Context& context) {
  if (context.options.issuer)
    return skipped("models", "they are the service's, and --issuer names another server");
  HttpRequest request;
  request.url = context.endpoints.llm.with_path_added("/v1/models");
  request.headers = {{"Accept", "application/json"}};
  const auto& host = context.endpoints.llm.host;
  try {
    const auto response = context.platform.http.send(request);
    const auto document = response.status == 200 ? parse_json(response.body) : std::nullopt;
    const Json* models = document ? find_field(*document, "data") : nullptr;
    if (models == nullptr || !models->is_array())
      return failed("models",
                    host + " did not send a list of models (status " + std::to_string(response.status) + ")",
                    "try again later, and check CHUTES_LLM_URL and CHUTES_HOST_TEMPLATE", ErrorKind::service);
    return ok("models", host + " offers " + counted(models->size(), "model"));
  } catch (const Error& error) {
    return failed("models", error);
  }
}

} // namespace chutes::cli::doctor
