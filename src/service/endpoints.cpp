#include "service/endpoints.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"

#include <algorithm>

namespace chutes::service {
namespace {

constexpr const char* default_api = "https://api.chutes.ai";
constexpr const char* default_template = "https://{host}.chutes.ai";
constexpr std::string_view placeholder = "{host}";
constexpr std::string_view service_domain = ".chutes.ai";

// `example` is the value that applies when the variable is not set.
Url checked(const std::string& text, const std::string& variable, const std::string& example) {
  auto url = Url::parse(text);
  if (!url || !url->is_protected() || url->query)
    throw Error{ErrorKind::usage, variable + " must be an https URL",
                "for example " + variable + "=" + example};
  return url->with_path_added("");
}

Url from_template(std::string text, std::string_view name) {
  const auto at = text.find(placeholder);
  if (at == std::string::npos)
    throw Error{ErrorKind::usage, "CHUTES_HOST_TEMPLATE must contain {host}",
                std::string{"for example CHUTES_HOST_TEMPLATE="} + default_template};
  text.replace(at, placeholder.size(), name);
  return checked(text, "CHUTES_HOST_TEMPLATE", default_template);
}

bool is_host_label(std::string_view name) {
  constexpr std::size_t longest_label = 63; // RFC 1035 §2.3.4
  return !name.empty() && name.size() <= longest_label && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
  });
}

// Whether the template yields the origin of `url` for some host name. If {host} is in the template's path,
// all hosts share one origin.
bool is_template_origin(const Url& url, const std::string& host_template) {
  const Url sample = from_template(host_template, "x");
  if (url.origin() == sample.origin())
    return true;
  const auto begin = host_template.find("://") + 3;
  const auto at = host_template.find(placeholder);
  if (host_template.find('/', begin) < at)
    return false;
  const auto prefix = at - begin;
  const auto suffix = sample.host.size() - prefix - 1;
  if (url.host.size() <= prefix + suffix)
    return false;
  const auto name = url.host.substr(prefix, url.host.size() - prefix - suffix);
  return is_host_label(name) && url.origin() == from_template(host_template, name).origin();
}

} // namespace

Endpoints Endpoints::from(const Environment& environment) {
  Endpoints endpoints;
  endpoints.api =
      checked(environment.find("CHUTES_API_URL").value_or(default_api), "CHUTES_API_URL", default_api);
  const auto idp = environment.find("CHUTES_IDP_BASE_URL");
  endpoints.idp = idp ? checked(*idp, "CHUTES_IDP_BASE_URL", default_api) : endpoints.api;
  endpoints.host_template = environment.find("CHUTES_HOST_TEMPLATE").value_or(default_template);
  const Url templated = from_template(endpoints.host_template, "llm");
  const auto llm = environment.find("CHUTES_LLM_URL");
  endpoints.llm = llm ? checked(*llm, "CHUTES_LLM_URL", "https://llm.chutes.ai") : templated;
  return endpoints;
}

Url Endpoints::host(std::string_view name) const {
  if (!is_host_label(name))
    throw Error{ErrorKind::usage, "not a valid host name of the service"};
  return from_template(host_template, name);
}

bool Endpoints::may_receive_token(const Url& url) const {
  if (!url.is_protected())
    return false;
  const auto origin = url.origin();
  if (origin == api.origin() || origin == idp.origin() || origin == llm.origin() ||
      is_template_origin(url, host_template))
    return true;
  // Any host below the service's own domain, as long as the API itself is there.
  return api.host.ends_with(service_domain) && url.scheme == "https" && url.host.ends_with(service_domain) &&
         url.host.size() > service_domain.size();
}

} // namespace chutes::service
