// One accepted invocation: the chute and cord it goes to, its body, and the answers cords give.
#pragma once

#include "sandbox/world/api_world.hpp"
#include "sandbox/world/catalogue.hpp"

#include <string>
#include <vector>

namespace chutes::sandbox {

struct CordCall {
  ApiWorld& world;
  InvocationLedger& ledger;
  const Caller& caller;
  const Chute& chute;
  const Cord& cord;
  const Json& body; // an object
  bool thinking;    // asked for by `:THINKING` or X-Enable-Thinking
  const httplib::Request& request;
  httplib::Response& response;
};

// Refuses or answers the call, books it and adds the headers of a success.
void answer_cord(const CordCall& call);

// Sends the events one by one as server-sent events, pausing between them; stops when the client goes away.
void answer_events(httplib::Response& response, std::vector<std::string> events, std::int64_t pause_ms);
// Sends `size` bytes without declaring a length; `bytes(offset, size)` makes them.
void answer_undeclared(httplib::Response& response, std::size_t size, const char* content_type,
                       std::string (*bytes)(std::size_t offset, std::size_t size));

} // namespace chutes::sandbox
