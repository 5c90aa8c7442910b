// An authorized invocation of a cord, and the answers of cords.
#pragma once

#include "sandbox/world/catalogue.hpp"
#include "sandbox/world/sandbox_state.hpp"

#include <string>
#include <vector>

namespace chutes::sandbox {

struct CordCall {
  SandboxState& state;
  InvocationLedger& ledger;
  const Caller& caller;
  const Chute& chute;
  const Cord& cord;
  const Json& body; // an object
  bool thinking;    // requested by `:THINKING` or X-Enable-Thinking
  const httplib::Request& request;
  httplib::Response& response;
};

// Answers or refuses the call; records a success in the ledger and adds its headers.
void answer_cord(const CordCall& call);

// Sends the events one by one as server-sent events, pausing between them; stops when the client disconnects.
void answer_events(httplib::Response& response, std::vector<std::string> events, std::int64_t pause_ms);
// Sends `size` bytes without declaring their number; `bytes(offset, size)` returns them.
void answer_undeclared(httplib::Response& response, std::size_t size, const char* content_type,
                       std::string (*bytes)(std::size_t offset, std::size_t size));

} // namespace chutes::sandbox
