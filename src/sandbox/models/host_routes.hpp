// Invocations by host name: the shared hosts llm, embed and image, where `model` picks the chute, and one
// host for each chute's slug. Settings of the user that matter here, besides those of account.hpp:
//
//   invoke_error      {"status": 429, "detail": text or object}: every invocation is refused so
//   stream_pause_ms   number: the pause between the events of a stream (0)
#pragma once

#include "sandbox/world/api_world.hpp"
#include "sandbox/world/catalogue.hpp"

#include <string_view>

namespace chutes::sandbox {

// Answers a request to `host` ("llm", a slug …) for `path`. False if there is no such host, or it leaves this
// request to the management routes (as llm does with a GET that is not /v1/models).
[[nodiscard]] bool answer_host(ApiWorld& world, const Catalogue& catalogue, InvocationLedger& ledger,
                               std::string_view host, std::string_view path, const httplib::Request& request,
                               httplib::Response& response);

} // namespace chutes::sandbox
