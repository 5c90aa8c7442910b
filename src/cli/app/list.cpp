// `app list`: lists the user's apps, over all pages of the service's answer.
#include "base/ascii.hpp"
#include "base/error.hpp"
#include "cli/app/app_admin_session.hpp"
#include "cli/cache/name_cache.hpp"
#include "cli/command/command.hpp"
#include "cli/output/table.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

struct ListOptions {
  std::optional<std::string> search;
  bool all = false;
  std::optional<long> limit;
  AdminKeyOptions key;
};

constexpr const char* footer = R"(Examples:
  chutes-login app list
  chutes-login app list --search shop --json | jq -r '.[].client_id'

In a pipe, the columns are name, client id, app id, public or private, and redirect URIs, separated
by tabs. The service does not list inactive apps.
)";

void declare(OptionDeclarer& declarer, ListOptions& options) {
  declarer.value("--search", options.search, "TEXT", "List only apps with TEXT in their name or description");
  declarer.flag("--all", options.all, "Also list public apps of other accounts and apps shared with you");
  declarer.whole("--limit", options.limit, "N", "List at most N apps (default: all)");
  declare_admin_key(declarer, options.key);
}

service::AppFilter filter_of(const ListOptions& options) {
  if (options.limit && *options.limit < 1)
    throw Error{ErrorKind::usage, "--limit must be at least 1", "omit --limit to list all apps"};
  service::AppFilter filter{
      .search = options.search.value_or(""), .include_public = options.all, .include_shared = options.all};
  if (options.limit)
    filter.most = static_cast<std::size_t>(*options.limit);
  return filter;
}

void run(const ListOptions& options, Context& context) {
  const auto filter = filter_of(options);
  const AppAdminSession admin{options.key, context};
  const auto apps = admin.apps.list(filter);
  Json json = Json::array();
  std::vector<Row> rows;
  std::vector<std::string> names;
  for (const auto& app : apps) {
    json.push_back(*app.document);
    names.push_back(app.name);
    rows.push_back({app.name, app.client_id, app.app_id, app.is_public.value_or(true) ? "public" : "private",
                    join(app.redirect_uris, " ")});
  }
  if (!options.all && !options.search && !options.limit)
    cache_names("apps", names, context.endpoints.llm, context.platform);
  context.result(json, rows.empty()
                           ? ""
                           : table_text({{"NAME"}, {"CLIENT ID"}, {"APP ID"}, {"SEEN BY"}, {"REDIRECT URIS"}},
                                        rows, table_columns(context.platform.terminal)));
  if (apps.empty())
    context.notice(options.search
                       ? "No app matches."
                       : "You have no active app. Run '" + context.program + " app create' to register one.");
}

} // namespace

Command app_command() {
  return heading("app", "Registering apps", "Register applications that sign people in, and manage them");
}

Command app_list_command() {
  return command("app list", "Registering apps", "List your apps", footer, declare, run);
}

} // namespace chutes::cli
