#include "linux/process/thread_pools.hpp"

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

class ThreadPool final : public WorkerPool {
public:
  ThreadPool(SignalWatch& signals, std::size_t workers) : m_signals(signals), m_most(workers) {
    if (!m_finished || !m_stopped)
      throw Error{ErrorKind::internal, "the system has no file descriptor left for a worker pool"};
  }
  ~ThreadPool() override { stop(); }
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void submit(Work work) override;
  std::size_t run_completions() override;
  [[nodiscard]] bool wait(SteadyInstant deadline) override {
    return m_signals.wait(m_finished.get(), POLLIN, deadline);
  }
  void stop() noexcept override;

private:
  void add_worker();
  void run_worker();

  SignalWatch& m_signals;
  std::size_t m_most;
  FileDescriptor m_finished{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  FileDescriptor m_stopped{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::vector<std::thread> m_threads;

  std::mutex m_mutex; // over what follows
  std::condition_variable m_wanted;
  std::deque<Work> m_work;
  std::deque<Completion> m_completions;
  std::size_t m_free = 0; // workers that wait for work
  bool m_over = false;
};

void ThreadPool::submit(Work work) {
  bool more_workers = false;
  {
    const std::lock_guard guard{m_mutex};
    m_work.push_back(std::move(work));
    more_workers = m_work.size() > m_free && m_threads.size() < m_most;
  }
  if (more_workers)
    add_worker();
  m_wanted.notify_one();
}

void ThreadPool::add_worker() {
  try {
    m_threads.emplace_back([this] { run_worker(); });
  } catch (const std::system_error&) {
    if (m_threads.empty())
      throw Error{ErrorKind::internal, "the system cannot start another thread", "use fewer with --jobs"};
  }
}

void ThreadPool::run_worker() {
  const WaitsEndedBy stop{m_stopped.get()};
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
    auto completion = work();
    work = nullptr; // what it held goes away on this thread
    lock.lock();
    m_completions.push_back(std::move(completion));
    ::eventfd_write(m_finished.get(), 1);
  }
}

std::size_t ThreadPool::run_completions() {
  eventfd_t count = 0;
  ::eventfd_read(m_finished.get(), &count);
  std::size_t settled = 0;
  while (true) {
    Completion next;
    {
      const std::lock_guard guard{m_mutex};
      if (m_completions.empty())
        return settled;
      next = std::move(m_completions.front());
      m_completions.pop_front();
    }
    ++settled;
    next();
  }
}

void ThreadPool::stop() noexcept {
  {
    const std::lock_guard guard{m_mutex};
    m_over = true;
    m_work.clear();
  }
  ::eventfd_write(m_stopped.get(), 1);
  m_wanted.notify_all();
  for (auto& thread : m_threads)
    thread.join();
  m_threads.clear();
}

} // namespace

std::unique_ptr<WorkerPool> ThreadPools::start(std::size_t workers) {
  return std::make_unique<ThreadPool>(m_signals, workers);
}

} // namespace chutes::on_linux
