// Assembles a chat completion from its chunks. Internal to chat_completion.
#pragma once

#include "base/json_fields.hpp"
#include "service/chat/chat_completion.hpp"
#include "service/chat/chunk_fast_path.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace chutes::service {

// Throws Error{service} if `bytes` exceeds the limit for one answer (64 MiB).
void require_within_limit(std::size_t bytes);

// Its methods throw as require_within_limit does if more than that would be kept: other members, choices, and
// the text if it is kept.
class ChatAnswer {
public:
  explicit ChatAnswer(Kept kept) : m_kept(kept) {}

  // Adds one chunk of a stream; passes its text to `listener` at once.
  void add_chunk(const Json& chunk, ChatListener& listener);
  // Adds a chunk that differs from the one before only in its text, without parsing it; returns false for any
  // other chunk, which must be parsed. The text is passed on by `flush` or `finish_fast_path`; `data` must
  // live until then.
  [[nodiscard]] bool add_fast(std::string_view data);
  void learn(std::string_view data, const Json& chunk) { m_fast_path.learn(data, chunk); }
  // Passes on pending text.
  void flush(ChatListener& listener);
  // Flushes, and takes over the other members of the last unparsed chunk. Must come before any other call.
  void finish_fast_path(ChatListener& listener);
  // Adds a complete response object, as sent without streaming.
  void add_whole(Json document, ChatListener& listener);
  // The end marker came: ignores everything after it.
  void mark_done() { m_marked_done = true; }
  // The service reported an error: likewise. An empty reason becomes "no reason given".
  void fail(std::string reason);

  [[nodiscard]] bool over() const { return m_marked_done || m_failed; }
  // Whether any part of an answer has come.
  [[nodiscard]] bool begun() const { return m_begun; }
  // Leaves `response` empty.
  [[nodiscard]] ChatOutcome outcome() const;
  [[nodiscard]] std::string response() const;

private:
  void add_choice(const Json& choice, ChatListener& listener);
  void report(const Json& message, ChatListener& listener);
  void flush_text(ChatListener& listener);
  void add_delta(Json& message, const Json& delta);
  void add_text(Json& member, std::string_view text);
  [[nodiscard]] Json& choice_at(long index);
  void count_kept(std::size_t bytes);
  void set_member(Json& object, const std::string& name, const Json& value);
  [[nodiscard]] Json assembled() const;
  [[nodiscard]] std::string first_finish_reason() const;
  void describe_message(ChatOutcome& outcome) const;

  Kept m_kept;
  ChunkFastPath m_fast_path;
  std::string m_pending_text;   // of chunks that were not parsed
  std::string_view m_last_fast; // the last of them, in the caller's buffer
  std::string m_unparsed;       // a copy of it, once that buffer is gone
  Json m_envelope;              // all members of the chunks except choices and usage
  std::map<long, Json> m_choices;
  Json m_usage;
  Json m_whole; // null unless the answer came as one document
  std::string m_error;
  std::size_t m_bytes_kept = 0;
  bool m_begun = false;
  bool m_marked_done = false;
  bool m_failed = false;
  bool m_has_text = false;
};

} // namespace chutes::service
