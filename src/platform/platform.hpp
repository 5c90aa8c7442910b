// Everything the program asks of the outside world, in one place: built once in main (linux/) or in a test
// (tests/fakes/).
#pragma once

#include "platform/browser.hpp"
#include "platform/clock.hpp"
#include "platform/crew.hpp"
#include "platform/environment.hpp"
#include "platform/file_system.hpp"
#include "platform/http_client.hpp"
#include "platform/keychain.hpp"
#include "platform/launcher.hpp"
#include "platform/line_files.hpp"
#include "platform/loopback.hpp"
#include "platform/output_files.hpp"
#include "platform/process_lock.hpp"
#include "platform/random.hpp"
#include "platform/secret_files.hpp"
#include "platform/signals.hpp"
#include "platform/terminal.hpp"

namespace chutes {

struct Platform {
  HttpClient& http;
  Keychain& keychain;
  FileSystem& files;
  OutputFiles& output_files;
  SecretFiles& secret_files;
  LineFiles& line_files;
  Browser& browser;
  Launcher& launcher;
  Loopback& loopback;
  ProcessLock& lock;
  Terminal& terminal;
  Clock& clock;
  Random& random;
  Crews& crews;
  Signals& signals;
  const Environment& environment;
};

} // namespace chutes
