// The answer of a chat completion: a reader that turns its bytes, streamed or not, into text the moment it
// arrives and into the complete response object at the end. Pure: bytes in, words out.
#pragma once

#include "base/event_stream.hpp"
#include "base/json_fields.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::service {

// Hears the answer as it comes. What it throws ends the reading and is thrown on.
class ChatListener {
public:
  virtual ~ChatListener() = default;
  virtual void text(std::string_view piece) = 0;      // of the first choice's content
  virtual void reasoning(std::string_view piece) = 0; // of its reasoning_content
};

// How the answer ended.
enum class ChatEnd {
  complete, // an end marker, or a finish_reason
  cut,      // neither: the stream just stopped
  failed,   // the service reported an error in mid-stream, or sent something else than an answer
};

struct ChatOutcome {
  ChatEnd end = ChatEnd::cut;
  std::string finish_reason; // "stop", "length", …; empty if none came
  std::string error;         // what is wrong with it, one line, when `end` is failed
  std::string response; // the complete response object as one line of JSON, as if it had not been streamed;
                        // empty if nothing of one came, or it was not kept
  std::optional<long> prompt_tokens;
  std::optional<long> completion_tokens;
  bool empty = true; // no text came

  // The first choice's message: its text, if that was kept, and what stands beside it.
  std::string text;
  std::string refusal;                 // the model's own words where it refused
  std::vector<std::string> tool_calls; // "get_weather({"city":"Paris"})"
  std::vector<std::string> further;    // names of members that none of these fields tell
  std::size_t choices = 0;             // how many answers there are

  friend bool operator==(const ChatOutcome&, const ChatOutcome&) = default;
};

// What of an answer is still there at its end.
enum class Kept {
  response, // the whole response object, and the text
  text,     // no response object
  nothing,  // neither: an answer of any length takes no more memory than its longest piece
};

class ChatReader {
public:
  ChatReader(ChatListener& listener, bool streamed, Kept kept = Kept::response);
  ~ChatReader();
  ChatReader(const ChatReader&) = delete;
  ChatReader& operator=(const ChatReader&) = delete;

  // What it throws (a listener's words, or Error{service} for more than is kept of an answer) ends the
  // reading.
  void feed(std::string_view bytes);
  // Whether the end marker or an error has come: nothing after it counts.
  [[nodiscard]] bool done() const;
  // What came of it. `cut`: the connection broke before the answer's end.
  [[nodiscard]] ChatOutcome finish(bool cut);

private:
  class Answer;
  void read_event(std::string_view data);
  void read_unframed(std::string_view text);
  void read_body();

  ChatListener& m_listener;
  bool m_streamed;
  EventStream m_events;
  std::string m_body; // of an answer that is not streamed
  std::unique_ptr<Answer> m_answer;
};

} // namespace chutes::service
