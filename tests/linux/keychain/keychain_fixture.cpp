#include "linux/keychain/keychain_fixture.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace chutes::on_linux {

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "re");
  REQUIRE(pipe != nullptr);
  std::string text;
  char bytes[4096];
  for (std::size_t got = 0; (got = std::fread(bytes, 1, sizeof bytes, pipe)) > 0;)
    text.append(bytes, got);
  CHECK_MESSAGE(::pclose(pipe) == 0, command);
  return text;
}

std::string content_of(const std::string& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

pid_t owner_of(const std::string& bus_name) {
  return std::stoi(output_of("dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / "
                             "org.freedesktop.DBus.GetConnectionUnixProcessID string:" +
                             bus_name + " | sed 's/.*uint32 //'"));
}

Frozen::Frozen(pid_t process) : m_process(process) {
  ::kill(m_process, SIGSTOP);
}

void Frozen::thaw() {
  if (m_process > 0)
    ::kill(m_process, SIGCONT);
  m_process = 0;
}

void Frozen::kill() {
  if (m_process > 0)
    ::kill(m_process, SIGKILL);
  m_process = 0;
}

} // namespace chutes::on_linux
