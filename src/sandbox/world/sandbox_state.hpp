// The interface through which the account, catalogue and invocation routes use the rest of the sandbox: the
// sender of a request, the time, new ids.
#pragma once

#include "sandbox/world/account.hpp"
#include "sandbox/world/scope_rules.hpp"

#include <memory>
#include <string>
#include <vector>

namespace httplib {
struct Request;
struct Response;
} // namespace httplib

namespace chutes::sandbox {

// The sender of a request. `holder` is empty unless the credential is valid.
struct Caller {
  Credential credential = Credential::none;
  std::vector<std::string> scopes;
  AccountHolder holder;
  std::shared_ptr<const Json> settings; // of the holder, see account.hpp; null: none

  [[nodiscard]] bool known() const {
    return credential == Credential::access_token || credential == Credential::admin_key ||
           credential == Credential::scoped_key;
  }
};

class SandboxState {
public:
  virtual ~SandboxState() = default;
  virtual Caller caller(const httplib::Request& request) = 0;
  virtual Instant now() = 0;
  virtual std::string new_uuid() = 0;
};

// Returns the settings of a caller, or an empty object.
[[nodiscard]] const Json& settings_of(const Caller& caller);

} // namespace chutes::sandbox
