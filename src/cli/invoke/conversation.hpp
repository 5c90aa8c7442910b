// A stored conversation with a model (--continue): a file of JSON lines, one turn each. A turn is added once
// its answer is complete.
#pragma once

#include "cli/command/context.hpp"
#include "service/chat/chat_completion.hpp"
#include "service/chat/chat_request.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

class Conversation {
public:
  // Reads the conversation of that name, which need not exist yet; an empty name means the profile's name.
  // Throws Error{usage} for an invalid name, and for a file that cannot be read or is not a conversation.
  Conversation(const std::string& name, Context& context);

  // Adds the earlier turns to `request`, and the last system prompt if the request has none. Throws
  // Error{usage} if the conversation is too long for another turn.
  void add_history(service::ChatRequest& request) const;

  // Prints which conversation continues, if it has any turns.
  void announce() const;

  // Appends the turn under the file's lock, so that turns of several processes do not mix. Throws
  // Error{internal} if it cannot be stored; earlier turns stay intact.
  void add(const service::ChatRequest& asked, const service::ChatOutcome& answer);

private:
  void read_line(std::string_view line, std::size_t number);

  Context& m_context;
  std::string m_name;
  std::string m_path;
  std::string m_system;
  std::vector<std::string> m_messages; // each as a JSON object
  std::size_t m_turns = 0;
  std::size_t m_bytes = 0;
};

} // namespace chutes::cli
