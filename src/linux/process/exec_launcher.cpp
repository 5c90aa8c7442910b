#include "linux/process/exec_launcher.hpp"

#include "base/error.hpp"
#include "base/secret.hpp"
#include "linux/process/process_hygiene.hpp"

#include <cerrno>
#include <cstring>
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

// As sh(1) and env(1) tell them apart: nothing there, or something there that cannot be run.
Error failure(const std::string& name, int reason) {
  const std::string message = "cannot run " + name + ": " + std::strerror(reason);
  if (reason == ENOENT)
    return {ErrorKind::command_not_found, message, "check the name of the command, and PATH"};
  return {ErrorKind::cannot_execute, message, "check that it is a program that you may execute"};
}

} // namespace

void ExecLauncher::become(const std::vector<std::string>& command,
                          const std::map<std::string, std::string>& environment) {
  std::vector<std::string> words = command;
  std::vector<std::string> variables;
  variables.reserve(environment.size());
  for (const auto& [name, value] : environment)
    variables.push_back(std::string{name}.append("=").append(value));
  const auto word_pointers = pointers(words);
  const auto variable_pointers = pointers(variables);
  m_signals.give_back(); // from here on a signal ends the process; one that came before ends it now
  m_signals.check();
  give_back_process_settings();
  ::execvpe(word_pointers[0], word_pointers.data(), variable_pointers.data());
  const int reason = errno;
  harden_process();
  for (auto& variable : variables)
    wipe(variable);
  throw failure(command.front(), reason);
}

} // namespace chutes::on_linux
