// A chat completion being put together from its chunks. Internal to chat_completion.
#pragma once

#include "base/json_fields.hpp"
#include "service/chat/chat_completion.hpp"
#include "service/chat/chunk_fast_path.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace chutes::service {

// Throws Error{service} for an answer of more bytes than are kept of one (64 MiB).
void require_room(std::size_t bytes);

// Its methods throw as require_room for more than that of what is kept: other members, choices, and the text
// if it is wanted at the end.
class ChatAnswer {
public:
  explicit ChatAnswer(Kept kept) : m_kept(kept) {}

  // One chunk of a stream; text goes to `listener` at once.
  void add_chunk(const Json& chunk, ChatListener& listener);
  // The same for the data of a chunk that is like the one before it but for its text, which is kept back
  // until `end_piece` or `catch_up`; false for any other, which has to be parsed. `data` has to live until
  // then.
  [[nodiscard]] bool add_alike(std::string_view data);
  void learn(std::string_view data, const Json& chunk) { m_shape.learn(data, chunk); }
  // Says what was kept back.
  void end_piece(ChatListener& listener);
  // That, and takes over what else the last chunk held that was not parsed. Comes before all that follows.
  void catch_up(ChatListener& listener);
  // A complete response object, as it comes when nothing was streamed.
  void take_whole(Json document, ChatListener& listener);
  // The end marker: nothing after it counts.
  void mark_done() { m_marked_done = true; }
  // The service gave up; likewise. An empty reason is replaced by words that say so.
  void fail(std::string reason);

  [[nodiscard]] bool over() const { return m_marked_done || m_failed; }
  // Whether anything of an answer has come.
  [[nodiscard]] bool begun() const { return m_begun; }
  // Without the response.
  [[nodiscard]] ChatOutcome outcome() const;
  [[nodiscard]] std::string response() const;

private:
  void add_choice(const Json& choice, ChatListener& listener);
  void tell(const Json& words, ChatListener& listener);
  void tell_text(ChatListener& listener);
  void add_delta(Json& message, const Json& delta);
  void add_text(Json& member, std::string_view text);
  [[nodiscard]] Json& choice_at(long index);
  void count_kept(std::size_t bytes);
  [[nodiscard]] Json assembled() const;
  [[nodiscard]] std::string first_finish_reason() const;
  void tell_message(ChatOutcome& outcome) const;

  Kept m_kept;
  ChunkFastPath m_shape;
  std::string m_kept_back;       // text of chunks that were not parsed
  std::string_view m_last_alike; // the last of them, where it lies
  std::string m_unparsed;        // and when the piece it came in is gone
  Json m_envelope;               // everything of the chunks but choices and usage
  std::map<long, Json> m_choices;
  Json m_usage;
  Json m_whole; // null unless the answer came as one document
  std::string m_error;
  std::size_t m_bytes_kept = 0;
  bool m_begun = false;
  bool m_marked_done = false;
  bool m_failed = false;
  bool m_said_something = false;
};

} // namespace chutes::service
