// Bad days on order: which requests are answered wrongly, and how. A fault is written as one word,
//
//   PATH[@N]:ACTION[=VALUE]
//
// PATH is compared with the request's path, with or without its `/_host/NAME` in front; a '*' at its end
// matches any rest. With @N only the N-th matching request (from 1, counted from the moment the fault was
// set) is hit, else every one. Several faults that hit one request are combined. `fault_help()` lists the
// actions. This half is pure; fault_wire.hpp applies it to a connection.
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

// What happens to one request. A default-made value leaves it alone.
struct Fault {
  // Instead of processing the request:
  std::optional<int> status;               // an error as the service words it
  std::optional<int> html;                 // an error page as nginx writes it
  std::optional<int> text;                 // a plain text error
  std::optional<std::int64_t> retry_after; // seconds, added to whatever answers

  // After processing it:
  std::optional<std::chrono::milliseconds> delay; // before the first byte
  std::optional<std::string>
      json_type; // the members get values of a wrong type; empty: all of them, else the named one
  bool empty = false;
  std::optional<std::uint64_t> huge;             // bytes; 0: without end
  std::optional<std::uint64_t> truncate;         // bytes of the true body, then the connection closes
  std::optional<std::uint64_t> reset;            // the same, with a TCP reset
  std::optional<std::chrono::milliseconds> drip; // pause before each byte
  bool lost = false;                             // the connection closes without a byte of answer
  std::optional<std::chrono::seconds> skew;      // what the Date header is wrong by

  // For event streams, counted in events:
  std::optional<std::uint64_t> cut; // the connection breaks after so many
  std::optional<std::uint64_t>
      bare_error; // then an error without `data:`, as the service reports late failures
  std::optional<std::uint64_t> error_event; // then an error as an event, as the engines do
  bool no_done = false;                     // `data: [DONE]` is left out

  friend bool operator==(const Fault&, const Fault&) = default;
};

// One fault as it was written.
struct FaultRule {
  std::string path; // without the trailing '*'
  bool any_rest = false;
  std::optional<std::uint64_t> only; // the N of @N
  std::string action;
  std::string value; // empty if none was given

  friend bool operator==(const FaultRule&, const FaultRule&) = default;
};

// Throws Error{usage} that names what is wrong with `spec`.
[[nodiscard]] FaultRule parse_fault(std::string_view spec);
// Throws Error{usage} if the action is unknown or its value does not fit.
void apply_rule(const FaultRule& rule, Fault& fault);
[[nodiscard]] bool rule_matches(const FaultRule& rule, std::string_view path);
// The grammar and the actions, for --help.
[[nodiscard]] std::string fault_help();

// The faults in force. Every method may be called from any thread.
class FaultPlan {
public:
  // Throws Error{usage}; the plan is unchanged then.
  void add(std::string_view spec);
  void clear();

  // What is to happen to this request; counts it.
  [[nodiscard]] Fault take(std::string_view path);

  // Waits, but not beyond `stop`. False if it was stopped.
  bool pause(std::chrono::milliseconds time);
  // Ends all pauses, now and later, so that a server can shut down.
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
