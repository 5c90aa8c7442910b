// One line of a batch: a request as in OpenAI's batch input files, or only its body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace chutes::service {

// Defaults for lines that do not set these themselves.
struct BatchDefaults {
  std::string model;  // added at the front of a body without a model; may be empty
  std::string target; // where requests go, as given; part of the digest
};

struct BatchLine {
  std::size_t number = 0; // in the input, from 1
  std::optional<std::string> custom_id;
  std::string method;       // upper case; empty: the target's method
  std::string url;          // a path or an absolute URL; empty: the target's
  std::string body;         // one line of JSON; empty if there is none
  std::string model;        // named by the body; may be empty
  std::uint64_t digest = 0; // of everything that defines the request
  std::string fault;        // why it cannot be sent; empty if it can

  // Identifies the result: a hash of the custom_id, else of the number.
  [[nodiscard]] std::uint64_t key() const;

  friend bool operator==(const BatchLine&, const BatchLine&) = default;
};

// Parses a line. An object with a `body` and one of `custom_id`, `method` and `url` is a request, as is one
// with `method` and `url`; any other object is a body, whose `custom_id` is taken out of it. Does not throw
// for an invalid line: see `fault`.
[[nodiscard]] BatchLine parse_batch_line(const std::string& text, std::size_t number,
                                         const BatchDefaults& defaults);

// Returns the key of a result with this custom_id or, without one, number.
[[nodiscard]] std::uint64_t batch_key(const std::optional<std::string>& custom_id, std::size_t number);

} // namespace chutes::service
