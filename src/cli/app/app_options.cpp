#include "cli/app/app_options.hpp"

#include "base/error.hpp"

namespace chutes::cli {

void declare_app(OptionDeclarer& declarer, AppOptions& options) {
  declarer.value(
      "--name", options.name, "NAME",
      "What the app is called: 3 to 64 letters, digits, spaces, '-', '_' and '.', unique across all "
      "accounts");
  declarer.list("--redirect-uri", options.redirect_uris, "URI",
                "Where a sign-in may lead back to, compared letter by letter (repeatable, at most 10)");
  declarer.value("--description", options.description, "TEXT",
                 "What people read when they are asked to agree");
  declarer.value("--homepage-url", options.homepage_url, "URL", "Its home page");
  declarer.value("--logo-url", options.logo_url, "URL", "Its logo");
  declarer.flag("--public", options.is_public,
                "List it for everybody (what the service does with a new app)");
  declarer.flag("--private", options.is_private, "List it for you and those it is shared with only");
  declarer.whole("--refresh-token-days", options.refresh_token_days, "N",
                 "For how many days without use a sign-in lasts, 1 to 30 (a new app: 30)");
}

service::AppFields app_fields(const AppOptions& options) {
  if (options.is_public && options.is_private)
    throw Error{ErrorKind::usage, "--public and --private exclude each other", "give one"};
  service::AppFields fields{.name = options.name,
                            .description = options.description,
                            .homepage_url = options.homepage_url,
                            .logo_url = options.logo_url,
                            .refresh_token_lifetime_days = options.refresh_token_days};
  if (!options.redirect_uris.empty())
    fields.redirect_uris = options.redirect_uris;
  if (options.is_public || options.is_private)
    fields.is_public = options.is_public;
  return fields;
}

void require_valid(const service::AppFields& fields, service::AppFieldsFor purpose, Context& context) {
  const auto found = service::violations(fields, purpose);
  if (!found.empty())
    throw Error{ErrorKind::usage, "the service would refuse this: " + service::violations_text(found),
                "put that right; nothing has been sent"};
  if (fields.redirect_uris)
    for (const auto& remark : service::redirect_uri_warnings(*fields.redirect_uris))
      context.notice("warning: the redirect URI " + remark);
}

} // namespace chutes::cli
