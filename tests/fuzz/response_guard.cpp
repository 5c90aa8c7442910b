// Fuzzes the guard between the connection and the HTTP library: the verdict does not depend on how the bytes
// are cut, and accepted output is accepted again unchanged. The first line of an input cuts the rest; with an
// 'H' in it the request was a HEAD.
#include "linux/http/response_guard.hpp"

#include "base/error.hpp"
#include "base/header_fields.hpp"
#include "fuzz/fuzz.hpp"

#include <array>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

struct Verdict {
  std::string refusal; // empty: none
  std::string passed;
  bool complete = false;
  bool reusable = false;
  bool has_head = false;
  int status = 0;
  HttpHeaders headers;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

void drain(ResponseGuard& guard, std::string& into) {
  std::array<char, 7> piece{};
  while (const auto count = guard.take(piece))
    into.append(piece.data(), count);
}

Verdict judged(std::string_view wire, std::string_view cuts, const char* method) {
  ResponseGuard guard{method, "api.test"};
  Verdict verdict;
  try {
    fuzz::in_pieces(wire, cuts, [&](std::string_view piece) {
      guard.feed(piece);
      drain(guard, verdict.passed);
    });
    verdict.reusable = guard.reusable();
    guard.finish();
  } catch (const Error& error) {
    fuzz::require(error.kind() == ErrorKind::service || error.kind() == ErrorKind::network);
    verdict.refusal = error.what();
    fuzz::require_line(verdict.refusal, 120);
  }
  drain(guard, verdict.passed);
  verdict.complete = guard.complete();
  verdict.has_head = guard.has_head();
  verdict.status = guard.head().status;
  verdict.headers = guard.head().headers;
  return verdict;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto wire = fuzz::text_of(data, size);
  const auto cuts = fuzz::take_line(wire);
  const char* method = cuts.find('H') != std::string_view::npos ? "HEAD" : "GET";
  const auto verdict = judged(wire, {}, method);
  fuzz::require(verdict.complete == verdict.refusal.empty());
  fuzz::require(judged(wire, "a", method) == verdict);
  fuzz::require(judged(wire, cuts, method) == verdict);
  if (!verdict.complete)
    return 0;
  fuzz::require(verdict.status >= 200 && verdict.status < 600);
  for (const auto& [name, value] : verdict.headers)
    fuzz::require(is_token(name) && is_field_value(value));
  const auto again = judged(verdict.passed, {}, method);
  fuzz::require(again.complete && again.passed == verdict.passed && again.status == verdict.status);
  return 0;
}
