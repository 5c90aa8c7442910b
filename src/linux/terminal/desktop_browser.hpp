// The user's browser, found as users expect ($BROWSER first, then the desktop's openers) and started so that
// it can neither speak into our terminal nor see our secrets.
#pragma once

#include "linux/process/signal_watch.hpp"
#include "platform/browser.hpp"
#include "platform/environment.hpp"

#include <string>
#include <vector>

namespace chutes::on_linux {

class DesktopBrowser final : public Browser {
public:
  DesktopBrowser(const Environment& environment, SignalWatch& signals)
      : m_environment(environment), m_signals(signals) {}

  [[nodiscard]] bool available() const override { return !candidates("http://127.0.0.1/").empty(); }
  [[nodiscard]] MachineFacts machine() const override;
  [[nodiscard]] bool open(const Url& url) override;

private:
  using CommandWords = std::vector<std::string>;
  // The command lines to try for `address`, in order.
  [[nodiscard]] std::vector<CommandWords> candidates(const std::string& address) const;
  [[nodiscard]] std::string find_program(const std::string& name) const;
  [[nodiscard]] bool start(const CommandWords& words) const;

  const Environment& m_environment;
  SignalWatch& m_signals;
};

// The environment for a browser: only what a browser needs, whatever else there is.
[[nodiscard]] std::vector<std::string> browser_environment(const Environment& environment);

} // namespace chutes::on_linux
