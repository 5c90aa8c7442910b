// Checks what passes from the wire to httplib, whose reader is lenient where that is dangerous (it accepts
// cut chunks, two lengths, unknown codings, and decodes header values): checks every byte of a response
// against RFC 9112 and passes on a canonical form of it, so that a response is either complete and
// unambiguous or an Error. Pure: bytes in, bytes out, no waiting.
#pragma once

#include "linux/http/response_head.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace chutes::on_linux {

class ResponseGuard {
public:
  // `method` of the request decides whether a body follows; `peer` is what errors call the other side.
  ResponseGuard(std::string_view method, const std::string& peer);

  // Takes received bytes. Throws Error{service} if they are not a valid HTTP/1.1 response.
  void feed(std::string_view bytes);
  // Called when the connection has ended. Throws Error{network} unless the response is complete.
  void finish();

  // Moves checked bytes for httplib into `into` and returns how many.
  [[nodiscard]] std::size_t take(std::span<char> into);

  [[nodiscard]] bool complete() const { return m_state == State::complete; }
  // Whether the connection can carry another request: complete, and not to be closed.
  [[nodiscard]] bool reusable() const { return complete() && m_reusable; }
  // The final head (no 1xx) with headers as the server wrote them; meaningful once `has_head`.
  [[nodiscard]] bool has_head() const { return m_state != State::head; }
  [[nodiscard]] const ResponseHead& head() const { return m_reader.head(); }

private:
  enum class State { head, counted, until_end, chunk_size, chunk_data, chunk_end, trailer, complete };

  void begin_message();
  void choose_framing();
  void pass_head(const std::string& framing);
  [[nodiscard]] std::uint64_t content_length() const;
  void pass_counted(std::string_view& bytes, State after);
  [[nodiscard]] bool take_line(std::string_view& bytes); // into m_line, with its CRLF
  void begin_chunk();
  void take_trailer_line();

  std::string m_peer;
  bool m_head_request;
  HeadReader m_reader;
  State m_state = State::head;
  int m_interim = 0; // responses with status 1xx so far
  bool m_reusable = true;
  std::uint64_t m_left = 0; // bytes of the body or chunk still to come
  std::string m_line;       // of chunk size or trailer, as far as it has come
  std::size_t m_trailer_bytes = 0;
  std::string m_ready; // canonical bytes not taken yet
  std::size_t m_ready_begin = 0;
};

} // namespace chutes::on_linux
