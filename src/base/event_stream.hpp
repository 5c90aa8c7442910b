// Server-sent events (WHATWG HTML §9.2.6), decoded as they arrive: bytes in, split anywhere, events out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chutes {

class EventStream {
public:
  // Feeds bytes and calls `on_event(data)` for every event they complete; `data` lives until the call
  // returns. In the steady state nothing is allocated, and only what is split between two pieces is copied.
  // Throws Error{service} when one event grows beyond 16 MiB.
  template <typename OnEvent>
  void feed(std::string_view bytes, OnEvent&& on_event) {
    begin_piece(bytes);
    while (const auto line = next_line()) {
      if (!line->empty())
        take_line(*line);
      else if (const auto data = take_data())
        on_event(*data);
    }
    end_piece();
  }

  // Bytes at the end that no line break completed: a bare JSON error ends up here.
  [[nodiscard]] const std::string& rest() const { return m_buffer; }
  // The last complete line that was no field of the format, if any: a server that writes JSON without "data:"
  // before a line break leaves it here.
  [[nodiscard]] const std::string& stray_line() const { return m_stray_line; }
  // Whether something came that is none of the format, at the end included.
  [[nodiscard]] bool is_malformed() const;

private:
  void begin_piece(std::string_view bytes);
  [[nodiscard]] std::optional<std::string_view> next_line();
  void take_line(std::string_view line);
  void add_data(std::string_view value);
  // The data of the event that ends here, if it has any; lives until the next line is taken.
  [[nodiscard]] std::optional<std::string_view> take_data();
  void end_piece();

  std::string m_buffer;     // the beginning of a line that an earlier piece broke off in
  std::string_view m_piece; // what is left of the piece being fed
  std::string m_data;       // data lines of the event under way
  std::optional<std::string_view> m_data_in_place; // the same, while it is one line of the piece being fed
  std::string m_stray_line;
  bool m_has_data = false;
  bool m_has_carriage_returns = false; // the piece being fed
  bool m_line_is_joined = false;       // the line just taken is in m_buffer
  bool m_skip_line_feed = false; // a line ended in CR at the end of a piece: an LF that follows belongs to it
  bool m_at_start = true;        // a byte order mark may still come
};

} // namespace chutes
