// The pages that the browser shows at the end of a sign-in, without scripts or external assets, and the
// complete HTTP responses that carry them.
#pragma once

#include <string>
#include <utility>

namespace chutes::oauth {

// A page. Its texts are plain; they are escaped here.
class CallbackPage {
public:
  // For a reload while the sign-in is being completed.
  [[nodiscard]] static CallbackPage waiting();
  // `username` may be empty if the server has not named it.
  [[nodiscard]] static CallbackPage signed_in(const std::string& username, const std::string& profile);
  [[nodiscard]] static CallbackPage declined(const std::string& message, const std::string& hint);
  [[nodiscard]] static CallbackPage failed(const std::string& message, const std::string& hint);

  [[nodiscard]] const std::string& html() const { return m_html; }

private:
  explicit CallbackPage(std::string html) : m_html(std::move(html)) {}
  std::string m_html;
};

// Complete responses. Each closes the connection and forbids caching, scripts, frames and referrers.
[[nodiscard]] std::string page_response(const CallbackPage& page);
[[nodiscard]] std::string redirect_response(const std::string& location); // 303
// For unrelated requests: a neutral page with this status (no body for 204 and 405).
[[nodiscard]] std::string refusal_response(int status);

} // namespace chutes::oauth
