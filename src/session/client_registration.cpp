#include "session/client_registration.hpp"

#include "base/error.hpp"
#include "session/stored_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::session {
namespace {

const RecordKind kind{"stored client registration", "register a new client with 'chutes-login setup'"};
constexpr const char* auth_method = "token_endpoint_auth_method"; // with the values of RFC 7591 §2
constexpr const char* made_by_setup = "made_by_setup";
constexpr const char* in_body = "client_secret_post";
constexpr const char* in_header = "client_secret_basic";
constexpr int first_port = 28417;
constexpr int last_port = 28425;

} // namespace

std::vector<oauth::RedirectUri> parse_redirect_uris(std::string_view text, const std::string& source) {
  std::vector<oauth::RedirectUri> uris;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" ,\t\n"), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty())
      continue;
    auto uri = oauth::RedirectUri::parse(word);
    if (!uri)
      throw Error{
          ErrorKind::usage, source + " contains an invalid redirect URI: " + std::string{word},
          "use a loopback URI without a query, as registered, for example http://127.0.0.1:28417/callback"};
    uris.push_back(std::move(*uri));
  }
  return uris;
}

std::vector<oauth::RedirectUri> default_redirect_uris() {
  std::vector<oauth::RedirectUri> uris;
  for (int port = first_port; port <= last_port; ++port)
    uris.push_back(*oauth::RedirectUri::parse("http://127.0.0.1:" + std::to_string(port) + "/callback"));
  return uris;
}

oauth::RedirectUri redirect_uri_for(const std::string& issuer) {
  const auto url = Url::parse(issuer).value_or(Url{});
  auto text = "http://127.0.0.1/callback/" + url.host + url.path;
  while (text.ends_with('/'))
    text.pop_back();
  return *oauth::RedirectUri::parse(text);
}

std::optional<ClientRegistration> registration_from(const Environment& environment) {
  const auto client_id = environment.find_credential("CHUTES_OAUTH_CLIENT_ID");
  if (!client_id)
    return std::nullopt;
  ClientRegistration registration{
      client_id->reveal(), environment.find_credential("CHUTES_OAUTH_CLIENT_SECRET"), {}};
  if (const auto uris = environment.find("CHUTES_OAUTH_REDIRECT_URI"))
    registration.redirect_uris = parse_redirect_uris(*uris, "CHUTES_OAUTH_REDIRECT_URI");
  return registration;
}

std::string secret_source(const ClientRegistration& client, const Environment& environment) {
  constexpr const char* variable = "CHUTES_OAUTH_CLIENT_SECRET";
  const auto given = environment.find_credential(variable);
  return given && client.client_secret == given ? std::string{" from "}.append(variable) : "";
}

Secret encode(const ClientRegistration& registration) {
  Json document{{"version", 1}, {"client_id", registration.client_id}, {"redirect_uris", Json::array()}};
  if (registration.client_secret)
    document["client_secret"] = registration.client_secret->reveal();
  if (registration.client_auth_method)
    document[auth_method] =
        *registration.client_auth_method == oauth::ClientAuthMethod::client_secret_post ? in_body : in_header;
  if (registration.made_by_setup)
    document[made_by_setup] = true;
  for (const auto& uri : registration.redirect_uris)
    document["redirect_uris"].push_back(uri.text);
  return Secret{json_line(document)};
}

ClientRegistration decode_registration(const Secret& text) {
  const Json document = read_stored(text, kind);
  ClientRegistration registration{stored_text(document, "client_id", kind), std::nullopt, {}};
  if (auto secret = string_field(document, "client_secret"))
    registration.client_secret = Secret{std::move(*secret)};
  if (const auto method = string_field(document, auth_method); method == in_body || method == in_header)
    registration.client_auth_method = method == in_body ? oauth::ClientAuthMethod::client_secret_post
                                                        : oauth::ClientAuthMethod::client_secret_basic;
  if (const Json* mark = find_field(document, made_by_setup); mark != nullptr && mark->is_boolean())
    registration.made_by_setup = mark->get<bool>();
  if (const Json* uris = find_field(document, "redirect_uris"); uris != nullptr && uris->is_array())
    for (const auto& uri : *uris)
      if (uri.is_string())
        if (auto parsed = oauth::RedirectUri::parse(uri.get_ref<const std::string&>()))
          registration.redirect_uris.push_back(std::move(*parsed));
  return registration;
}

} // namespace chutes::session
