// `scopes`: what sessions and apps can ask for. Asked without any credential.
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

A scope that needs registration is granted only to an app that was created with it, and only
accounts with the role unlimited_dev can create such apps. The others are granted to every app.
Scopes for one chute (chutes:ID:invoke) are named in places and never granted.
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
  return command("scopes", "Using the session", "List the scopes there are and what they mean", footer,
                 declare, run);
}

} // namespace chutes::cli
