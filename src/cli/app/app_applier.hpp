// Creating and changing apps to match a file, one after the other. The result of each step is kept, because
// a failure does not undo the steps before it.
#pragma once

#include "base/error.hpp"
#include "cli/app/app_manifest.hpp"
#include "cli/app/secrets/secret_places.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

struct AppliedStep {
  service::AppStep step;
  bool done = false;              // false without a failure: not tried
  std::optional<Error> failure{}; // set for a conflict, too
  std::string secret_place{};     // where a new app's secret is; empty: no secret was issued
};

// Performs the steps in order. Stops after a failure that the next step would meet as well (network,
// credential, keychain, a signal, …), continues after any other. A step whose name turns out to be taken is
// planned again: somebody may have created the app at the same time.
class AppApplier {
public:
  AppApplier(const AppAdminSession& admin, const SecretPlaces& secrets, Context& context)
      : m_admin(admin), m_secrets(secrets), m_context(context) {}

  [[nodiscard]] std::vector<AppliedStep> apply(std::vector<service::AppStep> steps);

private:
  void attempt(AppliedStep& applied);
  void perform(AppliedStep& applied);
  void create(AppliedStep& applied);
  void plan_again(AppliedStep& applied);
  void update(AppliedStep& applied);

  const AppAdminSession& m_admin;
  const SecretPlaces& m_secrets;
  Context& m_context;
};

[[nodiscard]] Json applied_json(const AppliedStep& applied);
[[nodiscard]] std::string applied_text(const AppliedStep& applied);

} // namespace chutes::cli
