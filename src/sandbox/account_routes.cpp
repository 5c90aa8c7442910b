#include "sandbox/account_routes.hpp"

#include "sandbox/world/api_answer.hpp"

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
  answer_detail(asked.response, 403, "This action can only be performed by billing admin accounts.");
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
  constexpr std::size_t most = 1'000'000;
  QueryReader reader{asked.request};
  UsageQuery query;
  query.page = reader.whole("page", 0, 0, most);
  query.limit = reader.whole("limit", 24, 0, most);
  query.limit = query.limit == 0 ? 24 : query.limit;
  query.per_chute = reader.flag("per_chute", false);
  query.chute_id = reader.text("chute_id");
  query.start = reader.moment("start_date");
  query.end = reader.moment("end_date");
  if (!reader.refused(asked.response))
    answer_json(asked.response,
                usage_page(query, asked.caller.holder, asked.settings(), asked.ledger, asked.state.now()));
}

void answer_quota_usage(const AccountRequest& asked) {
  const auto chute_id = asked.request.path.substr(asked.request.path.rfind('/') + 1);
  answer_json(asked.response, quota_usage(quota_state(asked.caller.holder, asked.settings(), asked.ledger,
                                                      chute_id, asked.state.now())));
}

struct AccountRoute {
  std::string_view path;
  void (*answer)(const AccountRequest& asked);
};
constexpr std::array account_routes{
    AccountRoute{"/users/me", answer_facts},
    AccountRoute{"/users/me/balance", answer_balance},
    AccountRoute{"/users/me/quotas", answer_quotas},
    AccountRoute{"/users/me/subscription_usage", answer_subscription},
    AccountRoute{"/users/me/discounts", answer_discounts},
    AccountRoute{"/users/me/price_overrides", answer_price_overrides},
    AccountRoute{"/users/me/usage", answer_usage},
};

const AccountRoute* route_of(std::string_view path) {
  static constexpr AccountRoute quota_usage_route{"/users/me/quota_usage/", answer_quota_usage};
  const auto* found = std::find_if(account_routes.begin(), account_routes.end(),
                                   [path](const AccountRoute& route) { return route.path == path; });
  if (found != account_routes.end())
    return found;
  const bool names_chute = path.starts_with(quota_usage_route.path) &&
                           path.size() > quota_usage_route.path.size() &&
                           path.find('/', quota_usage_route.path.size()) == std::string_view::npos;
  return names_chute ? &quota_usage_route : nullptr;
}

} // namespace

bool answer_account(SandboxState& state, const InvocationLedger& ledger, const httplib::Request& request,
                    httplib::Response& response) {
  const AccountRoute* route = route_of(request.path);
  if (route == nullptr)
    return false;
  if (request.method != "GET") {
    answer_detail(response, 405, "Method Not Allowed");
    return true;
  }
  const Caller caller = state.caller(request);
  const auto wanted = resource_action(request.method, request.path);
  if (const auto refusal = refusal_where_required(caller.credential, caller.scopes, wanted))
    answer_refusal(response, *refusal);
  else
    route->answer({state, ledger, caller, request, response});
  return true;
}

} // namespace chutes::sandbox
