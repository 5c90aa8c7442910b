// Decides which scope permits which route, from method and path exactly as the service's middleware does: the
// object type is the last path segment, whatever the route is. The quirks are intended (`chutes:read` permits
// nothing). The texts of refusals were recorded from the service's published server code on 2026-11-27.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::sandbox {

// The action that a request performs, in the service's terms.
struct ResourceAction {
  std::string
      type; // "account", "billing", "chutes", or the last path segment; empty for a path that ends in '/'
  std::string id;     // "__list_or_invalid__" where the path names no object
  std::string action; // "read", "write", "delete" or "invoke"

  friend bool operator==(const ResourceAction&, const ResourceAction&) = default;
};

// `path` excludes the query. For invocations by host name see `invocation_of`.
[[nodiscard]] ResourceAction resource_action(std::string_view method, std::string_view path);
// Returns the invocation of the chute `id` by host name; shared hosts have the ids "__megallm__",
// "__megaembed__",
// "__megadiffuser__".
[[nodiscard]] ResourceAction invocation_of(std::string_view id);

// Whether a token with these scopes may do this. `admin` permits everything; unknown scopes permit nothing.
[[nodiscard]] bool scopes_permit(const std::vector<std::string>& scopes, const ResourceAction& wanted);
// Whether an API key that is not an admin key may do this: such keys have rights on images, chutes and
// invocations only.
[[nodiscard]] bool key_scopes_permit(const std::vector<std::string>& scopes, const ResourceAction& wanted);

// The credential of a request.
enum class Credential {
  none,
  invalid_token,   // an access token that is unknown, expired or revoked
  bad_key,         // an unknown API key; like the next three, never treated as anonymous
  malformed,       // a word that has the form of no credential
  bad_session,     // `Bearer` and such a word: read as a session of the website
  expired_session, // of the website
  access_token,    // a valid access token
  admin_key,       // or a session of the website: may do everything that the account may
  scoped_key,      // a valid API key that is not an admin key
};

// An error response: status and the text of `detail`.
struct Refusal {
  int status = 0;
  std::string detail;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

// For a route that requires a user.
[[nodiscard]] std::optional<Refusal> refusal_where_required(Credential credential,
                                                            const std::vector<std::string>& scopes,
                                                            const ResourceAction& wanted);
// For a public route: an invalid token counts as none, but a valid one without the scope is refused.
[[nodiscard]] std::optional<Refusal> refusal_where_optional(Credential credential,
                                                            const std::vector<std::string>& scopes,
                                                            const ResourceAction& wanted);
// For a request that no route serves, and for an invocation: a missing and an invalid token get the same
// answer.
[[nodiscard]] std::optional<Refusal> refusal_where_unrouted(Credential credential,
                                                            const std::vector<std::string>& scopes,
                                                            const ResourceAction& wanted);
[[nodiscard]] std::optional<Refusal> refusal_of_invocation(Credential credential,
                                                           const std::vector<std::string>& scopes,
                                                           std::string_view chute_id);

} // namespace chutes::sandbox
