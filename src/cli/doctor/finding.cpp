#include "cli/doctor/finding.hpp"

namespace chutes::cli::doctor {

Finding ok(std::string check, std::string detail) {
  return {std::move(check), Verdict::ok, std::move(detail), {}};
}

Finding warning(std::string check, std::string detail, std::string hint) {
  return {std::move(check), Verdict::warning, std::move(detail), std::move(hint)};
}

Finding failed(std::string check, std::string detail, std::string hint, ErrorKind kind) {
  return {std::move(check), Verdict::failed, std::move(detail), std::move(hint), kind};
}

Finding skipped(std::string check, std::string detail) {
  return {std::move(check), Verdict::skipped, std::move(detail), {}};
}

Finding failed(std::string check, const Error& error) {
  if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
    throw error;
  return failed(std::move(check), error.what(), error.hint(), error.kind());
}

} // namespace chutes::cli::doctor
