#include "platform/random_text.hpp"

#include "base/base64.hpp"

namespace chutes {

std::string random_text(Random& random, std::size_t bytes) {
  std::string raw(bytes, '\0');
  random.fill(std::as_writable_bytes(std::span{raw}));
  return base64url_encode(raw);
}

} // namespace chutes
