#pragma once

#include "base/error.hpp"
#include "fakes/clock.hpp"
#include "platform/crew.hpp"
#include "platform/signals.hpp"

#include <algorithm>
#include <deque>

namespace chutes::fakes {

// Does one piece of work at a time, when somebody waits: the first begun, or the last. Time stands still
// meanwhile, and jumps to the deadline where there is no work.
class OneAtATime final : public Crews {
public:
  OneAtATime(FixedClock& clock, Signals& signals) : m_clock(clock), m_signals(signals) {}

  bool last_first = false;
  std::size_t hands = 0; // that were hired last
  std::size_t most = 0;  // pieces that were under way together
  int dismissed = 0;
  std::vector<SteadyInstant> waits; // in vain, until when

  [[nodiscard]] std::unique_ptr<Crew> hire(std::size_t count) override {
    hands = count;
    return std::make_unique<Queue>(*this);
  }

private:
  struct Queue final : Crew {
    explicit Queue(OneAtATime& owner) : m_owner(owner) {}
    ~Queue() override { dismiss(); }
    void begin(Work work) override {
      m_work.push_back(std::move(work));
      m_owner.most = std::max(m_owner.most, m_work.size());
    }
    std::size_t settle() override {
      std::size_t settled = 0;
      for (; !m_aftermaths.empty(); ++settled) {
        const auto next = std::move(m_aftermaths.front());
        m_aftermaths.pop_front();
        next();
      }
      return settled;
    }
    bool wait(SteadyInstant deadline) override {
      m_owner.m_signals.check();
      if (!m_aftermaths.empty())
        return true;
      if (m_work.empty()) {
        if (deadline == SteadyInstant::max())
          throw Error{ErrorKind::internal, "somebody waits for work that nobody does"};
        m_owner.waits.push_back(deadline);
        m_owner.m_clock.advance_to(deadline);
        return false;
      }
      const auto chosen = m_owner.last_first ? std::prev(m_work.end()) : m_work.begin();
      const auto work = std::move(*chosen);
      m_work.erase(chosen);
      m_aftermaths.push_back(work());
      return true;
    }
    void dismiss() noexcept override {
      m_owner.dismissed += m_work.empty() ? 0 : 1;
      m_work.clear();
    }
    OneAtATime& m_owner;
    std::deque<Work> m_work;
    std::deque<Aftermath> m_aftermaths;
  };

  FixedClock& m_clock;
  Signals& m_signals;
};

} // namespace chutes::fakes
