#include "oauth/server_metadata.hpp"

namespace chutes::oauth {

ServerMetadata chutes_server(const Url& idp_base) {
  ServerMetadata server;
  server.issuer = idp_base.host == chutes_discovery_host ? chutes_issuer : idp_base.text();
  server.authorization_endpoint = idp_base.with_path_added("/idp/authorize");
  server.token_endpoint = idp_base.with_path_added("/idp/token");
  server.userinfo_endpoint = idp_base.with_path_added("/idp/userinfo");
  server.revocation_endpoint = idp_base.with_path_added("/idp/token/revoke");
  server.introspection_endpoint = idp_base.with_path_added("/idp/token/introspect");
  server.is_chutes = true;
  return server;
}

} // namespace chutes::oauth
