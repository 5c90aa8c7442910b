// The loopback listener, for real: one thread, one poll, any number of slow or broken visitors beside the one
// that matters.
#pragma once

#include "linux/signal_watch.hpp"
#include "platform/loopback.hpp"

namespace chutes::on_linux {

class LoopbackSockets final : public Loopback {
public:
  explicit LoopbackSockets(SignalWatch& signals) : m_signals(signals) {}

  std::unique_ptr<LoopbackListener> listen(LoopbackFamily family, std::uint16_t port) override;
  std::string holder(std::uint16_t port) override;

private:
  SignalWatch& m_signals;
};

} // namespace chutes::on_linux
