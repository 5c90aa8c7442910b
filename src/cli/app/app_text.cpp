#include "cli/app/app_text.hpp"

#include "base/ascii.hpp"
#include "base/terminal_text.hpp"
#include "base/time_text.hpp"
#include "oauth/scope.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr std::size_t longest_shown = 300;
constexpr std::size_t label_width = 15;

class Facts {
public:
  void add(const std::string& label, const std::string& value) {
    if (!value.empty())
      text += "  " + pad_right(label, label_width) + one_line(value, longest_shown) + "\n";
  }
  std::string text;
};

std::string visibility(const std::optional<bool>& is_public) {
  if (!is_public)
    return "";
  return *is_public ? "everybody (public)" : "you and the users it is shared with (private)";
}

std::string days_text(const std::optional<long>& days) {
  if (!days)
    return "";
  return std::to_string(*days) + (*days == 1 ? " day" : " days") + " after its last use";
}

std::string moment(const service::App& app, const char* field) {
  const auto written = app.document ? string_field(*app.document, field) : std::nullopt;
  return written ? time_text(*written) : "";
}

} // namespace

std::string time_text(const std::string& written) {
  const auto instant = parse_time(written);
  if (!instant)
    return "?";
  auto text = rfc3339(*instant);
  text.replace(text.find('T'), 1, " ");
  return text.substr(0, text.rfind(':')) + " UTC";
}

std::string app_facts(const service::App& app, const std::optional<std::vector<std::string>>& scopes) {
  Facts facts;
  facts.add("app id", app.app_id);
  facts.add("client id", app.client_id);
  facts.add("description", app.description.value_or(""));
  for (std::size_t i = 0; i < app.redirect_uris.size(); ++i)
    facts.add(i == 0 ? "redirect URIs" : "", app.redirect_uris[i]);
  facts.add("homepage", app.homepage_url.value_or(""));
  facts.add("logo", app.logo_url.value_or(""));
  if (scopes)
    facts.add("scopes", scopes->empty() ? "none" : oauth::scope_text(*scopes));
  facts.add("seen by", visibility(app.is_public));
  facts.add("sessions end", days_text(app.refresh_token_lifetime_days));
  if (!app.active.value_or(true))
    facts.add("state", "inactive: no one can sign in with it");
  facts.add("created", moment(app, "created_at"));
  if (moment(app, "updated_at") != moment(app, "created_at")) // which the service sets both at first
    facts.add("changed", moment(app, "updated_at"));
  return facts.text;
}

std::string app_name(const service::App& app) {
  return quote(one_line(app.name, longest_shown), '\'');
}

std::string app_title(const service::App& app) {
  return app_name(app) + " (" + one_line(app.client_id, longest_shown) + ")";
}

} // namespace chutes::cli
