#include "linux/keychain/sd_bus_library.hpp"

#include <dlfcn.h>

namespace chutes::on_linux {
namespace {

bool load_all(SdBusLibrary& library) {
  void* handle = ::dlopen("libsystemd.so.0", RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr)
    return false;
  bool all = true;
#define CHUTES_LOAD(name)                                                                                    \
  library.name = reinterpret_cast<decltype(library.name)>(::dlsym(handle, #name));                           \
  all = all && library.name != nullptr;
  CHUTES_SD_BUS_FUNCTIONS(CHUTES_LOAD)
#undef CHUTES_LOAD
  return all;
}

} // namespace

const SdBusLibrary* SdBusLibrary::load() {
  static SdBusLibrary library;
  static const bool loaded = load_all(library);
  return loaded ? &library : nullptr;
}

} // namespace chutes::on_linux
