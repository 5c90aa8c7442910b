// Server-sent events (WHATWG HTML §9.2.6), decoded as they arrive: bytes in, split anywhere, events out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chutes {

class EventStream {
public:
  // Feeds bytes and calls `on_event(data)` for every event they complete; `data` lives until the call
  // returns. An event that has a name, or stray lines,
  // counts even without data. In the steady state nothing is allocated, and
  // only what is split between two pieces is copied. Throws Error{service} when one event, or text without
  // form, grows beyond 16 MiB.
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
  // The end of the stream: takes its last line and its last event, if nothing has completed them. (The format
  // discards these; servers forget the line breaks.)
  template <typename OnEvent>
  void finish(OnEvent&& on_event) {
    const auto line = take_unfinished_line();
    if (!line.empty())
      take_line(line);
    if (const auto data = take_data())
      on_event(*data);
  }

  // The name of the event that `on_event` is being called for (`event:`); empty if it has none.
  [[nodiscard]] const std::string& name() const { return m_name; }
  // Whether lines have come that are no field of the format, since take_stray_lines. A server that writes
  // JSON without "data:" leaves it here.
  [[nodiscard]] bool has_stray_lines() const { return !m_stray_lines.empty(); }
  // Returns them, each with a line feed.
  [[nodiscard]] std::string take_stray_lines();
  // Whether there were any at all.
  [[nodiscard]] bool is_malformed() const { return m_is_malformed; }

private:
  void begin_piece(std::string_view bytes);
  [[nodiscard]] std::optional<std::string_view> next_line();
  void take_line(std::string_view line);
  void add_data(std::string_view value);
  void add_stray_line(std::string_view line);
  // The data of the event that ends here, if it has any, or a name; lives until the next line is taken.
  [[nodiscard]] std::optional<std::string_view> take_data();
  void end_piece();
  [[nodiscard]] std::string take_unfinished_line();

  std::string m_buffer;     // the beginning of a line that an earlier piece broke off in
  std::string_view m_piece; // what is left of the piece being fed
  std::string m_data;       // data lines of the event under way
  std::optional<std::string_view> m_data_in_place; // the same, while it is one line of the piece being fed
  std::string m_name;                              // of the event that is being passed on
  std::string m_next_name;                         // of the event under way
  std::string m_stray_lines;
  bool m_is_malformed = false;
  bool m_event_has_stray_lines = false; // the event under way
  bool m_has_data = false;
  bool m_has_carriage_returns = false; // the piece being fed
  bool m_line_is_joined = false;       // the line just taken is in m_buffer
  bool m_skip_line_feed = false; // a line ended in CR at the end of a piece: an LF that follows belongs to it
  bool m_at_start = true;        // a byte order mark may still come
};

} // namespace chutes
