// What the lines of a batch are sent as: to a model's host, or to one cord of a chute.
#pragma once

#include "cli/command/context.hpp"
#include "cli/invoke/chute_target.hpp"
#include "cli/invoke/invoke_options.hpp"
#include "service/batch/batch_line.hpp"
#include "service/batch/batch_result.hpp"

#include <optional>

namespace chutes::cli {

class BatchRequests {
public:
  // Looks the chute up, where one is named. Throws as find_target.
  BatchRequests(const InvokeOptions& options, SteadyInstant deadline, Context& context);

  [[nodiscard]] const service::BatchDefaults& defaults() const { return m_defaults; }
  [[nodiscard]] bool for_models() const { return !m_target; } // whose tokens have a price
  [[nodiscard]] const Url& host() const;

  // Throws Error{usage} with the reason why a line cannot be sent: its own fault, a target that may not get a
  // token, a body the service would refuse.
  void check(const service::BatchLine& line) const;
  [[nodiscard]] HttpRequest request(const service::BatchLine& line, const Secret& token) const;
  // What kind of answer the line wants.
  [[nodiscard]] service::BatchQuestion question_of(const service::BatchLine& line) const;

private:
  [[nodiscard]] Url url_of(const service::BatchLine& line) const;
  [[nodiscard]] std::string method_of(const service::BatchLine& line) const;

  const InvokeOptions& m_options;
  SteadyInstant m_deadline;
  const service::Endpoints& m_endpoints;
  std::optional<ChuteTarget> m_target; // absent: models
  service::BatchDefaults m_defaults;
};

} // namespace chutes::cli
