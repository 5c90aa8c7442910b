#pragma once

#include "cli/application.hpp"
#include "fakes/browser.hpp"
#include "fakes/clock.hpp"
#include "fakes/http_client.hpp"
#include "fakes/json_lines_files.hpp"
#include "fakes/keychain.hpp"
#include "fakes/launcher.hpp"
#include "fakes/loopback.hpp"
#include "fakes/output_files.hpp"
#include "fakes/private_files.hpp"
#include "fakes/process_lock.hpp"
#include "fakes/random.hpp"
#include "fakes/signals.hpp"
#include "fakes/terminal.hpp"
#include "fakes/user_secret_files.hpp"
#include "fakes/worker_pool.hpp"
#include "platform/platform.hpp"

namespace chutes::fakes {

// The whole platform as fakes; `run` runs the program on it.
struct World {
  ScriptedHttp http;
  MemoryKeychain keychain;
  MemoryFileSystem files;
  MemoryOutput output_files;
  MemorySecretFiles secret_files;
  MemoryLines line_files;
  ScriptedBrowser browser;
  RecordingLauncher launcher;
  ScriptedLoopback loopback;
  GrantingLock lock;
  RecordingTerminal terminal;
  FixedClock clock;
  CountingRandom random;
  ScriptedSignals signals;
  OneAtATime worker_pools{clock, signals};
  std::map<std::string, std::string> variables;

  int run(std::vector<std::string> arguments) {
    const Environment environment{variables};
    signals.on_pause = [this](SteadyInstant until) { clock.advance_to(until); };
    Platform platform{.http = http,
                      .keychain = keychain,
                      .files = files,
                      .output_files = output_files,
                      .secret_files = secret_files,
                      .line_files = line_files,
                      .browser = browser,
                      .launcher = launcher,
                      .loopback = loopback,
                      .lock = lock,
                      .terminal = terminal,
                      .clock = clock,
                      .random = random,
                      .worker_pools = worker_pools,
                      .signals = signals,
                      .environment = environment};
    arguments.insert(arguments.begin(), "chutes-login");
    return cli::run(arguments, platform);
  }
};

} // namespace chutes::fakes
