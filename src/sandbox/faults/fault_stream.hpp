// Applies a fault to the body of a response as it is sent: cuts it at a byte or an event, slows it down, or
// ends it with an error. Sits between a content provider and the connection.
#pragma once

#include "sandbox/faults/fault.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace chutes::sandbox {

class FaultyBody {
public:
  // Sends bytes; returns false if the connection is closed.
  using Send = std::function<bool(std::string_view)>;

  FaultyBody(const Fault& fault, FaultPlan& plan);

  // Takes bytes of the real body. Returns false when the body has ended (see `state`).
  bool pass(std::string_view bytes, const Send& send);
  // The real body is complete: sends the bytes that are still buffered.
  bool finish(const Send& send);

  enum class State {
    open,
    ended, // by the fault, in order: close the stream as usual
    cut,   // by the fault, or because the client disconnected: break the connection
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
  std::string m_held; // an incomplete event
  State m_state = State::open;
};

} // namespace chutes::sandbox
