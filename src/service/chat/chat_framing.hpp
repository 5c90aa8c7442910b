// The form in which an answer arrives: engines and gateways do not always send what was asked for.
#pragma once

#include <string_view>

namespace chutes::service {

enum class Framing {
  undecided, // too little has come
  events,    // server-sent events
  document,  // JSON: one document, or several in a row
};

// Decides by the first bytes, if they are of one form and not of the other; else by the Content-Type, else by
// what was asked for. More bytes change no decision.
[[nodiscard]] Framing framing_of(std::string_view content_type, std::string_view first_bytes, Framing asked);

} // namespace chutes::service
