// A worker pool: many requests in flight at once, while the caller stays on one thread.
#pragma once

#include "platform/clock.hpp"

#include <cstddef>
#include <functional>
#include <memory>

namespace chutes {

// Runs on the owner's thread when a piece of work has finished.
using Completion = std::function<void()>;
// Runs on a worker's thread; must not throw.
using Work = std::function<Completion()>;

class WorkerPool {
public:
  virtual ~WorkerPool() = default; // as `stop`
  // Queues `work` for the first free worker. Never waits.
  virtual void submit(Work work) = 0;
  // Runs the completions of finished work on the caller's thread and returns how many there were. Never
  // waits. Rethrows what a completion throws; the rest stays for the next call.
  virtual std::size_t run_completions() = 0;
  // Waits until a completion is ready. Returns false if `deadline` comes first. Throws
  // Error{interrupted|terminated} on a signal.
  [[nodiscard]] virtual bool wait(SteadyInstant deadline) = 0;
  // Ends every wait of running work with Error{interrupted}, drops queued work and joins the workers. The
  // completions of work that finished can still be run.
  virtual void stop() noexcept = 0;
};

class WorkerPools {
public:
  virtual ~WorkerPools() = default;
  [[nodiscard]] virtual std::unique_ptr<WorkerPool> start(std::size_t workers) = 0;
};

} // namespace chutes
