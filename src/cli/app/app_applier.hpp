// Making apps what a file says, one after the other: what each step came to is kept, because what was done
// before a failure stays done.
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
  bool done = false;              // false without a failure: it was not tried
  std::optional<Error> failure{}; // a conflict is one too
  std::string secret_place{};     // where a new app's secret is; empty: none was issued
};

// Takes the steps in their order. A failure that the next step would meet as well (network, credential,
// keychain, a signal, …) ends it; after any other the rest is done. A name that turns out to be taken is
// looked at again: somebody may have created the app at the same time.
class AppApplier {
public:
  AppApplier(const AppAdminSession& desk, const SecretPlaces& secrets, Context& context)
      : m_desk(desk), m_secrets(secrets), m_context(context) {}

  [[nodiscard]] std::vector<AppliedStep> apply(std::vector<service::AppStep> steps);

private:
  void take(AppliedStep& applied);
  void carry_out(AppliedStep& applied);
  void create(AppliedStep& applied);
  void look_again(AppliedStep& applied);
  void update(AppliedStep& applied);

  const AppAdminSession& m_desk;
  const SecretPlaces& m_secrets;
  Context& m_context;
};

[[nodiscard]] Json applied_json(const AppliedStep& applied);
[[nodiscard]] std::string applied_text(const AppliedStep& applied);

} // namespace chutes::cli
