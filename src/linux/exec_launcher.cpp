#include "linux/exec_launcher.hpp"

#include "base/error.hpp"
#include "linux/process_hygiene.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

} // namespace

void ExecLauncher::become(const std::vector<std::string>& command,
                          const std::map<std::string, std::string>& environment) {
  std::vector<std::string> words = command;
  std::vector<std::string> variables;
  variables.reserve(environment.size());
  for (const auto& [name, value] : environment)
    variables.push_back(name + "=" + value);
  static_cast<void>(::signal(SIGPIPE, SIG_DFL)); // what we ignore would stay ignored
  const mode_t ours = ::umask(usual_umask());
  ::execvpe(words.front().c_str(), pointers(words).data(), pointers(variables).data());
  const int reason = errno;
  ::umask(ours);
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  throw Error{ErrorKind::usage, "cannot run " + command.front() + ": " + std::strerror(reason),
              "check its name and PATH"};
}

} // namespace chutes::on_linux
