#include "linux/libsecret_library.hpp"

#include <dlfcn.h>

namespace chutes::on_linux {
namespace {

void say_nothing(const gchar*, GLogLevelFlags, const gchar*, gpointer) {} // GLib's warnings are not for our users

// GLib stays loaded for good: it cannot be unloaded once types are registered. dlsym on libsecret's handle finds the symbols
// of the libraries it depends on too.
bool load_all(LibsecretLibrary& library, std::string& why) {
  void* handle = ::dlopen("libsecret-1.so.0", RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) {
    why = "libsecret is not installed";
    return false;
  }
#define CHUTES_SECRET_FUNCTION(name)                                                                                             \
  library.name = reinterpret_cast<decltype(library.name)>(::dlsym(handle, #name));                                               \
  if (library.name == nullptr) {                                                                                                 \
    why = "libsecret lacks " #name;                                                                                              \
    return false;                                                                                                                \
  }
  CHUTES_SECRET_FUNCTION(g_bus_get_sync)
  CHUTES_SECRET_FUNCTION(g_dbus_connection_set_exit_on_close)
  CHUTES_SECRET_FUNCTION(g_cancellable_new)
  CHUTES_SECRET_FUNCTION(g_cancellable_cancel)
  CHUTES_SECRET_FUNCTION(g_object_unref)
  CHUTES_SECRET_FUNCTION(g_error_free)
  CHUTES_SECRET_FUNCTION(g_dbus_error_get_remote_error)
  CHUTES_SECRET_FUNCTION(g_free)
  CHUTES_SECRET_FUNCTION(g_list_free)
  CHUTES_SECRET_FUNCTION(g_hash_table_new)
  CHUTES_SECRET_FUNCTION(g_hash_table_insert)
  CHUTES_SECRET_FUNCTION(g_hash_table_lookup)
  CHUTES_SECRET_FUNCTION(g_hash_table_unref)
  CHUTES_SECRET_FUNCTION(g_str_hash)
  CHUTES_SECRET_FUNCTION(g_str_equal)
  CHUTES_SECRET_FUNCTION(g_log_set_default_handler)
  CHUTES_SECRET_FUNCTION(secret_service_get_sync)
  CHUTES_SECRET_FUNCTION(secret_service_search_sync)
  CHUTES_SECRET_FUNCTION(secret_service_store_sync)
  CHUTES_SECRET_FUNCTION(secret_collection_for_alias_sync)
  CHUTES_SECRET_FUNCTION(secret_collection_get_locked)
  CHUTES_SECRET_FUNCTION(secret_item_get_locked)
  CHUTES_SECRET_FUNCTION(secret_item_get_secret)
  CHUTES_SECRET_FUNCTION(secret_item_get_attributes)
  CHUTES_SECRET_FUNCTION(secret_item_get_modified)
  CHUTES_SECRET_FUNCTION(secret_item_delete_sync)
  CHUTES_SECRET_FUNCTION(secret_value_new)
  CHUTES_SECRET_FUNCTION(secret_value_get)
  CHUTES_SECRET_FUNCTION(secret_value_unref)
#undef CHUTES_SECRET_FUNCTION
  library.g_log_set_default_handler(say_nothing, nullptr);
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
