#include "sandbox/account_routes.hpp"

#include "base/ascii.hpp"
#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/query.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace chutes::sandbox {
namespace {

// A request to an account route; its sender is authenticated and authorized.
struct AccountRequest {
  SandboxState& state;
  const InvocationLedger& ledger;
  const Caller& caller;
  const httplib::Request& request;
  httplib::Response& response;

  [[nodiscard]] const Json& settings() const { return settings_of(caller); }
};

Json list_setting(const Json& settings, std::string_view name) {
  const Json* found = find_field(settings, name);
  return found == nullptr ? Json::array() : *found;
}

void answer_facts(const AccountRequest& asked) {
  if (const auto facts = account_facts(asked.caller.holder, asked.settings()))
    answer_json(asked.response, *facts);
  else
    answer_server_error(asked.response);
}

void answer_balance(const AccountRequest& asked) {
  answer_detail(asked.response, 403, billing_admins_only);
}

void answer_quotas(const AccountRequest& asked) {
  answer_json(asked.response, account_quotas(asked.caller.holder, asked.settings()));
}

void answer_subscription(const AccountRequest& asked) {
  answer_json(asked.response, subscription_usage(asked.settings(), asked.state.now()));
}

void answer_discounts(const AccountRequest& asked) {
  answer_json(asked.response, list_setting(asked.settings(), "discounts"));
}

void answer_price_overrides(const AccountRequest& asked) {
  answer_json(asked.response, list_setting(asked.settings(), "price_overrides"));
}

void answer_usage(const AccountRequest& asked) {
  constexpr std::int64_t usual_limit = 24;
  QueryReader reader{asked.request};
  UsageQuery query;
  query.page = {reader.integer("page", 0), reader.integer("limit", usual_limit)};
  query.per_chute = reader.flag("per_chute", false);
  query.chute_id = reader.text("chute_id");
  const auto start = reader.time("start_date");
  const auto end = reader.time("end_date");
  if (reader.refused(asked.response))
    return;
  if ((start && start->zoned) || (end && end->zoned))
    return answer_server_error(asked.response); // the database compares with times without a zone only
  query.start = start ? std::optional{start->at} : std::nullopt;
  query.end = end ? std::optional{end->at} : std::nullopt;
  answer_or_fail(asked.response,
                 usage_page(query, asked.caller.holder, asked.settings(), asked.ledger, asked.state.now()));
}

void answer_quota_usage(const AccountRequest& asked) {
  const auto chute_id = asked.request.path.substr(asked.request.path.rfind('/') + 1);
  answer_json(asked.response, quota_usage(quota_state(asked.caller.holder, asked.settings(), asked.ledger,
                                                      chute_id, asked.state.now())));
}

// The routes below /users/me, and those that are below /users/{id} as well.
struct AccountRoute {
  std::string_view name;
  void (*answer)(const AccountRequest& asked);
  bool only_me = true;
};
constexpr std::array account_routes{
    AccountRoute{"", answer_facts, false},
    AccountRoute{"balance", answer_balance, false},
    AccountRoute{"discounts", answer_discounts},
    AccountRoute{"price_overrides", answer_price_overrides},
    AccountRoute{"quota_usage", answer_quota_usage},
    AccountRoute{"quotas", answer_quotas},
    AccountRoute{"subscription_usage", answer_subscription},
    AccountRoute{"usage", answer_usage, false},
};

// Whose account `/users/WHO/ROUTE` is about, and the route.
struct AccountPath {
  std::string who;
  const AccountRoute* route = nullptr;
};

AccountPath account_path(std::string_view path) {
  const auto parts = split(path, '/'); // parts[0] precedes the leading slash
  if (parts.size() < 3 || parts[1] != "users")
    return {};
  const auto name = parts.size() > 3 ? parts[3] : std::string{};
  const auto* found = std::find_if(account_routes.begin(), account_routes.end(),
                                   [&](const AccountRoute& route) { return route.name == name; });
  return {parts[2], found == account_routes.end() ? nullptr : found};
}

} // namespace

bool answer_account(SandboxState& state, const InvocationLedger& ledger, const httplib::Request& request,
                    httplib::Response& response) {
  const auto [who, route] = account_path(request.path);
  if (route == nullptr || (route->only_me && who != "me"))
    return false;
  const Caller caller = state.caller(request);
  const auto wanted = resource_action(request.method, request.path);
  if (const auto refusal = refusal_where_required(caller.credential, caller.scopes, wanted))
    answer_refusal(response, *refusal);
  else if (who != "me" && who != caller.holder.user_id && who != caller.holder.username)
    answer_detail(response, 403, billing_admins_only);
  else
    route->answer({state, ledger, caller, request, response});
  return true;
}

} // namespace chutes::sandbox
