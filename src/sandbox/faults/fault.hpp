// Fault injection: which requests are answered wrongly, and how. A fault is one word,
//
//   PATH[@N]:ACTION[=VALUE]
//
// PATH is compared with the request's path, with or without its `/_host/NAME` prefix; a trailing '*' matches
// any suffix. With @N the fault applies only to the N-th matching request (from 1, counted since the fault
// was set), else to every one. Several faults that apply to one request are combined. `fault_help()` lists
// the actions. fault_wire.hpp applies faults to connections.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::sandbox {

// What happens to one request. A default-constructed value changes nothing.
struct Fault {
  // Instead of processing the request:
  std::optional<int> status;               // an error in the service's form
  std::optional<int> html;                 // an error page in nginx's form
  std::optional<int> text;                 // a plain text error
  std::optional<std::int64_t> retry_after; // seconds, added to the response

  // After processing it:
  std::optional<std::chrono::milliseconds> delay; // before the first byte
  std::optional<std::string>
      json_type; // the named member, or (empty) every member, gets a value of a wrong type
  bool empty = false;
  std::optional<std::uint64_t> huge;             // bytes; 0: endless
  std::optional<std::uint64_t> truncate;         // bytes of the real body, then the connection closes
  std::optional<std::uint64_t> reset;            // the same, with a TCP reset
  std::optional<std::chrono::milliseconds> drip; // pause before each byte
  bool lost = false;                             // the connection closes without any response
  std::optional<std::chrono::seconds> skew;      // the error of the Date header

  // For event streams, counted in events:
  std::optional<std::uint64_t> cut; // the connection breaks after this many
  std::optional<std::uint64_t>
      bare_error; // after this many, an error without `data:`, as the service reports late failures
  std::optional<std::uint64_t> error_event; // after this many, an error as an event, as the engines report it
  bool no_done = false;                     // `data: [DONE]` is omitted

  friend bool operator==(const Fault&, const Fault&) = default;
};

// A parsed fault.
struct FaultRule {
  std::string path; // without the trailing '*'
  bool any_rest = false;
  std::optional<std::uint64_t> only; // the N of @N
  std::string action;
  std::string value; // empty if there is none

  friend bool operator==(const FaultRule&, const FaultRule&) = default;
};

// Parses a fault. Throws Error{usage} if `spec` is malformed.
[[nodiscard]] FaultRule parse_fault(std::string_view spec);
// Adds the action of `rule` to `fault`. Throws Error{usage} if the action is unknown or its value is invalid.
void apply_rule(const FaultRule& rule, Fault& fault);
[[nodiscard]] bool rule_matches(const FaultRule& rule, std::string_view path);
// Returns the grammar and the actions, for --help.
[[nodiscard]] std::string fault_help();

// The active faults. Thread-safe.
class FaultPlan {
public:
  // Throws Error{usage}, and then leaves the plan unchanged.
  void add(std::string_view spec);
  void clear();

  // Counts the request and returns what happens to it.
  [[nodiscard]] Fault take(std::string_view path);

  // Waits for `time`, or until `stop`; returns false if it was stopped.
  bool pause(std::chrono::milliseconds time);
  // Ends all current and later pauses, so that a server can shut down.
  void stop();

private:
  struct Counted {
    FaultRule rule;
    std::uint64_t seen = 0;
  };

  std::mutex m_mutex;
  std::condition_variable m_stopping;
  bool m_stopped = false;
  std::vector<Counted> m_rules;
};

} // namespace chutes::sandbox
