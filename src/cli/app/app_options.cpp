#include "cli/app/app_options.hpp"

#include "base/error.hpp"

namespace chutes::cli {

void declare_app(OptionDeclarer& declarer, AppOptions& options) {
  declarer.value(
      "--name", options.name, "NAME",
      "Name of the app: 3 to 64 letters, digits, spaces, '-', '_' and '.', unique across all accounts");
  declarer.list("--redirect-uri", options.redirect_uris, "URI",
                "Redirect URI, compared exactly (repeatable, at most 10)");
  declarer.value("--description", options.description, "TEXT",
                 "Description shown to people on the consent page");
  declarer.value("--homepage-url", options.homepage_url, "URL", "Home page of the app");
  declarer.value("--logo-url", options.logo_url, "URL", "Logo of the app");
  declarer.flag("--public", options.is_public, "List the app to everybody (the default for a new app)");
  declarer.flag("--private", options.is_private, "List the app only to you and the users it is shared with");
  declarer.whole("--refresh-token-days", options.refresh_token_days, "N",
                 "Days after which an unused sign-in expires, 1 to 30 (new app: 30)");
}

service::AppFields app_fields(const AppOptions& options) {
  if (options.is_public && options.is_private)
    throw Error{ErrorKind::usage, "--public and --private cannot be used together", "give only one of them"};
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
    throw Error{ErrorKind::usage, "invalid registration: " + service::violations_text(found),
                "fix the fields above; nothing was sent"};
  if (fields.redirect_uris)
    for (const auto& remark : service::redirect_uri_warnings(*fields.redirect_uris))
      context.notice("warning: the redirect URI " + remark);
}

} // namespace chutes::cli
