// Fuzzes the app file: an accepted file is within the service's limits, any other is refused with the file's
// name and one line.
#include "service/apps/app_file.hpp"

#include "base/error.hpp"
#include "fuzz/fuzz.hpp"
#include "service/apps/app_rules.hpp"

using namespace chutes;
using namespace chutes::service;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto apps = parse_app_file(fuzz::text_of(data, size), "apps.json");
    fuzz::require(!apps.empty());
    for (auto app : apps) {
      app.active.reset(); // set by a second request, after the creation
      fuzz::require(violations(app, AppFieldsFor::creation).empty());
    }
  } catch (const Error& error) {
    const std::string_view what = error.what();
    fuzz::require(error.kind() == ErrorKind::usage && what.starts_with("apps.json: "));
    fuzz::require(what.find('\n') == std::string_view::npos);
  }
  return 0;
}
