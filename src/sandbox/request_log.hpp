// The log of served requests, for tests: method, path, status and kind of credential, without secrets.
#pragma once

#include "base/json_fields.hpp"
#include "base/time_text.hpp"

#include <memory>
#include <mutex>

namespace httplib {
struct Request;
struct Response;
} // namespace httplib

namespace chutes::sandbox {

class RequestLog {
public:
  RequestLog();
  ~RequestLog();
  RequestLog(const RequestLog&) = delete;
  RequestLog& operator=(const RequestLog&) = delete;

  void add(const httplib::Request& request, const httplib::Response& response, Instant now);
  [[nodiscard]] Json entries() const;

private:
  mutable std::mutex m_mutex;
  std::unique_ptr<Json> m_entries;
};

} // namespace chutes::sandbox
