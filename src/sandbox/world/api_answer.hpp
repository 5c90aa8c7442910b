// Writes responses in the form of the service's framework (FastAPI).
#pragma once

#include "base/json_fields.hpp"
#include "sandbox/world/scope_rules.hpp"

#include <optional>

namespace httplib {
struct Response;
}

namespace chutes::sandbox {

// The refusal of whoever asks for another account's things.
inline constexpr const char* billing_admins_only =
    "This action can only be performed by billing admin accounts.";

void answer_json(httplib::Response& response, const Json& body, int status = 200);
// Answers {"detail": …}.
void answer_detail(httplib::Response& response, int status, const Json& detail);
void answer_refusal(httplib::Response& response, const Refusal& refusal);
// Answers like an unhandled exception: plain text, not JSON.
void answer_server_error(httplib::Response& response);
// Answers 200 with `body`, or like an unhandled exception if there is none.
void answer_or_fail(httplib::Response& response, const std::optional<Json>& body);

} // namespace chutes::sandbox
