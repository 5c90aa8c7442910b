#include "sandbox/faults/fault_wire.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/json_fields.hpp"
#include "sandbox/faults/connection_sockets.hpp"
#include "sandbox/faults/fault_stream.hpp"
#include "sandbox/world/api_answer.hpp"
#include "sandbox/world/moment.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <utility>

namespace chutes::sandbox {
namespace {

std::string reason(int status) {
  switch (status) {
  case 429:
    return "Too Many Requests";
  case 500:
    return "Internal Server Error";
  case 502:
    return "Bad Gateway";
  case 503:
    return "Service Temporarily Unavailable";
  case 504:
    return "Gateway Time-out";
  default:
    return "Error";
  }
}

std::string service_detail(int status) {
  switch (status) {
  case 401:
    return "Can't find a user with that api key in our db :(";
  case 402:
    return "Subscription usage cap exceeded. Please add balance to continue.";
  case 403:
    return "Token does not have permission for this resource";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 429:
    return "Infrastructure is at maximum capacity, try again later";
  case 500:
    return "exhausted all available targets to no avail";
  case 503:
    return "No instances available (yet) for chute_id='00000000-0000-0000-0000-000000000000'";
  default:
    return reason(status);
  }
}

std::string html_page(int status) {
  const std::string title = std::to_string(status) + " " + reason(status);
  return "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
         "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
}

void replace_header(httplib::Response& response, const char* name, const std::string& value) {
  response.headers.erase(name);
  response.set_header(name, value);
}

void close_without_answer(const httplib::Request& request) {
  for (const int socket : connection_sockets(request.local_port, request.remote_port))
    ::shutdown(socket, SHUT_RDWR);
}

// Ends the connection with a reset, as a crashed machine would: Linux sends one when a socket is
// disconnected.
void reset_connection(int server_port, int client_port) {
  sockaddr nowhere{};
  nowhere.sa_family = AF_UNSPEC;
  for (const int socket : connection_sockets(server_port, client_port))
    static_cast<void>(
        ::connect(socket, &nowhere, sizeof nowhere)); // if it fails, the connection is already gone
}

// Turns a complete body into a content provider, so that both kinds are altered in the same way.
void provide_body(httplib::Response& response) {
  if (response.body.empty())
    return;
  const auto body = std::make_shared<const std::string>(std::exchange(response.body, {}));
  response.content_length_ = body->size();
  response.is_chunked_content_provider_ = false;
  response.content_provider_ = [body](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
    return sink.write(body->data() + offset, length);
  };
}

void apply_body_fault(FaultPlan& plan, const Fault& fault, const httplib::Request& request,
                      httplib::Response& response) {
  provide_body(response);
  if (!response.content_provider_)
    return;
  const auto faulty = std::make_shared<FaultyBody>(fault, plan);
  const auto break_connection = [resets = fault.reset.has_value(), server_port = request.local_port,
                                 client_port = request.remote_port] {
    if (resets)
      reset_connection(server_port, client_port);
  };
  response.content_provider_ = [faulty, break_connection, inner = std::move(response.content_provider_)](
                                   std::size_t offset, std::size_t length, httplib::DataSink& sink) {
    const FaultyBody::Send send = [&sink](std::string_view bytes) {
      return sink.write(bytes.data(), bytes.size());
    };
    httplib::DataSink through;
    through.is_writable = sink.is_writable;
    through.write = [&](const char* data, std::size_t size) { return faulty->pass({data, size}, send); };
    through.done = [&] {
      if (faulty->finish(send))
        sink.done();
    };
    const bool more = inner(offset, length, through);
    if (faulty->state() == FaultyBody::State::open)
      return more;
    if (faulty->state() == FaultyBody::State::ended && sink.done) {
      sink.done();
      return true;
    }
    break_connection();
    return false;
  };
}

void provide_filler(httplib::Response& response, std::uint64_t size) {
  response.body.clear();
  response.headers.erase("Content-Length");
  replace_header(response, "Transfer-Encoding", "chunked");
  response.content_length_ = 0;
  response.is_chunked_content_provider_ = true;
  // Spaces: a reader that waits for a JSON value never gets one.
  const auto left = std::make_shared<std::uint64_t>(size == 0 ? UINT64_MAX : size);
  response.content_provider_ = [left](std::size_t, std::size_t, httplib::DataSink& sink) {
    static const std::string block(65536, ' ');
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(*left, block.size()));
    *left -= part;
    if (!sink.write(block.data(), part))
      return false;
    if (*left == 0)
      sink.done();
    return true;
  };
}

void empty_body(httplib::Response& response) {
  response.body.clear();
  response.content_length_ = 0;
  response.content_provider_ = nullptr;
  response.headers.erase("Transfer-Encoding");
  replace_header(response, "Content-Length", "0");
}

Json of_wrong_type(const Json& value) {
  if (value.is_string())
    return 5;
  if (value.is_object())
    return Json::array();
  return "abc";
}

void confuse_types(httplib::Response& response, const std::string& only) {
  auto document = parse_json(response.body);
  if (!document || !document->is_object())
    return;
  for (auto& [name, value] : document->items())
    if (only.empty() || only == name)
      value = of_wrong_type(value);
  response.body = json_line(*document);
  replace_header(response, "Content-Length", std::to_string(response.body.size()));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (const auto& part : split(text, '\n'))
    if (const auto line = trim(part, " \r"); !line.empty())
      lines.emplace_back(line);
  return lines;
}

// The fault of the request that this thread serves: httplib has no place for it between the two hooks.
thread_local Fault current_fault;

} // namespace

