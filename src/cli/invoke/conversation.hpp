// A conversation with a model that goes on from one command to the next: a file of JSON lines, one a turn, to
// which a turn is only ever added when its answer is whole.
#pragma once

#include "cli/command/context.hpp"
#include "service/chat/chat_completion.hpp"
#include "service/chat/chat_request.hpp"

#include <string>
#include <vector>

namespace chutes::cli {

class Conversation {
public:
  // The one of that name; an empty name is the profile's. There need not be one yet. Throws Error{usage} for
  // a name that is none, and for a file that cannot be read or holds something else.
  Conversation(const std::string& name, Context& context);

  // Puts what was said so far before the prompt, and the system prompt last given where the request has none.
  // Throws Error{usage} if the conversation has no room for another turn.
  void lead_to(service::ChatRequest& request) const;

  // Says which one goes on, if it has begun.
  void announce() const;

  // Adds the turn under the file's lock: other processes' turns stay whole. Throws Error{internal} if it
  // cannot be kept; the turns before it are.
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
