// A string that must not be seen: no stream operator, no implicit conversion, wiped when it goes away.
// `reveal()` is the only way to its content, so that every use can be found by name.
#pragma once

#include <string>
#include <string_view>

namespace chutes {

// Overwrites the characters of `text`, its unused capacity included, and empties it. Not optimised away.
void wipe(std::string& text) noexcept;

// Overwrites what calls that have returned left on the stack below the caller: for libraries that read
// secrets into buffers of their own.
void wipe_stack() noexcept;

class Secret {
public:
  Secret() = default;
  explicit Secret(std::string text) : m_text(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : m_text(std::move(other.m_text)) { wipe(other.m_text); }
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(m_text); }

  [[nodiscard]] const std::string& reveal() const { return m_text; }
  [[nodiscard]] bool empty() const { return m_text.empty(); }

  // Takes a time that depends on the lengths only.
  friend bool operator==(const Secret& a, const Secret& b);

private:
  std::string m_text;
};

// Whether both are equal, in a time that depends on the lengths only.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

// Whether some word of `text` may be a credential: it begins as the service's do, or it is long and looks
// drawn by chance. For deciding what of a user's mistake may be repeated.
[[nodiscard]] bool looks_like_a_secret(std::string_view text);

} // namespace chutes
