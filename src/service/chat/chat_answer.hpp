// Assembles a chat completion from its chunks. Internal to chat_completion.
#pragma once

#include "base/json_fields.hpp"
#include "base/lenient_json.hpp"
#include "base/utf8.hpp"
#include "service/chat/chat_completion.hpp"
#include "service/chat/chunk_fast_path.hpp"
#include "service/chat/tool_calls.hpp"

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
  // Adds a complete response object, as sent without streaming, or one chunk.
  void add_whole(Json document, ChatListener& listener);
  // The end marker came: ignores everything after it.
  void mark_done() { m_marked_done = true; }
  // The service reported an error: likewise. An empty reason becomes "no reason given".
  void fail(std::string reason);
  // Something came that may be an error: it is one, for this reason, if the answer ends without a
  // finish_reason.
  void doubt(const std::string& reason);
  // A piece could not be read: the answer fails in the end, for this reason, but what follows is passed on.
  void miss(const std::string& reason);
  // No more follows, in order or because the connection was `cut`: passes on what was held back.
  void finish(ChatListener& listener, bool cut);

  [[nodiscard]] bool over() const { return m_marked_done || m_failed; }
  [[nodiscard]] bool failed() const { return m_failed; }
  // Whether any part of an answer has come.
  [[nodiscard]] bool begun() const { return m_begun; }
  // Whether it is complete without more to come: a finish_reason in each choice, or a whole response object.
  [[nodiscard]] bool ended() const;
  // After `finish`. Leaves `response` empty.
  [[nodiscard]] ChatOutcome outcome() const;
  [[nodiscard]] std::string response() const;

private:
  struct Choice {
    Json json;
    JsonMembers members{};
    JsonMembers message_members{};
    ToolCalls calls{};
    bool has_deltas = false;
  };

  void add_choice(const Json& choice, ChatListener& listener);
  [[nodiscard]] static const Json* piece_of(const Json& choice, Choice& kept);
  void report(const Json& message, ChatListener& listener);
  void report_text(std::string_view text, ChatListener& listener);
  void flush_text(ChatListener& listener);
  void add_delta(Choice& choice, const Json& delta);
  void add_member(Choice& choice, Json& member, const std::string& name, const Json& value);
  void add_text(Json& member, std::string_view text);
  void add_parts(Json& member, const Json& parts);
  void add_envelope(const Json& chunk);
  [[nodiscard]] Json& member_of(Json& object, JsonMembers& members, const std::string& name);
  [[nodiscard]] Choice& choice_at(long index);
  void count_kept(std::size_t bytes);
  [[nodiscard]] Json assembled() const;
  // The choices as far as they have come, or of the whole response object.
  [[nodiscard]] std::vector<const Json*> choices() const;
  void describe_message(ChatOutcome& outcome) const;
  void describe_ending(ChatOutcome& outcome) const;

  Kept m_kept;
  ChunkFastPath m_fast_path;
  std::string m_pending_text;   // of chunks that were not parsed
  std::string_view m_last_fast; // the last of them, in the caller's buffer
  std::string m_unparsed;       // a copy of it, once that buffer is gone
  Utf8Joiner m_text;            // of the first choice, on its way to the listener
  Utf8Joiner m_reasoning;
  JsonMembers m_envelope_members;
  Json m_envelope; // all members of the chunks except choices and usage
  std::map<long, Choice> m_choices;
  Json m_usage;
  Json m_whole; // null unless the answer came as one document
  std::string m_error;
  std::string m_doubt;
  std::string m_missed;
  std::size_t m_bytes_kept = 0;
  bool m_begun = false;
  bool m_marked_done = false;
  bool m_failed = false;
  bool m_has_text = false;
};

} // namespace chutes::service
