#pragma once

#include "platform/loopback.hpp"

#include <deque>
#include <functional>
#include <set>
#include <vector>

namespace chutes::fakes {

// Visits come from a queue that a test (or its scripted browser) fills; with an empty queue the deadline has
// passed.
class ScriptedLoopback final : public Loopback {
public:
  std::deque<std::string> heads;    // requests to come
  std::vector<std::string> answers; // what the visitors received
  std::set<std::uint16_t> taken;    // ports that other programs use
  std::vector<std::uint16_t> tried; // in order
  std::vector<LoopbackFamily> families;
  int open_listeners = 0;
  int rejected_connections = 0;   // connections of other users
  std::function<void()> on_empty; // called when the queue is empty: may fill it, or move the clock

  std::unique_ptr<LoopbackListener> listen(LoopbackFamily family, std::uint16_t port) override {
    tried.push_back(port);
    families.push_back(family);
    if (taken.count(port) != 0)
      return nullptr;
    return std::make_unique<Listener>(*this, port == 0 ? std::uint16_t{40000} : port);
  }
  std::string holder(std::uint16_t) override { return "nginx (pid 4711)"; }

private:
  struct Visit final : LoopbackVisit {
    Visit(ScriptedLoopback& owner, std::string head) : m_owner(owner), m_head(std::move(head)) {}
    [[nodiscard]] const std::string& head() const override { return m_head; }
    void answer(std::string_view response) noexcept override { m_owner.answers.emplace_back(response); }
    ScriptedLoopback& m_owner;
    std::string m_head;
  };
  struct Listener final : LoopbackListener {
    Listener(ScriptedLoopback& owner, std::uint16_t port) : m_owner(owner), m_port(port) {
      ++m_owner.open_listeners;
    }
    ~Listener() override { --m_owner.open_listeners; }
    [[nodiscard]] std::uint16_t port() const override { return m_port; }
    std::unique_ptr<LoopbackVisit> next(SteadyInstant) override {
      if (m_owner.heads.empty() && m_owner.on_empty)
        m_owner.on_empty();
      return next_at_once();
    }
    std::unique_ptr<LoopbackVisit> next_at_once() override {
      if (m_owner.heads.empty())
        return nullptr;
      auto head = std::move(m_owner.heads.front());
      m_owner.heads.pop_front();
      return std::make_unique<Visit>(m_owner, std::move(head));
    }
    [[nodiscard]] int rejected_connections() const override { return m_owner.rejected_connections; }
    ScriptedLoopback& m_owner;
    std::uint16_t m_port;
  };
};

} // namespace chutes::fakes
