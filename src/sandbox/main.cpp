// chutes-sandbox: serves until SIGTERM or SIGINT.
#include "base/error.hpp"
#include "sandbox/command_line.hpp"
#include "sandbox/server.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <pthread.h>
#include <string>
#include <vector>

namespace {

using chutes::sandbox::SandboxServer;

// Quotes a value for a POSIX shell.
std::string shell_quote(const std::string& value) {
  std::string text = "'";
  for (const char c : value)
    text += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return text + "'";
}

void print_start(const SandboxServer& server) {
  for (const auto& user : server.users())
    std::fprintf(stderr, "user %s, fingerprint %s\n", user.username.c_str(), user.fingerprint.c_str());
  for (const auto& [name, value] : server.variables())
    std::printf("export %s=%s\n", name.c_str(), shell_quote(value).c_str());
  std::printf("# ready\n");
  std::fflush(stdout);
}

// Waits for SIGTERM or SIGINT, which are blocked in every thread.
void wait_for_end(const sigset_t& ends) {
  int number = 0;
  sigwait(&ends, &number);
}

int serve(const chutes::sandbox::CommandLine& line) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const SandboxServer server{line.server};
  print_start(server);
  wait_for_end(ends);
  return 0;
}

} // namespace

int main(int count, char** words) {
  try {
    const auto line = chutes::sandbox::parse_command_line(std::vector<std::string>(words + 1, words + count));
    if (line.help)
      std::printf("%s", chutes::sandbox::help_text().c_str());
    else if (line.version)
      std::printf("chutes-sandbox %s\n", CHUTES_VERSION);
    else
      return serve(line);
    return 0;
  } catch (const chutes::Error& error) {
    std::fprintf(stderr, "chutes-sandbox: %s\n", error.what());
    if (!error.hint().empty())
      std::fprintf(stderr, "hint: %s\n", error.hint().c_str());
    return error.kind() == chutes::ErrorKind::usage ? 2 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chutes-sandbox: %s\n", error.what());
    return 1;
  }
}
