#include "cli/invoke/transfer_progress.hpp"

#include "base/number_text.hpp"
#include "cli/output/gauge.hpp"

namespace chutes::cli {
namespace {

constexpr std::uint64_t smallest = 1U << 20U; // bytes
constexpr std::chrono::milliseconds pause{100};
constexpr int bar_width = 24;

} // namespace

TransferProgress::TransferProgress(std::string what, Context& context)
    : m_what(std::move(what)), m_context(context) {}

TransferProgress::~TransferProgress() {
  if (m_shown)
    m_context.platform.terminal.progress("");
}

void TransferProgress::follow(HttpRequest& request) {
  expect(request.body.size());
  request.on_sent = [this](std::size_t bytes) { moved(bytes); };
}

void TransferProgress::moved(std::size_t bytes) {
  m_bytes += bytes;
  if (m_context.options.quiet || m_total.value_or(m_bytes) < smallest)
    return;
  const auto now = m_context.platform.clock.steady();
  if (m_shown && now - m_shown_at < pause)
    return;
  m_shown = true;
  m_shown_at = now;
  m_context.platform.terminal.progress(line());
}

std::string TransferProgress::line() const {
  if (!m_total)
    return m_what + " " + size_text(m_bytes);
  const double share = static_cast<double>(m_bytes) / static_cast<double>(*m_total);
  return m_what + " " + gauge(share, bar_width) + " of " + size_text(*m_total);
}

} // namespace chutes::cli
