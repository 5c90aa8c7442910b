#include "oauth/form_request.hpp"

#include "base/secret.hpp"

namespace chutes::oauth {
namespace {

// Wipes a text at the end of a scope.
class WipedAtEnd {
public:
  explicit WipedAtEnd(std::string& text) : m_text(text) {}
  ~WipedAtEnd() { wipe(m_text); }
  WipedAtEnd(const WipedAtEnd&) = delete;
  WipedAtEnd& operator=(const WipedAtEnd&) = delete;

private:
  std::string& m_text;
};

} // namespace

HttpResponse send_form(const Url& url, FormFields fields, HttpClient& http, const ClientCredentials* client,
                       std::chrono::milliseconds least_idle_limit) {
  constexpr std::size_t max_response = 1U << 20U;
  HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body_limit = max_response;
  request.least_idle_limit = least_idle_limit;
  request.whole_limit = request_limit;
  request.answer_has_secrets = true;
  if (client != nullptr)
    add_client(*client, fields, request.headers);
  const WipedAtEnd last_header{request.headers.back().second}; // may hold the client's credentials
  const WipedAtEnd body{request.body};
  request.body = encode_form(fields);
  for (auto& field : fields)
    wipe(field.second);
  return http.send(request);
}

} // namespace chutes::oauth
