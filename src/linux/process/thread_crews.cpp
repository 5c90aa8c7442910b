#include "linux/process/thread_crews.hpp"

#include "base/error.hpp"
#include "linux/process/file_descriptor.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <thread>
#include <vector>

namespace chutes::on_linux {
namespace {

class ThreadCrew final : public Crew {
public:
  ThreadCrew(SignalWatch& signals, std::size_t hands) : m_signals(signals), m_most(hands) {
    if (!m_finished || !m_dismissed)
      throw Error{ErrorKind::internal, "the system gave no descriptor for work side by side"};
  }
  ~ThreadCrew() override { dismiss(); }
  ThreadCrew(const ThreadCrew&) = delete;
  ThreadCrew& operator=(const ThreadCrew&) = delete;

  void begin(Work work) override;
  std::size_t settle() override;
  [[nodiscard]] bool wait(SteadyInstant deadline) override {
    return m_signals.wait(m_finished.get(), POLLIN, deadline);
  }
  void dismiss() noexcept override;

private:
  void add_hand();
  void labour();

  SignalWatch& m_signals;
  std::size_t m_most;
  FileDescriptor m_finished{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  FileDescriptor m_dismissed{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::vector<std::thread> m_threads;

  std::mutex m_mutex; // over what follows
  std::condition_variable m_wanted;
  std::deque<Work> m_work;
  std::deque<Aftermath> m_aftermaths;
  std::size_t m_free = 0; // hands that wait for work
  bool m_over = false;
};

void ThreadCrew::begin(Work work) {
  bool more_hands = false;
  {
    const std::lock_guard guard{m_mutex};
    m_work.push_back(std::move(work));
    more_hands = m_work.size() > m_free && m_threads.size() < m_most;
  }
  if (more_hands)
    add_hand();
  m_wanted.notify_one();
}

void ThreadCrew::add_hand() {
  try {
    m_threads.emplace_back([this] { labour(); });
  } catch (const std::system_error&) {
    if (m_threads.empty())
      throw Error{ErrorKind::internal, "the system gave no thread", "allow fewer with --jobs"};
  }
}

void ThreadCrew::labour() {
  const WaitsEndedBy dismissal{m_dismissed.get()};
  std::unique_lock lock{m_mutex};
  while (true) {
    ++m_free;
    m_wanted.wait(lock, [this] { return m_over || !m_work.empty(); });
    --m_free;
    if (m_over)
      return;
    auto work = std::move(m_work.front());
    m_work.pop_front();
    lock.unlock();
    auto aftermath = work();
    work = nullptr; // what it held goes away on this thread
    lock.lock();
    m_aftermaths.push_back(std::move(aftermath));
    ::eventfd_write(m_finished.get(), 1);
  }
}

std::size_t ThreadCrew::settle() {
  eventfd_t count = 0;
  ::eventfd_read(m_finished.get(), &count);
  std::size_t settled = 0;
  while (true) {
    Aftermath next;
    {
      const std::lock_guard guard{m_mutex};
      if (m_aftermaths.empty())
        return settled;
      next = std::move(m_aftermaths.front());
      m_aftermaths.pop_front();
    }
    ++settled;
    next();
  }
}

void ThreadCrew::dismiss() noexcept {
  {
    const std::lock_guard guard{m_mutex};
    m_over = true;
    m_work.clear();
  }
  ::eventfd_write(m_dismissed.get(), 1);
  m_wanted.notify_all();
  for (auto& thread : m_threads)
    thread.join();
  m_threads.clear();
}

} // namespace

std::unique_ptr<Crew> ThreadCrews::hire(std::size_t hands) {
  return std::make_unique<ThreadCrew>(m_signals, hands);
}

} // namespace chutes::on_linux
