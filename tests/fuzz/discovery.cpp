// Fuzzes the discovery document: whatever a server says, no endpoint is taken that a secret must not go to.
#include "base/error.hpp"
#include "fuzz/fuzz.hpp"
#include "oauth/server_metadata.hpp"

using namespace chutes;
using namespace chutes::oauth;

namespace {

// Answers every request with one document.
class OneDocument final : public HttpClient {
public:
  explicit OneDocument(std::string_view body) : m_body(body) {}
  HttpResponse send(const HttpRequest&) override {
    HttpResponse response;
    response.status = 200;
    response.body = m_body;
    return response;
  }
  HttpResponse stream(const HttpRequest& request, const HeadSink&, const BodySink&) override {
    return send(request);
  }
  void prepare(const Url&) noexcept override {}

private:
  std::string m_body;
};

void check(const Url& endpoint) {
  fuzz::require(endpoint.scheme == "https");
  fuzz::require(endpoint.host == "example.org" || endpoint.host.ends_with(".example.org"));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  OneDocument http{fuzz::text_of(data, size)};
  try {
    const auto server = discover(*Url::parse("https://idp.example.org"), http);
    fuzz::require(server.issuer == "https://idp.example.org" && !server.is_chutes);
    check(server.authorization_endpoint);
    check(server.token_endpoint);
    for (const auto& endpoint :
         {server.userinfo_endpoint, server.revocation_endpoint, server.introspection_endpoint})
      if (endpoint)
        check(*endpoint);
  } catch (const Error& error) {
    fuzz::require(error.kind() == ErrorKind::service);
  }
  return 0;
}
