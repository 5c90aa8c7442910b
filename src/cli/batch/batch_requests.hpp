// Turns the lines of a batch into requests, to models or to one cord of a chute.
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
  // Looks up the chute if one is named. Throws as find_target does.
  BatchRequests(const InvokeOptions& options, SteadyInstant deadline, Context& context);

  [[nodiscard]] const service::BatchDefaults& defaults() const { return m_defaults; }
  [[nodiscard]] bool for_models() const { return !m_target; } // whose tokens have list prices
  [[nodiscard]] const Url& host() const;

  // Throws Error{usage} with the reason if a line cannot be sent: it is malformed, its URL may not receive
  // the token, or its body does not match the cord's schema.
  void check(const service::BatchLine& line) const;
  [[nodiscard]] HttpRequest request(const service::BatchLine& line, const Secret& token) const;
  // Returns the kind of answer to expect.
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
