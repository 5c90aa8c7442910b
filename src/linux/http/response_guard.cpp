#include "linux/http/response_guard.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/header_fields.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace chutes::on_linux {
namespace {

constexpr std::size_t line_limit = 4096; // of a chunk's size and its extensions, or a trailer

bool contains_token(const std::string& list, std::string_view token) {
  const auto parts = split(list, ',');
  return std::any_of(parts.begin(), parts.end(),
                     [&](const std::string& part) { return equals_ignoring_case(trim(part, " \t"), token); });
}

std::string hexadecimal(std::uint64_t number) {
  char digits[16];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number, 16).ptr;
  return {digits, end};
}

} // namespace

ResponseGuard::ResponseGuard(std::string_view method, const std::string& peer)
    : m_peer(peer), m_head_request(method == "HEAD"), m_reader(peer) {}

void ResponseGuard::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    switch (m_state) {
    case State::head:
      if (m_reader.take(bytes))
        begin_message();
      break;
    case State::counted:
      pass_counted(bytes, State::complete);
      break;
    case State::until_end:
      m_ready += bytes;
      return;
    case State::chunk_size:
      if (take_line(bytes))
        begin_chunk();
      break;
    case State::chunk_data:
      pass_counted(bytes, State::chunk_end);
      break;
    case State::chunk_end:
      if (take_line(bytes)) {
        if (m_line != "\r\n")
          refuse_answer(m_peer, "a chunk of its answer is longer than it says");
        m_ready += "\r\n";
        m_state = State::chunk_size;
      }
      break;
    case State::trailer:
      if (take_line(bytes))
        take_trailer_line();
      break;
    case State::complete:
      m_reusable = false; // bytes that were not requested
      return;
    }
  }
}

void ResponseGuard::finish() {
  m_reusable = false;
  if (m_state == State::until_end)
    m_state = State::complete;
  if (m_state == State::complete)
    return;
  throw Error{ErrorKind::network,
              m_reader.untouched() ? m_peer + " closed the connection without an answer"
                                   : "the connection to " + m_peer + " was lost in the middle of the answer",
              "try again"};
}

std::size_t ResponseGuard::take(std::span<char> into) {
  const auto count = std::min(into.size(), m_ready.size() - m_ready_begin);
  std::memcpy(into.data(), m_ready.data() + m_ready_begin, count);
  m_ready_begin += count;
  if (m_ready_begin == m_ready.size()) {
    m_ready.clear();
    m_ready_begin = 0;
  }
  return count;
}

void ResponseGuard::begin_message() {
  if (head().status == 101)
    refuse_answer(m_peer, "it switches to a protocol that was not requested");
  if (head().status < 200) { // an interim response (RFC 9110 §15.2): the real one follows
    constexpr int most_interim = 100;
    if (++m_interim > most_interim)
      refuse_answer(m_peer, "it sends interim responses without end");
    m_reader.next();
    return;
  }
  choose_framing();
}

// RFC 9112 §6.3, with every ambiguous case refused.
void ResponseGuard::choose_framing() {
  const bool coded = head().count("transfer-encoding") > 0;
  const bool counted = head().count("content-length") > 0;
  if (head().http_1_0 || contains_token(head().joined("connection"), "close"))
    m_reusable = false;
  if (coded && (counted || head().http_1_0 || lower(head().joined("transfer-encoding")) != "chunked"))
    refuse_answer(m_peer, "the length of its answer is ambiguous");
  const std::uint64_t length = counted ? content_length() : 0;

  if (m_head_request || head().status == 204 || head().status == 304) {
    m_state = State::complete;
    pass_head("Content-Length: 0\r\n");
    return;
  }
  if (const auto coding = lower(head().joined("content-encoding")); !coding.empty() && coding != "identity")
    refuse_answer(m_peer, "its answer is compressed, which was not requested");
  if (coded) {
    m_state = State::chunk_size;
    pass_head("Transfer-Encoding: chunked\r\n");
  } else if (counted) {
    m_left = length;
    m_state = length == 0 ? State::complete : State::counted;
    pass_head("Content-Length: " + std::to_string(length) + "\r\n");
  } else {
    m_state = State::until_end;
    m_reusable = false;
    pass_head({});
  }
}

void ResponseGuard::pass_head(const std::string& framing) {
  m_ready += "HTTP/1.1 " + std::to_string(head().status) + " -\r\n" + framing + "\r\n";
}

std::uint64_t ResponseGuard::content_length() const {
  const auto text = head().joined("content-length");
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (head().count("content-length") != 1 || error != std::errc{} || end != text.data() + text.size() ||
      text.empty())
    refuse_answer(m_peer, "the length of its answer is ambiguous");
  return length;
}

void ResponseGuard::pass_counted(std::string_view& bytes, State after) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(m_left, bytes.size()));
  m_ready += bytes.substr(0, count);
  bytes.remove_prefix(count);
  m_left -= count;
  if (m_left == 0)
    m_state = after;
}

bool ResponseGuard::take_line(std::string_view& bytes) {
  if (m_line.ends_with('\n'))
    m_line.clear();
  const auto end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
  m_line += bytes.substr(0, end);
  bytes.remove_prefix(end);
  if (m_line.size() > line_limit)
    refuse_answer(m_peer, "a line between the chunks of its answer is too long");
  if (!m_line.ends_with('\n'))
    return false;
  const std::string_view content = std::string_view{m_line}.substr(0, m_line.size() - 1);
  if (!content.ends_with('\r') || !is_field_value(content.substr(0, content.size() - 1)))
    refuse_answer(m_peer, "the chunks of its answer are malformed");
  return true;
}

// chunk-size [ ";" extensions ]; extensions are dropped (RFC 9112 §7.1.1).
void ResponseGuard::begin_chunk() {
  std::string_view size = std::string_view{m_line}.substr(0, m_line.find_first_of("; \t\r"));
  const std::string_view rest = std::string_view{m_line}.substr(size.size());
  const auto mark = rest.find_first_not_of(" \t");
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), m_left, 16);
  if (size.empty() || error != std::errc{} || end != size.data() + size.size() ||
      (rest[mark] != ';' && rest[mark] != '\r'))
    refuse_answer(m_peer, "the chunks of its answer are malformed");
  m_ready += hexadecimal(m_left) + "\r\n";
  m_state = m_left == 0 ? State::trailer : State::chunk_data;
}

// Trailers are dropped: nothing we speak to has any use for them, and httplib cannot read them.
void ResponseGuard::take_trailer_line() {
  m_trailer_bytes += m_line.size();
  if (m_trailer_bytes > head_limit)
    refuse_answer(m_peer, "the trailers of its answer are too long");
  if (m_line.size() > 2)
    return;
  m_ready += "\r\n";
  m_state = State::complete;
}

} // namespace chutes::on_linux
