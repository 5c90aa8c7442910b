// Fuzzes the ID token: only a token that the key has signed is accepted, and every refusal can be displayed.
#include "oauth/id_token/id_token.hpp"

#include "base/error.hpp"
#include "fuzz/fuzz.hpp"

using namespace chutes;
using namespace chutes::oauth;

namespace {

// RFC 8037, appendix A.2, whose private key is public: it signs the seeds.
constexpr const char* key_set =
    R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

class OneKeySet final : public HttpClient {
public:
  HttpResponse send(const HttpRequest&) override {
    HttpResponse response;
    response.status = 200;
    response.body = key_set;
    return response;
  }
  HttpResponse stream(const HttpRequest& request, const HeadSink&, const BodySink&) override {
    return send(request);
  }
  void prepare(const Url&) noexcept override {}
};

void require_presentable(const Error& error) {
  fuzz::require(error.kind() == ErrorKind::not_authorized);
  fuzz::require_line(error.what(), 400);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static OneKeySet http;
  static SigningKeys keys{*Url::parse("https://idp.example.org/jwks"), http};
  const Secret token{std::string{fuzz::text_of(data, size)}};
  try {
    const auto who = verify_id_token(token,
                                     {"https://idp.example.org", "my-cli", "our-nonce",
                                      Secret{"the-access-token"}, Instant{std::chrono::seconds{1800000000}}},
                                     keys);
    fuzz::require(who.sub == "u-1"); // the subject of the only signed seed
  } catch (const Error& error) {
    require_presentable(error);
  }
  try {
    require_same_subject(token, "https://idp.example.org", "my-cli", "u-1");
  } catch (const Error& error) {
    require_presentable(error);
  }
  return 0;
}
