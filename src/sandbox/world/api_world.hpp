// What the account, catalogue and invocation routes need from the rest of the sandbox: who is asking, and
// what time it is.
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
  std::shared_ptr<const Json> settings; // of the holder, see account.hpp; null: none are set

  [[nodiscard]] bool known() const {
    return credential == Credential::access_token || credential == Credential::admin_key ||
           credential == Credential::scoped_key;
  }
};

class ApiWorld {
public:
  virtual ~ApiWorld() = default;
  virtual Caller caller(const httplib::Request& request) = 0;
  virtual Instant now() = 0;
  virtual std::string new_uuid() = 0;
};

// The settings of a caller, an empty object if there are none.
[[nodiscard]] const Json& settings_of(const Caller& caller);

} // namespace chutes::sandbox
