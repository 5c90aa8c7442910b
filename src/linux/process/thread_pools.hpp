// Worker pools on threads.
#pragma once

#include "linux/process/signal_watch.hpp"
#include "platform/worker_pool.hpp"

namespace chutes::on_linux {

class ThreadPools final : public WorkerPools {
public:
  explicit ThreadPools(SignalWatch& signals) : m_signals(signals) {}
  // Threads start when there is work for them.
  [[nodiscard]] std::unique_ptr<WorkerPool> start(std::size_t workers) override;

private:
  SignalWatch& m_signals;
};

} // namespace chutes::on_linux
