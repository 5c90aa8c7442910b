#include "session/credentials.hpp"

#include "session/stored_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace chutes::session {
namespace {

RecordKind kind_for(const std::string& profile) {
  return {"stored session of profile '" + profile + "'",
          "remove it with 'chutes-login logout --profile " + profile + "' and sign in again"};
}

std::optional<Instant> expiry(const oauth::TokenResponse& response, Instant now) {
  if (!response.expires_in)
    return std::nullopt;
  return now + *response.expires_in;
}

std::optional<std::chrono::seconds> skew(const oauth::TokenResponse& response, Instant now) {
  if (!response.date)
    return std::nullopt;
  return *response.date - now;
}

Json epoch(Instant instant) {
  return instant.time_since_epoch().count();
}

std::optional<Instant> instant_field(const Json& document, std::string_view name) {
  const auto seconds = integer_field(document, name);
  if (!seconds)
    return std::nullopt;
  return Instant{std::chrono::seconds{*seconds}};
}

constexpr std::array reasons{
    std::pair{Refusal::Reason::refused, "refused"},
    std::pair{Refusal::Reason::answer_lost, "answer_lost"},
    std::pair{Refusal::Reason::process_ended, "process_ended"},
    std::pair{Refusal::Reason::other_account, "other_account"},
};

const char* name_of(Refusal::Reason reason) {
  return std::find_if(reasons.begin(), reasons.end(), [&](const auto& row) { return row.first == reason; })
      ->second;
}

std::optional<Refusal> refusal_field(const Json& document) {
  const auto* refusal = find_field(document, "refused");
  if (refusal == nullptr)
    return std::nullopt;
  const auto word = string_field(*refusal, "reason").value_or("");
  Refusal found{Refusal::Reason::refused, instant_field(*refusal, "at").value_or(Instant{})};
  for (const auto& [reason, name] : reasons)
    if (word == name)
      found.reason = reason;
  return found;
}

} // namespace

Credentials Credentials::issued(const oauth::TokenResponse& response, const oauth::Scope& requested,
                                Instant now) {
  Credentials credentials;
  credentials.access_token = response.access_token;
  credentials.refresh_token = response.refresh_token;
  credentials.scope = response.scope.value_or(requested);
  credentials.issued_at = now;
  credentials.expires_at = expiry(response, now);
  credentials.clock_skew = skew(response, now);
  return credentials;
}

Credentials Credentials::renewed(const oauth::TokenResponse& response, Instant now) const {
  Credentials next = *this;
  next.access_token = response.access_token;
  if (response.refresh_token)
    next.refresh_token = response.refresh_token;
  next.scope = response.scope.value_or(scope);
  next.issued_at = now;
  next.expires_at = expiry(response, now);
  next.clock_skew = skew(response, now);
  next.refreshing_since.reset();
  next.refreshing_under.clear();
  next.refused.reset();
  ++next.generation;
  return next;
}

std::optional<std::chrono::seconds> Credentials::lifetime() const {
  if (!expires_at)
    return std::nullopt;
  return *expires_at - issued_at;
}

bool Credentials::fresh(Instant now, std::chrono::seconds min_valid) const {
  constexpr std::chrono::seconds tolerated{60}; // clocks are adjusted by small steps all the time
  if (!expires_at)
    return true;
  return now + tolerated >= issued_at && *expires_at - now >= min_valid;
}

Secret encode(const Credentials& credentials) {
  Json document{{"version", 1},
                {"issuer", credentials.issuer},
                {"client_id", credentials.client_id},
                {"access_token", credentials.access_token.reveal()},
                {"scope", oauth::scope_text(credentials.scope)},
                {"issued_at", epoch(credentials.issued_at)},
                {"sub", credentials.sub},
                {"username", credentials.username},
                {"generation", credentials.generation}};
  if (credentials.refresh_token)
    document["refresh_token"] = credentials.refresh_token->reveal();
  if (credentials.expires_at)
    document["expires_at"] = epoch(*credentials.expires_at);
  if (credentials.clock_skew)
    document["clock_skew"] = credentials.clock_skew->count();
  if (credentials.refreshing_since)
    document["refreshing"] = epoch(*credentials.refreshing_since);
  if (!credentials.refreshing_under.empty())
    document["refreshing_under"] = credentials.refreshing_under;
  if (credentials.refused)
    document["refused"] = {{"reason", name_of(credentials.refused->reason)},
                           {"at", epoch(credentials.refused->at)}};
  return Secret{json_line(document)};
}

Credentials decode_credentials(const Secret& text, const std::string& profile) {
  const auto kind = kind_for(profile);
  const Json document = read_stored(text, kind);
  Credentials credentials;
  credentials.issuer = stored_text(document, "issuer", kind);
  credentials.client_id = stored_text(document, "client_id", kind);
  credentials.access_token = Secret{stored_text(document, "access_token", kind)};
  if (auto refresh_token = string_field(document, "refresh_token"))
    credentials.refresh_token = Secret{std::move(*refresh_token)};
  credentials.scope = oauth::parse_scope(string_field(document, "scope").value_or(""));
  credentials.issued_at = instant_field(document, "issued_at").value_or(Instant{});
  credentials.expires_at = instant_field(document, "expires_at");
  if (const auto skew = integer_field(document, "clock_skew"))
    credentials.clock_skew = std::chrono::seconds{*skew};
  credentials.refreshing_since = instant_field(document, "refreshing");
  credentials.refreshing_under = string_field(document, "refreshing_under").value_or("");
  credentials.refused = refusal_field(document);
  credentials.sub = string_field(document, "sub").value_or("");
  credentials.username = string_field(document, "username").value_or("");
  credentials.generation = static_cast<std::uint64_t>(integer_field(document, "generation").value_or(1));
  return credentials;
}

} // namespace chutes::session
