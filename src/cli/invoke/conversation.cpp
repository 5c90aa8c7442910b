#include "cli/invoke/conversation.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace chutes::cli {
namespace {

constexpr std::chrono::seconds lock_patience{10};
constexpr std::size_t longest_name = 64;
constexpr std::size_t most_bytes = 15U << 20U; // of turns and the next question: a kept file holds 16 MiB

std::string checked_name(const std::string& name) {
  const bool allowed = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c < 0x80 && std::isalnum(c) != 0) || c == '.' || c == '_' || c == '-';
  });
  if (name.empty() || name.size() > longest_name || !allowed || name.starts_with('.'))
    throw Error{ErrorKind::usage,
                "a conversation's name has at most 64 letters, digits, '.', '_' and '-', and no '.' in front",
                "name it as --continue=NAME; a prompt goes before --continue"};
  return name;
}

std::string path_of(const std::string& name, const Environment& environment) {
  const auto state = environment.user_directory("XDG_STATE_HOME", ".local/state");
  if (!state)
    throw Error{ErrorKind::usage, "there is no place for conversations", "set HOME or XDG_STATE_HOME"};
  return *state + "/chutes-login/conversations/" + name + ".jsonl";
}

// What fails about a conversation's file is no matter of the keychain.
template <typename Action>
auto on_the_file(ErrorKind kind, const std::string& what, const Action& action) {
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
  const auto content = on_the_file(ErrorKind::usage, "", [this] {
    const auto lock = m_context.platform.files.lock(m_path, lock_patience);
    return m_context.platform.files.read(m_path, FileOrigin::kept);
  });
  std::string_view rest = content ? std::string_view{content->reveal()} : std::string_view{};
  // What stands behind the last line break is a line that a killed writer left: it is no turn.
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
                "take the line out, or begin another conversation with --continue=NAME"};
  ++m_turns;
  m_system = string_field(*turn, "system").value_or(m_system);
  for (const auto& message : *messages)
    m_messages.push_back(json_line(message));
}

void Conversation::lead_to(service::ChatRequest& request) const {
  if (m_bytes + service::user_message(request).size() > most_bytes)
    throw Error{ErrorKind::usage, "the conversation '" + m_name + "' has no room for this turn",
                "begin another with --continue=NAME; attached images take most of the room"};
  request.earlier = m_messages;
  if (request.system.empty())
    request.system = m_system;
}

void Conversation::announce() const {
  if (m_turns > 0)
    m_context.notice("Going on with the conversation '" + m_name + "' after " + std::to_string(m_turns) +
                     (m_turns == 1 ? " turn." : " turns."));
}

void Conversation::add(const service::ChatRequest& asked, const service::ChatOutcome& answer) {
  Json turn{{"at", rfc3339(m_context.platform.clock.now())}, {"model", asked.model}};
  if (!asked.system.empty() && asked.system != m_system)
    turn["system"] = asked.system;
  turn["messages"] = Json::array({parse_json(service::user_message(asked)).value_or(Json::object()),
                                  Json{{"role", "assistant"}, {"content", answer.text}}});
  turn["finish_reason"] = answer.finish_reason;
  on_the_file(ErrorKind::internal, "the answer could not be kept in the conversation: ", [&] {
    const auto lock = m_context.platform.files.lock(m_path, lock_patience);
    m_context.platform.files.append(m_path, Secret{json_line(turn) + "\n"});
  });
}

} // namespace chutes::cli
