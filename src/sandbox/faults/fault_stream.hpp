// The body of one answer on its way out, bent by a fault: cut at a byte or an event, dripping, or ending in
// an error. It stands between a content provider and the connection.
#pragma once

#include "sandbox/faults/fault.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace chutes::sandbox {

class BentBody {
public:
  // Sends bytes on; false when the connection is gone.
  using Send = std::function<bool(std::string_view)>;

  BentBody(const Fault& fault, FaultPlan& plan);

  // Takes bytes of the true body. False: take no more, the body is over (see `state`).
  bool pass(std::string_view bytes, const Send& send);
  // The true body is complete: what was held back goes out.
  bool finish(const Send& send);

  enum class State {
    open,
    ended, // by the fault, in good order: the stream is to be closed as usual
    cut,   // by the fault, or because the client went away: the connection is to be broken
  };
  [[nodiscard]] State state() const { return m_state; }

private:
  bool pass_event(std::string_view event, const Send& send);
  bool send_bytes(std::string_view bytes, const Send& send);
  bool send_slowly(std::string_view bytes, const Send& send);
  bool stop(State state);

  const Fault m_fault;
  FaultPlan& m_plan;
  const bool m_by_events;
  std::uint64_t m_bytes = 0;
  std::uint64_t m_events = 0;
  std::string m_held; // an event that is not complete yet
  State m_state = State::open;
};

} // namespace chutes::sandbox
