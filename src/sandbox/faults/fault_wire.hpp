// Applies faults to httplib's responses: refuses requests instead of processing them, and alters real
// responses as they are sent. Both halves run on the thread that serves the request.
#pragma once

#include "base/time_text.hpp"
#include "sandbox/faults/fault.hpp"

#include <httplib.h>

#include <functional>

namespace chutes::sandbox {

// Answers in place of the handler if the fault requires it; returns false if the request must be processed.
[[nodiscard]] bool refuse_instead(const Fault& fault, httplib::Response& response);

// Alters a finished response; called from httplib's post-routing handler, when its headers are complete.
// Waits for the delay of the fault. `plan` must outlive the connection. `now` is the server's time, for the
// Date header.
void apply_fault(FaultPlan& plan, const Fault& fault, const httplib::Request& request,
                 httplib::Response& response, Instant now);

// POST /_sandbox/fault: adds the faults in the body, one per line, to the plan; an empty body clears it. A
// body with a malformed fault changes nothing and is answered with 400 and the reason as `detail`.
void answer_fault_control(FaultPlan& plan, const httplib::Request& request, httplib::Response& response);

// Both halves for one server. Faults never apply to the control routes below /_sandbox/. `before` is called
// at the start of every handler (not in httplib's pre-routing handler, because an unread body would be taken
// for the next request), `after` from the post-routing handler.
class FaultHooks {
public:
  FaultHooks(FaultPlan& plan, std::function<Instant()> now);

  // Returns true if it has answered, so that the handler must not.
  [[nodiscard]] bool before(const httplib::Request& request, httplib::Response& response);
  void after(const httplib::Request& request, httplib::Response& response);

private:
  FaultPlan& m_plan;
  std::function<Instant()> m_now;
};

} // namespace chutes::sandbox
