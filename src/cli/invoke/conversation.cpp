#include "cli/invoke/conversation.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/terminal_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

constexpr std::chrono::seconds lock_patience{10};
constexpr std::size_t longest_name = 64;
// Of the turns and the next question; a stored file is limited to 16 MiB.
constexpr std::size_t most_bytes = 15U << 20U;

std::string checked_name(const std::string& name) {
  const bool allowed = std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-';
  });
  if (name.empty() || name.size() > longest_name || !allowed || name.starts_with('.'))
    throw Error{ErrorKind::usage,
                "invalid name of a conversation: use at most 64 letters, digits, '.', '_' and '-', and no "
                "leading '.'",
                "write --continue=NAME, or put the prompt before --continue"};
  return name;
}

std::string path_of(const std::string& name, const Environment& environment) {
  const auto state = environment.user_directory("XDG_STATE_HOME", ".local/state");
  if (!state)
    throw Error{ErrorKind::usage, "no directory to store conversations in", "set HOME or XDG_STATE_HOME"};
  return *state + "/chutes-login/conversations/" + name + ".jsonl";
}

// Reports failures of the conversation's file with `kind`, not as failures of the keychain.
template <typename Action>
auto with_error_kind(ErrorKind kind, const std::string& what, const Action& action) {
  try {
    return action();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::file)
      throw;
    throw Error{kind, what + error.what(), error.hint()};
  }
}

bool are_messages(const Json* messages) {
  return messages != nullptr && messages->is_array() && !messages->empty() &&
         std::all_of(messages->begin(), messages->end(),
                     [](const Json& message) { return string_field(message, "role").has_value(); });
}

} // namespace

Conversation::Conversation(const std::string& name, Context& context)
    : m_context(context),
      m_name(checked_name(name.empty() ? context.profile() : name)),
      m_path(path_of(m_name, context.platform.environment)) {
  const auto content = with_error_kind(ErrorKind::usage, "", [this] {
    const auto lock = m_context.platform.files.lock(m_path, lock_patience);
    return m_context.platform.files.read(m_path, FileOrigin::kept);
  });
  std::string_view rest = content ? std::string_view{content->reveal()} : std::string_view{};
  // Text after the last line break is an unfinished line of a writer that was killed: not a turn.
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    read_line(rest.substr(0, end), m_turns + 1);
    m_bytes += end + 1;
    rest.remove_prefix(end + 1);
  }
}

void Conversation::read_line(std::string_view line, std::size_t number) {
  const auto turn = parse_json(line);
  const Json* messages = turn ? find_field(*turn, "messages") : nullptr;
  if (!are_messages(messages))
    throw Error{ErrorKind::usage,
                "line " + std::to_string(number) + " of " + m_path + " is not a turn of a conversation",
                "remove the line, or start another conversation with --continue=NAME"};
  ++m_turns;
  m_system = string_field(*turn, "system").value_or(m_system);
  for (const auto& message : *messages)
    m_messages.push_back(json_line(message));
}

void Conversation::add_history(service::ChatRequest& request) const {
  if (m_bytes + service::user_message(request).size() > most_bytes)
    throw Error{ErrorKind::usage, "the conversation '" + m_name + "' is too long for another turn",
                "start another with --continue=NAME; attached images take up the most space"};
  request.earlier = m_messages;
  if (request.system.empty())
    request.system = m_system;
}

void Conversation::announce() const {
  if (m_turns > 0)
    m_context.notice("Continuing the conversation '" + m_name + "' after " + counted(m_turns, "turn") + ".");
}

void Conversation::add(const service::ChatRequest& asked, const service::ChatOutcome& answer) {
  Json turn{{"at", rfc3339(m_context.platform.clock.now())}, {"model", asked.model}};
  if (!asked.system.empty() && asked.system != m_system)
    turn["system"] = asked.system;
  turn["messages"] = Json::array({parse_json(service::user_message(asked)).value_or(Json::object()),
                                  Json{{"role", "assistant"}, {"content", answer.text}}});
  turn["finish_reason"] = answer.finish_reason;
  with_error_kind(ErrorKind::internal, "cannot store the answer in the conversation: ", [&] {
    const auto lock = m_context.platform.files.lock(m_path, lock_patience);
    m_context.platform.files.append(m_path, Secret{json_line(turn) + "\n"});
  });
}

} // namespace chutes::cli
