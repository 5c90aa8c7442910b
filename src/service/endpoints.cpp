#include "service/endpoints.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace chutes::service {
namespace {

constexpr const char* default_api = "https://api.chutes.ai";
constexpr const char* default_template = "https://{host}.chutes.ai";
constexpr std::string_view placeholder = "{host}";

Url checked(const std::string& text, const std::string& variable) {
  auto url = Url::parse(text);
  if (!url || !url->is_protected() || url->query)
    throw Error{ErrorKind::usage, variable + " does not hold an https URL",
                "for example " + variable + "=" + default_api};
  return url->with_path_added("");
}

Url from_template(const std::string& text, std::string_view name) {
  std::string filled = text;
  filled.replace(filled.find(placeholder), placeholder.size(), name);
  return checked(filled, "CHUTES_HOST_TEMPLATE");
}

bool is_host_label(std::string_view name) {
  constexpr std::size_t longest_label = 63; // RFC 1035 §2.3.4
  return !name.empty() && name.size() <= longest_label && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// ".chutes.ai" of "api.chutes.ai": what every host of the service ends in. Empty for an address or a name
// without dots.
std::string domain_suffix(const Url& api) {
  const auto dot = api.host.find('.');
  const bool named = api.host.find_first_not_of("0123456789.") != std::string::npos &&
                     api.host.find(':') == std::string::npos;
  return named && dot != std::string::npos && api.host.find('.', dot + 1) != std::string::npos
             ? api.host.substr(dot)
             : "";
}

} // namespace

Endpoints Endpoints::from(const Environment& environment) {
  Endpoints endpoints;
  endpoints.api = checked(environment.find("CHUTES_API_URL").value_or(default_api), "CHUTES_API_URL");
  const auto idp = environment.find("CHUTES_IDP_BASE_URL");
  endpoints.idp = idp ? checked(*idp, "CHUTES_IDP_BASE_URL") : endpoints.api;
  endpoints.host_template = environment.find("CHUTES_HOST_TEMPLATE").value_or(default_template);
  if (endpoints.host_template.find(placeholder) == std::string::npos)
    throw Error{ErrorKind::usage, "CHUTES_HOST_TEMPLATE does not hold {host}",
                std::string{"for example CHUTES_HOST_TEMPLATE="} + default_template};
  const auto llm = environment.find("CHUTES_LLM_URL");
  endpoints.llm = llm ? checked(*llm, "CHUTES_LLM_URL") : from_template(endpoints.host_template, "llm");
  return endpoints;
}

Url Endpoints::host(std::string_view name) const {
  if (!is_host_label(name))
    throw Error{ErrorKind::usage, "that is not the name of a host of the service"};
  return from_template(host_template, name);
}

bool Endpoints::may_receive_token(const Url& url) const {
  if (!url.is_protected())
    return false;
  const Url sample = from_template(host_template, "x");
  const auto origin = url.origin();
  if (origin == api.origin() || origin == idp.origin() || origin == llm.origin() || origin == sample.origin())
    return true;
  const auto suffix = domain_suffix(api);
  return !suffix.empty() && url.scheme == "https" && url.host.ends_with(suffix) &&
         url.host.size() > suffix.size();
}

} // namespace chutes::service
