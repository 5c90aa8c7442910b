#pragma once

#include "fakes/world.hpp"
#include "session/client_registration.hpp"
#include "session/credentials.hpp"

namespace chutes::flows {

inline const KeychainKey session_key{"default", "https://api.chutes.ai", "session"};
inline const KeychainKey client_key{"default", "https://api.chutes.ai", "client"};

// A session as `login` leaves it, good for an hour from the fake clock's now.
inline session::Credentials example_session(const fakes::World& world) {
  session::Credentials credentials;
  credentials.issuer = "https://api.chutes.ai";
  credentials.client_id = "cid_example";
  credentials.access_token = Secret{"cak_first"};
  credentials.refresh_token = Secret{"crt_first"};
  credentials.scope = {"openid", "profile", "chutes:invoke"};
  credentials.issued_at = world.clock.now();
  credentials.expires_at = world.clock.now() + std::chrono::hours{1};
  credentials.sub = "11111111-2222-3333-4444-555555555555";
  credentials.username = "ada";
  return credentials;
}

inline void sign_in_beforehand(fakes::World& world) {
  world.keychain.items[session_key] = session::encode(example_session(world));
  world.keychain.items[client_key] = session::encode(
      session::ClientRegistration{"cid_example", Secret{"csc_secret"}, session::default_redirect_uris()});
}

// A session that holds these scopes only.
inline void sign_in_beforehand(fakes::World& world, std::vector<std::string> scope) {
  sign_in_beforehand(world);
  auto credentials = example_session(world);
  credentials.scope = std::move(scope);
  world.keychain.items[session_key] = session::encode(credentials);
}

inline session::Credentials kept_session(const fakes::World& world) {
  return session::decode_credentials(world.keychain.items.at(session_key));
}

} // namespace chutes::flows
