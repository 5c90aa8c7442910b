#include "session/client_for_session.hpp"

namespace chutes::session {

ClientRegistration client_for_session(const Credentials& credentials, const Vault& vault,
                                      const Environment& environment) {
  const auto from_environment = registration_from(environment);
  if (from_environment && from_environment->client_id == credentials.client_id &&
      from_environment->client_secret)
    return *from_environment;
  const auto stored = vault.find_registration();
  if (stored && stored->client_id == credentials.client_id)
    return *stored;
  return {credentials.client_id, std::nullopt, {}};
}

} // namespace chutes::session
