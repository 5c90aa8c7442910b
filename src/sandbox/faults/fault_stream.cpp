#include "sandbox/faults/fault_stream.hpp"

#include <algorithm>
#include <utility>

namespace chutes::sandbox {
namespace {

constexpr std::string_view end_of_event = "\n\n";
constexpr std::string_view bare_error =
    R"({"error":"Unhandled exception during response stream: upstream disconnected"})";
constexpr std::string_view error_event =
    "data: {\"error\": {\"object\": \"error\", \"message\": \"upstream disconnected\", \"type\": "
    "\"InternalServerError\", \"code\": 500}}\n\n";

} // namespace

FaultyBody::FaultyBody(const Fault& fault, FaultPlan& plan)
    : m_fault(fault),
      m_plan(plan),
      m_by_events(fault.cut || fault.bare_error || fault.error_event || fault.no_done) {}

bool FaultyBody::pass(std::string_view bytes, const Send& send) {
  if (m_state != State::open)
    return false;
  if (!m_by_events)
    return send_bytes(bytes, send);
  m_held += bytes;
  for (auto end = m_held.find(end_of_event); end != std::string::npos; end = m_held.find(end_of_event)) {
    const std::string event = m_held.substr(0, end + end_of_event.size());
    m_held.erase(0, event.size());
    if (!pass_event(event, send))
      return false;
  }
  return true;
}

bool FaultyBody::finish(const Send& send) {
  if (m_state != State::open)
    return false;
  return m_held.empty() || send_bytes(std::exchange(m_held, {}), send);
}

bool FaultyBody::pass_event(std::string_view event, const Send& send) {
  if (m_fault.cut && m_events >= *m_fault.cut)
    return stop(State::cut);
  if (m_fault.bare_error && m_events >= *m_fault.bare_error)
    return send_bytes(bare_error, send) && stop(State::ended);
  if (m_fault.error_event && m_events >= *m_fault.error_event)
    return send_bytes(error_event, send) && stop(State::ended);
  if (m_fault.no_done && event == "data: [DONE]\n\n")
    return true;
  ++m_events;
  return send_bytes(event, send);
}

bool FaultyBody::send_bytes(std::string_view bytes, const Send& send) {
  const auto limit = m_fault.reset ? m_fault.reset : m_fault.truncate;
  const auto allowed =
      limit ? std::min<std::uint64_t>(bytes.size(), *limit - std::min(*limit, m_bytes)) : bytes.size();
  const auto part = bytes.substr(0, static_cast<std::size_t>(allowed));
  m_bytes += part.size();
  if (!part.empty() && !(m_fault.drip ? send_slowly(part, send) : send(part)))
    return stop(State::cut);
  return part.size() == bytes.size() || stop(State::cut);
}

bool FaultyBody::send_slowly(std::string_view bytes, const Send& send) {
  return std::all_of(bytes.begin(), bytes.end(), [&](const char& byte) {
    return m_plan.pause(*m_fault.drip) && send(std::string_view{&byte, 1});
  });
}

bool FaultyBody::stop(State state) {
  m_state = state;
  return false;
}

} // namespace chutes::sandbox
