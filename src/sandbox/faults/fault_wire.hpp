// Faults applied to httplib's answers: what is refused instead of being processed, and how a true answer is
// bent on its way out. Both halves run on the thread that serves the request.
#pragma once

#include "base/time_text.hpp"
#include "sandbox/faults/fault.hpp"

#include <httplib.h>

#include <functional>

namespace chutes::sandbox {

// Answers in the handler's place if the fault says so; false: process the request.
[[nodiscard]] bool refuse_instead(const Fault& fault, httplib::Response& response);

// Bends a finished answer; called from httplib's post-routing handler, when its headers are complete. Waits
// here for a delay. `plan` must outlive the connection. `now` is the server's clock, for the Date header.
void bend_answer(FaultPlan& plan, const Fault& fault, const httplib::Request& request,
                 httplib::Response& response, Instant now);

// POST /_sandbox/fault: the body holds faults, one a line, that are added to the plan; an empty body clears
// it. A body with a fault that is not well written changes nothing and is answered with 400 and the reason as
// `detail`.
void answer_fault_door(FaultPlan& plan, const httplib::Request& request, httplib::Response& response);

// Both halves for one server. The doors below /_sandbox/ are never hit. `before` is called at the head of
// every handler (there, and not in httplib's pre-routing handler, because a body that was not read would be
// taken for the next request), `after` from the post-routing handler.
class FaultHooks {
public:
  FaultHooks(FaultPlan& plan, std::function<Instant()> now);

  // True: an answer was given, the handler has nothing to do.
  [[nodiscard]] bool before(const httplib::Request& request, httplib::Response& response);
  void after(const httplib::Request& request, httplib::Response& response);

private:
  FaultPlan& m_plan;
  std::function<Instant()> m_now;
};

} // namespace chutes::sandbox
