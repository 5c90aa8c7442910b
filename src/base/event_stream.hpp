// Server-sent events (WHATWG HTML §9.2.6), decoded as they arrive: bytes in, split anywhere, events out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chutes {

class EventStream {
public:
  // Feeds bytes and calls `on_event(data)` for every event they complete; `data` lives until the call
  // returns. In the steady state nothing is allocated. Throws Error{service} when one event grows beyond 16
  // MiB.
  template <typename OnEvent>
  void feed(std::string_view bytes, OnEvent&& on_event) {
    m_buffer.append(without_late_line_feed(bytes));
    std::size_t begin = 0;
    std::size_t end = 0;
    while (next_line(begin, end)) {
      const std::string_view line{m_buffer.data() + begin, end - begin};
      if (line.empty() && m_has_data)
        on_event(std::string_view{m_data});
      take_line(line);
      begin = m_next;
    }
    m_buffer.erase(0, begin);
    check_size(m_buffer.size());
  }

  // Bytes at the end that no line break completed: the contract's bare JSON error stands there.
  [[nodiscard]] const std::string& rest() const { return m_buffer; }
  // The last complete line that was no field of the format, if any: a server that writes JSON without "data:"
  // before a line break leaves it here.
  [[nodiscard]] const std::string& stray_line() const { return m_stray_line; }
  // Whether something came that is none of the format, at the end included.
  [[nodiscard]] bool is_astray() const;

private:
  // `bytes` without the LF that completes a CR at the end of the piece before.
  [[nodiscard]] std::string_view without_late_line_feed(std::string_view bytes);
  // Finds the line that starts at `begin`: its end, and in m_next where the one after it starts.
  [[nodiscard]] bool next_line(std::size_t begin, std::size_t& end);
  void take_line(std::string_view line);
  static void check_size(std::size_t bytes);

  std::string m_buffer; // bytes of the line under way
  std::string m_data;   // data lines of the event under way
  std::string m_stray_line;
  std::size_t m_next = 0;
  std::size_t m_searched = 0; // how far m_buffer is known to hold no line break
  bool m_has_data = false;
  bool m_skip_line_feed = false; // a line ended in CR at the end of a piece: an LF that follows belongs to it
  bool m_at_start = true;        // a byte order mark may still come
};

} // namespace chutes
