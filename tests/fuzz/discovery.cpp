// Fuzzes the discovery document: no endpoint is accepted to which a secret must not be sent.
#include "oauth/discovery.hpp"

#include "base/error.hpp"
#include "fuzz/fuzz.hpp"

using namespace chutes;
using namespace chutes::oauth;

namespace {

void check(const Url& endpoint) {
  fuzz::require(endpoint.scheme == "https");
  fuzz::require(endpoint.host == "example.org" || endpoint.host.ends_with(".example.org"));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto server =
        read_discovery(std::string{fuzz::text_of(data, size)}, *Url::parse("https://idp.example.org"));
    fuzz::require(server.issuer == "https://idp.example.org" && !server.is_chutes);
    check(server.authorization_endpoint);
    check(server.token_endpoint);
    for (const auto& endpoint : {server.userinfo_endpoint, server.revocation_endpoint,
                                 server.introspection_endpoint, server.jwks_uri})
      if (endpoint)
        check(*endpoint);
  } catch (const Error& error) {
    fuzz::require(error.kind() == ErrorKind::service);
  }
  return 0;
}
