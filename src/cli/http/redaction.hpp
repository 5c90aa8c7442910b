// What may be shown of a request and its answer (-vv): everything but the secrets, which are recognised by
// the place they stand in and, once seen there, by their value wherever else they turn up.
#pragma once

#include "platform/http_client.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chutes::cli {

class Redactor {
public:
  // Looks for secrets in their places: the Authorization header and its like, form fields, query parameters
  // and JSON members that hold credentials. Call it with all of a message before any of it is shown.
  void learn(const HttpRequest& request);
  void learn(const HttpResponse& response);
  void learn_body(std::string_view body);

  // One line "Name: value".
  [[nodiscard]] std::string header(const std::string& name, const std::string& value) const;
  // Any text (a URL, a body, a line of one) without what was learnt, however it is written
  // (cli/secret_encodings), and without what looks like a credential of the service or a JSON Web Token.
  // Fields of forms and JSON are taken out by their names even if nothing was learnt.
  [[nodiscard]] std::string text(std::string_view text) const;

private:
  void learn_value(const std::string& value);
  void learn_form(std::string_view form);
  void learn_cookies(std::string_view pairs);

  std::vector<std::string> m_values; // in every form they could be shown in, the longest first
};

inline constexpr const char* redacted = "[redacted]";

} // namespace chutes::cli
