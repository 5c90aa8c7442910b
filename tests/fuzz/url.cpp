// Fuzzes the URL parser: an accepted URL survives writing and parsing again, and cannot break out of a
// request line.
#include "base/url.hpp"

#include "fuzz/fuzz.hpp"

using namespace chutes;

namespace {

void check(const Url& url) {
  fuzz::require(url.scheme == "http" || url.scheme == "https");
  fuzz::require(!url.host.empty() && url.port != 0);
  fuzz::require(url.path.empty() || url.path.starts_with('/'));
  for (const char c : url.text())
    fuzz::require(c > 0x20 && c < 0x7f && c != '#' && c != '\\');
  fuzz::require(url.authority().find_first_of("@/?") == std::string::npos);
  const auto again = Url::parse(url.text());
  fuzz::require(again && again->text() == url.text() && again->origin() == url.origin());
  fuzz::require(again->target() == url.target() && again->host == url.host && again->port == url.port);
  fuzz::require(again->is_protected() == url.is_protected());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto url = Url::parse(text);
  if (!url)
    return 0;
  check(*url);
  const auto longer = url->with_path_added("/added");
  check(longer);
  fuzz::require(longer.origin() == url->origin() && longer.path.ends_with("/added") && !longer.query);
  return 0;
}
