// Hands that are threads.
#pragma once

#include "linux/process/signal_watch.hpp"
#include "platform/crew.hpp"

namespace chutes::on_linux {

class ThreadCrews final : public Crews {
public:
  explicit ThreadCrews(SignalWatch& signals) : m_signals(signals) {}
  // Threads are made when work for them comes.
  [[nodiscard]] std::unique_ptr<Crew> hire(std::size_t hands) override;

private:
  SignalWatch& m_signals;
};

} // namespace chutes::on_linux
