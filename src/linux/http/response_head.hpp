// The head of an HTTP/1.1 response, read strictly (RFC 9112 §4, §5): any deviation is rejected, because
// lenient parsing enables response smuggling and truncation.
#pragma once

#include "platform/http_client.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace chutes::on_linux {

constexpr std::size_t head_limit = 64U
                                   << 10U; // bytes of all heads before a body, chunk lines and trailers alike

struct ResponseHead {
  bool http_1_0 = false;
  int status = 0; // 100..599
  HttpHeaders headers;

  // The number of headers of that name, and all their values joined by commas (RFC 9110 §5.3).
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] std::string joined(std::string_view name) const;
};

// Collects bytes until a head is complete. `peer` is what errors call the other side.
class HeadReader {
public:
  explicit HeadReader(std::string peer) : m_peer(std::move(peer)) {}

  // Takes what belongs to the head from the front of `bytes`. True: `head` is complete. Throws Error{service}
  // as soon as the bytes cannot become a proper head, or become too many.
  [[nodiscard]] bool take(std::string_view& bytes);
  [[nodiscard]] const ResponseHead& head() const { return m_head; }
  // Ready for another head, counting on towards the same limit.
  void next() { m_text.clear(); }
  [[nodiscard]] bool untouched() const { return m_taken == 0; }

private:
  void parse();

  std::string m_peer;
  std::string m_text;
  std::size_t m_taken = 0;
  ResponseHead m_head;
};

// "could not understand PEER: WHY", of kind service.
[[noreturn]] void refuse_answer(const std::string& peer, const std::string& why);

} // namespace chutes::on_linux
