#pragma once

#include "base/error.hpp"
#include "fakes/clock.hpp"
#include "platform/signals.hpp"
#include "platform/worker_pool.hpp"

#include <algorithm>
#include <deque>

namespace chutes::fakes {

// Runs one piece of work at a time, when a test waits: the first submitted, or the last. The clock does not
// move meanwhile, and jumps to the deadline if there is no work.
class OneAtATime final : public WorkerPools {
public:
  OneAtATime(FixedClock& clock, Signals& signals) : m_clock(clock), m_signals(signals) {}

  bool last_first = false;
  std::size_t workers = 0; // of the pool started last
  std::size_t most = 0;    // pieces of work in the queue at the same time
  int stopped = 0;
  std::vector<SteadyInstant> waits; // without work, until when

  [[nodiscard]] std::unique_ptr<WorkerPool> start(std::size_t count) override {
    workers = count;
    return std::make_unique<Queue>(*this);
  }

private:
  struct Queue final : WorkerPool {
    explicit Queue(OneAtATime& owner) : m_owner(owner) {}
    ~Queue() override { stop(); }
    void submit(Work work) override {
      m_work.push_back(std::move(work));
      m_owner.most = std::max(m_owner.most, m_work.size());
    }
    std::size_t run_completions() override {
      std::size_t settled = 0;
      for (; !m_completions.empty(); ++settled) {
        const auto next = std::move(m_completions.front());
        m_completions.pop_front();
        next();
      }
      return settled;
    }
    bool wait(SteadyInstant deadline) override {
      m_owner.m_signals.check();
      if (!m_completions.empty())
        return true;
      if (m_work.empty()) {
        if (deadline == SteadyInstant::max())
          throw Error{ErrorKind::internal, "waiting for work that was never submitted"};
        m_owner.waits.push_back(deadline);
        m_owner.m_clock.advance_to(deadline);
        return false;
      }
      const auto chosen = m_owner.last_first ? std::prev(m_work.end()) : m_work.begin();
      const auto work = std::move(*chosen);
      m_work.erase(chosen);
      m_completions.push_back(work());
      return true;
    }
    void stop() noexcept override {
      m_owner.stopped += m_work.empty() ? 0 : 1;
      m_work.clear();
    }
    OneAtATime& m_owner;
    std::deque<Work> m_work;
    std::deque<Completion> m_completions;
  };

  FixedClock& m_clock;
  Signals& m_signals;
};

} // namespace chutes::fakes
