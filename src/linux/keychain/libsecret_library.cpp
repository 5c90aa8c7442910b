#include "linux/keychain/libsecret_library.hpp"

#include <dlfcn.h>

namespace chutes::on_linux {
namespace {

// GLib's warnings are not for our users: what matters of them comes as an error too.
void say_nothing(const gchar*, GLogLevelFlags, const gchar*, gpointer) {}
GLogWriterOutput write_nothing(GLogLevelFlags, const GLogField*, gsize, gpointer) {
  return G_LOG_WRITER_HANDLED;
}

// GLib stays loaded for good: it cannot be unloaded once types are registered. dlsym on libsecret's handle
// finds the symbols of the libraries it depends on too.
bool load_all(LibsecretLibrary& library, std::string& why) {
  void* handle = ::dlopen("libsecret-1.so.0", RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) {
    why = "libsecret is not installed";
    return false;
  }
#define CHUTES_LOAD(name)                                                                                    \
  library.name = reinterpret_cast<decltype(library.name)>(::dlsym(handle, #name));                           \
  if (library.name == nullptr) {                                                                             \
    why = "libsecret lacks " #name;                                                                          \
    return false;                                                                                            \
  }
  CHUTES_LIBSECRET_FUNCTIONS(CHUTES_LOAD)
#undef CHUTES_LOAD
  library.g_log_set_default_handler(say_nothing, nullptr);
  library.g_log_set_writer_func(write_nothing, nullptr, nullptr);
  return true;
}

} // namespace

const LibsecretLibrary* LibsecretLibrary::load(std::string& why) {
  static LibsecretLibrary library;
  static std::string failure;
  static const bool loaded = load_all(library, failure);
  why = failure;
  return loaded ? &library : nullptr;
}

} // namespace chutes::on_linux
