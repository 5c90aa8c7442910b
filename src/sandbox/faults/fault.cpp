#include "sandbox/faults/fault.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace chutes::sandbox {
namespace {

[[noreturn]] void refuse(std::string_view what, std::string_view text) {
  throw Error{ErrorKind::usage, std::string{what} + " in the fault " + quote(text),
              "write a fault as PATH[@N]:ACTION[=VALUE], for example /idp/token@1:status=503"};
}

template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

// The value of a rule, parsed as its action requires.
class RuleValue {
public:
  explicit RuleValue(const FaultRule& rule) : m_rule(rule) {}

  [[nodiscard]] std::uint64_t count(std::optional<std::uint64_t> otherwise = std::nullopt) const {
    if (m_rule.value.empty() && otherwise)
      return *otherwise;
    const auto number = whole_number<std::uint64_t>(m_rule.value);
    if (!number)
      refuse("missing whole number after " + m_rule.action + "=", m_rule.path);
    return *number;
  }
  [[nodiscard]] std::int64_t seconds() const {
    const auto number = whole_number<std::int64_t>(m_rule.value);
    if (!number)
      refuse("missing number of seconds after " + m_rule.action + "=", m_rule.path);
    return *number;
  }
  [[nodiscard]] std::chrono::milliseconds milliseconds() const {
    constexpr std::uint64_t day = 86'400'000;
    return std::chrono::milliseconds{std::min(count(), day)};
  }
  [[nodiscard]] int status(std::optional<int> otherwise = std::nullopt) const {
    if (m_rule.value.empty() && otherwise)
      return *otherwise;
    const auto number = whole_number<int>(m_rule.value);
    if (!number || *number < 200 || *number > 599)
      refuse("missing status from 200 to 599 after " + m_rule.action + "=", m_rule.path);
    return *number;
  }
  [[nodiscard]] bool none() const {
    if (!m_rule.value.empty())
      refuse(m_rule.action + " takes no value", m_rule.path);
    return true;
  }

private:
  const FaultRule& m_rule;
};

// An action: its name, its help text, and its effect on a fault.
struct Action {
  std::string_view name;
  std::string_view value;
  std::string_view meaning;
  void (*apply)(const FaultRule& rule, Fault& fault);
};

constexpr std::array actions{
    Action{"delay", "MS", "delay the response by MS milliseconds",
           [](const FaultRule& rule, Fault& fault) { fault.delay = RuleValue{rule}.milliseconds(); }},
    Action{"status", "NNN", "refuse with this status and the service's error body",
           [](const FaultRule& rule, Fault& fault) { fault.status = RuleValue{rule}.status(); }},
    Action{"retry-after", "S", "add the header Retry-After: S",
           [](const FaultRule& rule, Fault& fault) { fault.retry_after = RuleValue{rule}.seconds(); }},
    Action{"html", "NNN", "refuse with this status and an HTML page",
           [](const FaultRule& rule, Fault& fault) { fault.html = RuleValue{rule}.status(); }},
    Action{"text", "NNN", "refuse with this status (default 500) and plain text",
           [](const FaultRule& rule, Fault& fault) { fault.text = RuleValue{rule}.status(500); }},
    Action{"json-type", "MEMBER", "give this JSON member (or every one) a value of a wrong type",
           [](const FaultRule& rule, Fault& fault) { fault.json_type = rule.value; }},
    Action{"truncate", "BYTES", "declare the whole body, send BYTES of it, then close",
           [](const FaultRule& rule, Fault& fault) { fault.truncate = RuleValue{rule}.count(); }},
    Action{"reset", "BYTES", "the same, but end with a TCP reset",
           [](const FaultRule& rule, Fault& fault) { fault.reset = RuleValue{rule}.count(); }},
    Action{"empty", "", "send the headers and an empty body",
           [](const FaultRule& rule, Fault& fault) { fault.empty = RuleValue{rule}.none(); }},
    Action{"huge", "BYTES", "send a body of BYTES (default: endless)",
           [](const FaultRule& rule, Fault& fault) { fault.huge = RuleValue{rule}.count(0); }},
    Action{"drip", "MS", "pause before each byte of the body",
           [](const FaultRule& rule, Fault& fault) { fault.drip = RuleValue{rule}.milliseconds(); }},
    Action{"lost", "", "process the request, then close without a response",
           [](const FaultRule& rule, Fault& fault) { fault.lost = RuleValue{rule}.none(); }},
    Action{"cut", "EVENTS", "break the connection after EVENTS events of a stream",
           [](const FaultRule& rule, Fault& fault) { fault.cut = RuleValue{rule}.count(); }},
    Action{"no-done", "", "omit the stream's data: [DONE]",
           [](const FaultRule& rule, Fault& fault) { fault.no_done = RuleValue{rule}.none(); }},
    Action{"bare-error", "EVENTS", "after EVENTS events, end the stream with a bare JSON error",
           [](const FaultRule& rule, Fault& fault) { fault.bare_error = RuleValue{rule}.count(); }},
    Action{"error-event", "EVENTS", "after EVENTS events, end the stream with an error event",
           [](const FaultRule& rule, Fault& fault) { fault.error_event = RuleValue{rule}.count(); }},
    Action{"skew", "SECONDS", "send a Date header that is SECONDS off",
           [](const FaultRule& rule, Fault& fault) {
             fault.skew = std::chrono::seconds{RuleValue{rule}.seconds()};
           }},
};

// "/v1/models" of "/_host/llm/v1/models"; the path itself without a host prefix.
std::string_view path_inside_host(std::string_view path) {
  constexpr std::string_view prefix = "/_host/";
  if (!path.starts_with(prefix))
    return path;
  const auto slash = path.find('/', prefix.size());
  return slash == std::string_view::npos ? std::string_view{"/"} : path.substr(slash);
}

bool path_fits(const FaultRule& rule, std::string_view path) {
  return rule.any_rest ? path.starts_with(rule.path) : path == rule.path;
}

} // namespace

