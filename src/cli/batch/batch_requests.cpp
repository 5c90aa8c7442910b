#include "cli/batch/batch_requests.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/invoke/request_headers.hpp"
#include "service/bearer.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

constexpr const char* chats = "/v1/chat/completions";
constexpr const char* embeddings = "/v1/embeddings"; // on a host of its own
constexpr std::size_t longest_answer = 64U << 20U;   // bytes

bool has_body(const std::string& method) {
  return method != "GET" && method != "HEAD" && method != "DELETE";
}

} // namespace

BatchRequests::BatchRequests(const InvokeOptions& options, SteadyInstant deadline, Context& context)
    : m_options(options), m_deadline(deadline), m_endpoints(context.endpoints) {
  m_defaults.model = options.model.value_or("");
  if (!options.words.empty())
    m_target = find_target(options, false, true, context);
  m_defaults.target = m_target ? m_target->method + " " + m_target->url.text() : "";
}

const Url& BatchRequests::host() const {
  return m_target ? m_target->url : m_endpoints.llm;
}

void BatchRequests::check(const service::BatchLine& line) const {
  if (!line.fault.empty())
    throw Error{ErrorKind::usage, line.fault};
  const auto url = url_of(line);
  if (!m_endpoints.may_receive_token(url))
    throw Error{ErrorKind::usage, "the token must not be sent to " + one_line(url.host, 100)};
  if (!has_body(method_of(line)))
    return;
  if (line.body.empty())
    throw Error{ErrorKind::usage, "the line has no body"};
  if (!m_target && line.model.empty())
    throw Error{ErrorKind::usage, "the line names no model, and -m is not given"};
  if (m_target && line.url.empty() && !m_options.no_check)
    static_cast<void>(check_body(parse_json(line.body).value_or(Json(nullptr)), m_target->cord));
}

HttpRequest BatchRequests::request(const service::BatchLine& line, const Secret& token) const {
  auto request = service::bearer_request(url_of(line), token, m_endpoints);
  request.method = method_of(line);
  request.headers = {request.headers.front(), {"Accept", m_target ? "*/*" : "application/json"}};
  if (has_body(request.method)) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = line.body;
  }
  add_headers(request, m_options.headers);
  request.idle_limit = idle_limit_of_jobs;
  request.deadline = m_deadline;
  request.body_limit = longest_answer;
  return request;
}

Url BatchRequests::url_of(const service::BatchLine& line) const {
  if (line.url.empty())
    return m_target ? m_target->url : m_endpoints.llm.with_path_added(chats);
  if (!line.url.starts_with('/')) {
    if (const auto url = Url::parse(line.url))
      return *url;
    throw Error{ErrorKind::usage, "url is neither a path nor a URL: " + one_line(line.url, 100)};
  }
  const auto host = m_target                           ? m_target->host
                    : line.url.starts_with(embeddings) ? m_endpoints.host("embed")
                                                       : m_endpoints.llm;
  const auto url = Url::parse(host.text() + line.url);
  if (!url)
    throw Error{ErrorKind::usage, "url is not a valid path: " + one_line(line.url, 100)};
  return *url;
}

service::BatchQuestion BatchRequests::question_of(const service::BatchLine& line) const {
  const bool to_model = !m_target && (line.url.empty() || line.url == chats);
  return to_model ? service::BatchQuestion::chat : service::BatchQuestion::other;
}

std::string BatchRequests::method_of(const service::BatchLine& line) const {
  if (!line.method.empty())
    return line.method;
  return m_target && line.url.empty() ? m_target->method : "POST";
}

} // namespace chutes::cli
