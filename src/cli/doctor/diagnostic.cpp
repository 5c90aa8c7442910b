#include "cli/doctor/diagnostic.hpp"

namespace chutes::cli::doctor {

Diagnostic ok(std::string check, std::string detail) {
  return {std::move(check), Verdict::ok, std::move(detail), {}};
}

Diagnostic warning(std::string check, std::string detail, std::string hint) {
  return {std::move(check), Verdict::warning, std::move(detail), std::move(hint)};
}

Diagnostic failed(std::string check, std::string detail, std::string hint, ErrorKind kind) {
  return {std::move(check), Verdict::failed, std::move(detail), std::move(hint), kind};
}

Diagnostic skipped(std::string check, std::string detail) {
  return {std::move(check), Verdict::skipped, std::move(detail), {}};
}

Diagnostic failed(std::string check, const Error& error) {
  if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated)
    throw error;
  return failed(std::move(check), error.what(), error.hint(), error.kind());
}

} // namespace chutes::cli::doctor