FaultRule parse_fault(std::string_view spec) {
  const auto colon = spec.rfind(':');
  if (colon == std::string_view::npos)
    refuse("missing action", spec);
  std::string_view path = spec.substr(0, colon);
  const std::string_view act = spec.substr(colon + 1);

  FaultRule rule;
  if (const auto at = path.rfind('@'); at != std::string_view::npos) {
    rule.only = whole_number<std::uint64_t>(path.substr(at + 1));
    if (!rule.only || *rule.only == 0)
      refuse("missing number of at least 1 after @", spec);
    path = path.substr(0, at);
  }
  rule.any_rest = path.ends_with('*');
  rule.path = path.substr(0, path.size() - (rule.any_rest ? 1 : 0));
  if (!rule.any_rest && !rule.path.starts_with('/'))
    refuse("path without a leading '/'", spec);

  const auto equals = act.find('=');
  rule.action = act.substr(0, equals);
  if (equals != std::string_view::npos)
    rule.value = act.substr(equals + 1);
  Fault tried;
  apply_rule(rule, tried);
  return rule;
}

void apply_rule(const FaultRule& rule, Fault& fault) {
  const auto* action = std::find_if(actions.begin(), actions.end(),
                                    [&rule](const Action& known) { return known.name == rule.action; });
  if (action == actions.end())
    refuse("unknown action " + quote(rule.action), rule.path);
  action->apply(rule, fault);
}

bool rule_matches(const FaultRule& rule, std::string_view path) {
  return path_fits(rule, path) || path_fits(rule, path_inside_host(path));
}

std::string fault_help() {
  std::string text =
      "SPEC is PATH[@N]:ACTION[=VALUE]. PATH may end in '*'; @N selects only the N-th matching\n"
      "request. Faults that apply to the same request are combined. Actions:\n";
  constexpr std::size_t column = 20;
  for (const auto& action : actions) {
    std::string word{action.name};
    if (!action.value.empty())
      word.append("=").append(action.value);
    text += "  " + pad_right(word + " ", column) + std::string{action.meaning} + "\n";
  }
  return text;
}

void FaultPlan::add(std::string_view spec) {
  FaultRule rule = parse_fault(spec);
  const std::lock_guard lock{m_mutex};
  m_rules.push_back({std::move(rule), 0});
}

void FaultPlan::clear() {
  const std::lock_guard lock{m_mutex};
  m_rules.clear();
}

Fault FaultPlan::take(std::string_view path) {
  Fault fault;
  const std::lock_guard lock{m_mutex};
  for (auto& [rule, seen] : m_rules) {
    if (!rule_matches(rule, path))
      continue;
    ++seen;
    if (!rule.only || *rule.only == seen)
      apply_rule(rule, fault);
  }
  return fault;
}

bool FaultPlan::pause(std::chrono::milliseconds time) {
  std::unique_lock lock{m_mutex};
  return !m_stopping.wait_for(lock, time, [this] { return m_stopped; });
}

void FaultPlan::stop() {
  {
    const std::lock_guard lock{m_mutex};
    m_stopped = true;
  }
  m_stopping.notify_all();
}

} // namespace chutes::sandbox
