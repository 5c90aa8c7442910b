// One line of a batch: a request as in OpenAI's batch files, or just its body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace chutes::service {

// What lines that do not say it themselves mean.
struct BatchDefaults {
  std::string model;  // put before the other fields of a body that names none; may be empty
  std::string target; // where they go, as it was given; one with another is another request
};

struct BatchLine {
  std::size_t number = 0; // in the input, from 1
  std::optional<std::string> custom_id;
  std::string method;       // upper case; empty: the target's
  std::string url;          // of the line's own: a path or an absolute URL; empty: the target's
  std::string body;         // one line of JSON; empty if there is none
  std::string model;        // that the body names; may be empty
  std::uint64_t digest = 0; // of all that makes the request
  std::string fault;        // why it cannot be sent; empty: it can

  // What a result is found by: the custom_id, else the number.
  [[nodiscard]] std::uint64_t key() const;

  friend bool operator==(const BatchLine&, const BatchLine&) = default;
};

// An object with a `body` and one of `custom_id`, `method` and `url` is such a request, as is one with
// `method` and `url`; every other object is a body. Never throws for what the line holds: see `fault`.
[[nodiscard]] BatchLine parse_batch_line(const std::string& text, std::size_t number,
                                         const BatchDefaults& defaults);

// The key of a result that names these.
[[nodiscard]] std::uint64_t batch_key(const std::optional<std::string>& custom_id, std::size_t number);

} // namespace chutes::service
