// The program's interfaces to the outside world, built once in main (linux/) or in a test (tests/fakes/).
#pragma once

#include "platform/browser.hpp"
#include "platform/clock.hpp"
#include "platform/environment.hpp"
#include "platform/http_client.hpp"
#include "platform/json_lines_files.hpp"
#include "platform/keychain.hpp"
#include "platform/launcher.hpp"
#include "platform/loopback.hpp"
#include "platform/output_files.hpp"
#include "platform/private_files.hpp"
#include "platform/process_lock.hpp"
#include "platform/random.hpp"
#include "platform/signals.hpp"
#include "platform/terminal.hpp"
#include "platform/user_secret_files.hpp"
#include "platform/worker_pool.hpp"

namespace chutes {

struct Platform {
  HttpClient& http;
  Keychain& keychain;
  PrivateFiles& files;
  OutputFiles& output_files;
  UserSecretFiles& secret_files;
  JsonLinesFiles& line_files;
  Browser& browser;
  Launcher& launcher;
  Loopback& loopback;
  ProcessLock& lock;
  Terminal& terminal;
  Clock& clock;
  Random& random;
  WorkerPools& worker_pools;
  Signals& signals;
  const Environment& environment;
};

} // namespace chutes
