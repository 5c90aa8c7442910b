// `scopes`: the scopes that sessions and apps can request. Sends no credential.
#include "service/apps/scopes.hpp"

#include "cli/command/command.hpp"
#include "cli/output/table.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct ScopesOptions {};

constexpr const char* footer = R"(Examples:
  chutes-login scopes
  chutes-login scopes --json | jq -r '.[] | select(.needs_registration | not).scope'

The service grants a scope that needs registration only to apps created with it, and only accounts
with the role unlimited_dev can create such apps. It grants the other scopes to every app. It never
grants scopes for a single chute (chutes:ID:invoke), although they are mentioned in places.
In a pipe the columns are scope, "registration" or nothing, and meaning, separated by tabs.
)";

void declare(OptionDeclarer& /*declarer*/, ScopesOptions& /*options*/) {}

void run(const ScopesOptions& /*options*/, Context& context) {
  Json json = Json::array();
  std::vector<Row> rows;
  for (const auto& scope : service::list_scopes(context.endpoints, context.platform.http)) {
    json.push_back({{"scope", scope.name},
                    {"description", scope.meaning},
                    {"needs_registration", scope.needs_registration}});
    rows.push_back({scope.name, scope.needs_registration ? "registration" : "", scope.meaning});
  }
  context.result(
      json, table_text({{"SCOPE"}, {"NEEDS"}, {"MEANING"}}, rows, table_columns(context.platform.terminal)));
}

} // namespace

Command scopes_command() {
  return command("scopes", "Using the session", "List the available scopes and what they mean", footer,
                 declare, run);
}

} // namespace chutes::cli
