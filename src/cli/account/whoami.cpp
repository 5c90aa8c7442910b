// `whoami`: the account that a token belongs to, with one request.
#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/command/command.hpp"
#include "oauth/userinfo.hpp"
#include "service/bearer.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

#include <initializer_list>

namespace chutes::cli {
namespace {

struct WhoamiOptions {
  bool account = false;
};

constexpr const char* footer =
    R"(If only CHUTES_API_KEY is set, whoami shows the account that the key belongs to.

Examples:
  chutes-login whoami
  chutes-login whoami --json | jq -r .sub
)";

void declare(OptionDeclarer& declarer, WhoamiOptions& options) {
  declarer.flag("--account", options.account, "Also show the account details of /users/me");
}

// The object in the response, which must name the account in `id`.
Json object_of(const HttpResponse& response, std::string_view what, const char* id,
               std::string_view scope = "profile") {
  if (response.status != 200)
    throw service::service_error(response, what, scope);
  auto document = parse_json(response.body);
  if (!document || !string_field(*document, id))
    throw Error{ErrorKind::service, "the service's response does not name the account", "try again"}
        .with_status(response.status);
  return std::move(*document);
}

// Asks the authorization server, which need not be the service's.
Json userinfo(Context& context) {
  const auto endpoint = context.server().userinfo_endpoint;
  if (!endpoint)
    throw Error{ErrorKind::service, "this authorization server has no userinfo endpoint"};
  const auto response = context.with_token(*endpoint, [&](const Secret& token) {
    return oauth::userinfo(*endpoint, token, context.platform.http).response;
  });
  const bool own_words = service::error_detail(response.body) != service::no_permission;
  return object_of(response, "show the user information", "sub", own_words ? "profile" : "openid");
}

Json account(Context& context) {
  const Url url = context.endpoints.api.with_path_added("/users/me");
  const auto response = context.with_token(url, [&](const Secret& token) {
    return context.platform.http.send(service::bearer_request(url, token, context.endpoints));
  });
  return object_of(response, "show the account", "username");
}

// Accounts made on the website have hexadecimal digits drawn by chance where others have the address of a
// key.
bool is_made_up(const char* field, const std::string& value) {
  return std::string_view{field} == "hotkey" &&
         value.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// "name  value" lines of the fields that people read; --json has all of them.
std::string facts(const Json& document, const std::vector<std::pair<const char*, const char*>>& fields) {
  std::string text;
  for (const auto& [field, title] : fields)
    if (const auto value = string_field(document, field);
        value && !value->empty() && !is_made_up(field, *value))
      text += std::string{title} + one_line(*value, 200) + "\n";
  return text;
}

std::string since(const Json& document, Instant now) {
  const auto text = string_field(document, "created_at");
  const auto created = text ? parse_time(*text) : std::nullopt;
  return created
             ? "since       " + rfc3339(*created).substr(0, 10) + " (" + relative_time(*created, now) + ")\n"
             : "";
}

// Whether a call would use CHUTES_API_KEY, which the userinfo endpoint does not accept. Throws what a call
// would if there is no credential.
bool only_api_key(Context& context) {
  if (!context.platform.environment.find("CHUTES_API_KEY"))
    return false; // nor read the store twice
  const auto chosen = context.call_credential();
  if (const auto* none = std::get_if<session::NoCredential>(&chosen))
    throw Error{none->reason};
  return std::holds_alternative<session::ApiKey>(chosen);
}

constexpr std::initializer_list<std::pair<const char*, const char*>> account_facts{
    {"payment_address", "deposit to  "}, {"hotkey", "hotkey      "}, {"coldkey", "coldkey     "}};

void run_with_api_key(const WhoamiOptions& options, Context& context) {
  const Json document = account(context);
  context.result(document, facts(document, {{"username", "username    "}, {"user_id", "account id  "}}) +
                               since(document, context.platform.clock.now()) +
                               (options.account ? facts(document, account_facts) : ""));
}

void run(const WhoamiOptions& options, Context& context) {
  if (only_api_key(context))
    return run_with_api_key(options, context);
  Json document = userinfo(context);
  std::string text = facts(document, {{"username", "username    "},
                                      {"preferred_username", "username    "},
                                      {"name", "name        "},
                                      {"email", "email       "},
                                      {"sub", "account id  "}}) +
                     since(document, context.platform.clock.now());
  if (options.account) {
    const Json mine = account(context);
    text += facts(mine, account_facts);
    for (const auto& item : mine.items())
      document[item.key()] = item.value();
  }
  context.result(document, text);
}

} // namespace

Command whoami_command() {
  return command("whoami", "Using the session", "Show the account you are signed in to", footer, declare,
                 run);
}

} // namespace chutes::cli
