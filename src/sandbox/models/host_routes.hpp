// Answers invocations by host name: the shared hosts llm, embed and image, where `model` selects the chute,
// and one host for each chute's slug. Settings of the user that apply here, besides those of account.hpp:
//
//   invoke_error      {"status": 429, "detail": text or object}: refuses every invocation with this
//   stream_pause_ms   number: the pause between the events of a stream (0)
#pragma once

#include "sandbox/world/catalogue.hpp"
#include "sandbox/world/sandbox_state.hpp"

#include <string_view>

namespace chutes::sandbox {

// Answers a request to `host` ("llm", a slug, …) for `path`. Returns false if there is no such host, or if it
// does not serve the request (like a GET on llm of anything but /v1/models).
[[nodiscard]] bool answer_host(SandboxState& state, const Catalogue& catalogue, InvocationLedger& ledger,
                               std::string_view host, std::string_view path, const httplib::Request& request,
                               httplib::Response& response);

} // namespace chutes::sandbox
