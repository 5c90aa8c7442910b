// Which scope opens which route, derived from method and path exactly as the service's middleware does it:
// the object type is the last path segment, whatever the route is about. The odd consequences are the point
// (`chutes:read` opens nothing).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::sandbox {

// What a request asks to do, in the service's words.
struct ResourceAction {
  std::string
      type; // "account", "billing", "chutes", or the last path segment; empty for a path that ends in '/'
  std::string id;     // "__list_or_invalid__" where the path names no object
  std::string action; // "read", "write", "delete" or "invoke"

  friend bool operator==(const ResourceAction&, const ResourceAction&) = default;
};

// `path` without query. Invocations by host name are `invocation_of` instead.
[[nodiscard]] ResourceAction resource_action(std::string_view method, std::string_view path);
// A call of the chute `id` by host name; shared hosts have the ids "__megallm__", "__megaembed__",
// "__megadiffuser__".
[[nodiscard]] ResourceAction invocation_of(std::string_view id);

// Whether a token with these scopes passes. `admin` passes everything; unknown scopes grant nothing.
[[nodiscard]] bool scopes_permit(const std::vector<std::string>& scopes, const ResourceAction& wanted);
// Whether an API key that is not an admin key passes: such keys hold rights on images, chutes and invocations
// only.
[[nodiscard]] bool key_scopes_permit(const std::vector<std::string>& scopes, const ResourceAction& wanted);

// What a request shows of its sender.
enum class Credential {
  none,
  dead_token,   // an access token that is unknown, expired or revoked
  bad_key,      // an API key or website token that is wrong; never taken as anonymous
  access_token, // a valid one
  admin_key,
  scoped_key, // a valid API key that is not an admin key
};

// An error answer: status and the text of `detail`.
struct Refusal {
  int status = 0;
  std::string detail;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

// A route that needs a user.
[[nodiscard]] std::optional<Refusal> refusal_where_required(Credential credential,
                                                            const std::vector<std::string>& scopes,
                                                            const ResourceAction& wanted);
// A route that strangers may use: a dead token counts as none, but a living one without the scope is refused.
[[nodiscard]] std::optional<Refusal> refusal_where_optional(Credential credential,
                                                            const std::vector<std::string>& scopes,
                                                            const ResourceAction& wanted);
// An invocation by host name: strangers and dead tokens get the same sentence.
[[nodiscard]] std::optional<Refusal> refusal_of_invocation(Credential credential,
                                                           const std::vector<std::string>& scopes,
                                                           std::string_view chute_id);

} // namespace chutes::sandbox
