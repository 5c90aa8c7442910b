// Reads the answer of a chat completion, streamed or not: passes on its text as it arrives and returns the
// complete response object at the end.
#pragma once

#include "base/event_stream.hpp"
#include "base/json_fields.hpp"
#include "service/chat/chat_ending.hpp"
#include "service/chat/chat_framing.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::service {

// Receives the answer as it arrives. An exception thrown here ends the reading and passes through.
class ChatListener {
public:
  virtual ~ChatListener() = default;
  virtual void text(std::string_view piece) = 0;      // of the first choice's content
  virtual void reasoning(std::string_view piece) = 0; // of its reasoning_content
};

// How the answer ended.
enum class ChatEnd {
  complete, // an end marker, or a finish_reason
  cut,      // neither: the stream just ended
  failed,   // the service reported an error, also as a finish_reason, or sent something that is not an answer
};

struct ChatOutcome {
  ChatEnd end = ChatEnd::cut;
  Ending ending = Ending::complete; // of the choice that ended worst
  std::string worst_reason;         // its finish_reason; empty if the ending is complete
  std::string finish_reason;        // of the first choice: "stop", "length", …; may be empty
  std::string error;                // the reason, one line, if `end` is failed
  bool is_foreign = false;          // failed, because what came is not an answer at all
  std::string response; // the complete response object as one line of JSON, as if it had not been streamed;
                        // empty if none came, or it was not kept
  std::optional<long> prompt_tokens;
  std::optional<long> completion_tokens;
  bool empty = true; // no text came

  // The first choice's message: its text, if kept, and its other members.
  std::string text;
  std::string refusal;                 // the model's refusal; may be empty
  std::vector<std::string> tool_calls; // "get_weather({"city":"Paris"})"
  std::vector<std::string> further;    // names of its other members
  std::size_t choices = 0;             // how many choices the answer has

  friend bool operator==(const ChatOutcome&, const ChatOutcome&) = default;
};

// What is kept of an answer.
enum class Kept {
  response, // the whole response object, and the text
  text,     // only the text
  nothing,  // nothing: memory use is bounded by the longest event
};

class ChatReader {
public:
  // `streamed`: whether a stream was asked for. Anything else is read all the same.
  ChatReader(ChatListener& listener, bool streamed, Kept kept = Kept::response);
  ~ChatReader();
  ChatReader(const ChatReader&) = delete;
  ChatReader& operator=(const ChatReader&) = delete;

  // The Content-Type of the answer; must come before its bytes.
  void begin(std::string content_type) { m_content_type = std::move(content_type); }
  // Throws what the listener throws, and Error{service} for an answer beyond the size limit; either ends the
  // reading.
  void feed(std::string_view bytes);
  // Whether the end marker or an error has come; anything after it is ignored.
  [[nodiscard]] bool done() const;
  // Returns the outcome. `cut`: the connection broke before the end of the answer.
  [[nodiscard]] ChatOutcome finish(bool cut);

private:
  class Answer;
  void feed_events(std::string_view bytes);
  void read_event(std::string_view data);
  void read_data(std::string_view data);
  void read_unreadable(std::string_view data);
  void read_stray_lines();
  void read_stray_line(std::string_view& rest);
  void read_document(Json document, bool alone);
  void read_object(Json document, bool alone);
  void read_body();
  [[nodiscard]] std::string foreign_form() const;

  ChatListener& m_listener;
  Framing m_asked;
  std::string m_content_type;
  Framing m_framing = Framing::undecided;
  EventStream m_events;
  std::string m_body;    // until it is known to be events
  bool m_ending = false; // the last event may be truncated
  std::unique_ptr<Answer> m_answer;
};

} // namespace chutes::service
