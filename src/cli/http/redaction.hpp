// Removes the secrets from requests and responses before they are logged (-vv). Recognises secrets by where
// they are (headers, fields) and, once seen there, by their value anywhere else.
#pragma once

#include "platform/http_client.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chutes::cli {

class Redactor {
public:
  // Learns the secrets in Authorization and similar headers, and in form fields, query parameters and JSON
  // members that hold credentials. Call it with a whole message before logging any part of it.
  void learn(const HttpRequest& request);
  void learn(const HttpResponse& response);
  void learn_body(std::string_view body);

  // Returns one line "Name: value".
  [[nodiscard]] std::string header(const std::string& name, const std::string& value) const;
  // Returns a text (a URL, a body, a line of one) without the learnt secrets in any encoding
  // (cli/http/secret_encodings), without values of secret fields in forms, JSON and XML, even cut or broken,
  // and without anything that looks like a credential of the service or a JSON Web Token.
  [[nodiscard]] std::string text(std::string_view text) const;

private:
  void learn_value(const std::string& value);
  void learn_form(std::string_view form);
  void learn_cookies(std::string_view pairs);
  void learn_headers(const HttpHeaders& headers);

  std::vector<std::string> m_values; // in every encoding, the longest first
};

inline constexpr const char* redacted = "[redacted]";

} // namespace chutes::cli
