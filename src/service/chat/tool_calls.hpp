// Puts a message's tool calls together from the pieces of a stream. Engines disagree on how pieces name their
// call.
#pragma once

#include "base/json_fields.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chutes::service {

class ToolCalls {
public:
  // Adds the pieces of one delta to `calls`, which holds what earlier pieces made. A piece continues the last
  // call with its index and its id, as far as both have them; a new id, a new index, or a name after
  // arguments that are complete begins a new call. Ignores pieces beyond 1024 calls.
  void add(Json& calls, const Json& pieces);

private:
  struct Known { // of a call, as its pieces gave it
    std::optional<std::int64_t> index{};
    std::string id{};
  };
  void add_piece(Json& calls, const Json& piece, std::vector<bool>& taken);
  [[nodiscard]] std::optional<std::size_t> continued(const Json& calls, const Json& piece,
                                                     const std::vector<bool>& taken) const;

  std::vector<Known> m_known;
};

// Adds a piece of a call's function: its name, which every piece may repeat, and its arguments, which are
// text or, from some engines, JSON.
void add_function(Json& function, const Json& piece);

// "name(arguments)" of a function; the JSON of anything else.
[[nodiscard]] std::string call_text(const Json& function);

} // namespace chutes::service