bool refuse_instead(const Fault& fault, httplib::Response& response) {
  if (fault.html) {
    response.status = *fault.html;
    response.set_content(html_page(*fault.html), "text/html");
  } else if (fault.text) {
    response.status = *fault.text;
    response.set_content(reason(*fault.text), "text/plain; charset=utf-8");
  } else if (fault.status) {
    answer_detail(response, *fault.status, service_detail(*fault.status));
  } else {
    return false;
  }
  return true;
}

void apply_fault(FaultPlan& plan, const Fault& fault, const httplib::Request& request,
                 httplib::Response& response, Instant now) {
  if (fault == Fault{})
    return;
  if (fault.delay)
    plan.pause(*fault.delay);
  if (fault.retry_after)
    replace_header(response, "Retry-After", std::to_string(*fault.retry_after));
  if (fault.skew)
    replace_header(response, "Date", http_date(now + *fault.skew));
  if (fault.json_type)
    confuse_types(response, *fault.json_type);
  if (fault.huge)
    provide_filler(response, *fault.huge);
  if (fault.empty)
    empty_body(response);
  if (fault.truncate || fault.reset || fault.drip || fault.cut || fault.bare_error || fault.error_event ||
      fault.no_done)
    apply_body_fault(plan, fault, request, response);
  if (fault.lost)
    close_without_answer(request);
}

void answer_fault_control(FaultPlan& plan, const httplib::Request& request, httplib::Response& response) {
  const auto specs = lines_of(request.body);
  try {
    for (const auto& spec : specs)
      static_cast<void>(parse_fault(spec)); // check all before applying the first
  } catch (const Error& error) {
    return answer_detail(response, 400, error.what());
  }
  if (specs.empty())
    plan.clear();
  for (const auto& spec : specs)
    plan.add(spec);
  answer_json(response, {{"added", specs.size()}});
}

FaultHooks::FaultHooks(FaultPlan& plan, std::function<Instant()> now) : m_plan(plan), m_now(std::move(now)) {}

bool FaultHooks::before(const httplib::Request& request, httplib::Response& response) {
  current_fault = request.path.starts_with("/_sandbox/") ? Fault{} : m_plan.take(request.path);
  return refuse_instead(current_fault, response);
}

void FaultHooks::after(const httplib::Request& request, httplib::Response& response) {
  apply_fault(m_plan, std::exchange(current_fault, {}), request, response, m_now());
}

} // namespace chutes::sandbox
