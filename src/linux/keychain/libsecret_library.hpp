// libsecret and the parts of GLib it is used with, loaded when the keychain is first needed and not before:
// linking them would cost every command their start-up.
#pragma once

#include <libsecret/secret.h>

#include <memory>
#include <string>

// Every function used, once: the table below and its loader are both made from this list.
#define CHUTES_LIBSECRET_FUNCTIONS(FUNCTION)                                                                 \
  FUNCTION(g_bus_get_sync)                                                                                   \
  FUNCTION(g_cancellable_cancel)                                                                             \
  FUNCTION(g_cancellable_is_cancelled)                                                                       \
  FUNCTION(g_cancellable_new)                                                                                \
  FUNCTION(g_dbus_connection_call)                                                                           \
  FUNCTION(g_dbus_connection_call_finish)                                                                    \
  FUNCTION(g_dbus_connection_call_sync)                                                                      \
  FUNCTION(g_dbus_connection_flush_sync)                                                                     \
  FUNCTION(g_dbus_connection_is_closed)                                                                      \
  FUNCTION(g_dbus_connection_signal_subscribe)                                                               \
  FUNCTION(g_dbus_connection_signal_unsubscribe)                                                             \
  FUNCTION(g_dbus_error_get_remote_error)                                                                    \
  FUNCTION(g_dbus_proxy_get_connection)                                                                      \
  FUNCTION(g_dbus_proxy_get_name)                                                                            \
  FUNCTION(g_dbus_proxy_get_name_owner)                                                                      \
  FUNCTION(g_dbus_proxy_get_object_path)                                                                     \
  FUNCTION(g_error_free)                                                                                     \
  FUNCTION(g_error_new_literal)                                                                              \
  FUNCTION(g_free)                                                                                           \
  FUNCTION(g_hash_table_insert)                                                                              \
  FUNCTION(g_hash_table_lookup)                                                                              \
  FUNCTION(g_hash_table_new)                                                                                 \
  FUNCTION(g_hash_table_unref)                                                                               \
  FUNCTION(g_io_error_quark)                                                                                 \
  FUNCTION(g_list_free)                                                                                      \
  FUNCTION(g_log_set_default_handler)                                                                        \
  FUNCTION(g_log_set_writer_func)                                                                            \
  FUNCTION(g_main_context_iteration)                                                                         \
  FUNCTION(g_main_context_new)                                                                               \
  FUNCTION(g_main_context_pop_thread_default)                                                                \
  FUNCTION(g_main_context_push_thread_default)                                                               \
  FUNCTION(g_main_context_unref)                                                                             \
  FUNCTION(g_object_get_data)                                                                                \
  FUNCTION(g_object_set_data)                                                                                \
  FUNCTION(g_object_unref)                                                                                   \
  FUNCTION(g_quark_from_static_string)                                                                       \
  FUNCTION(g_source_attach)                                                                                  \
  FUNCTION(g_source_destroy)                                                                                 \
  FUNCTION(g_source_set_callback)                                                                            \
  FUNCTION(g_source_unref)                                                                                   \
  FUNCTION(g_str_equal)                                                                                      \
  FUNCTION(g_str_hash)                                                                                       \
  FUNCTION(g_task_new)                                                                                       \
  FUNCTION(g_task_propagate_pointer)                                                                         \
  FUNCTION(g_task_return_error)                                                                              \
  FUNCTION(g_task_return_pointer)                                                                            \
  FUNCTION(g_timeout_source_new)                                                                             \
  FUNCTION(g_type_register_static_simple)                                                                    \
  FUNCTION(g_variant_get)                                                                                    \
  FUNCTION(g_variant_is_of_type)                                                                             \
  FUNCTION(g_variant_new)                                                                                    \
  FUNCTION(g_variant_unref)                                                                                  \
  FUNCTION(secret_collection_for_alias_sync)                                                                 \
  FUNCTION(secret_collection_get_locked)                                                                     \
  FUNCTION(secret_item_delete_sync)                                                                          \
  FUNCTION(secret_item_get_attributes)                                                                       \
  FUNCTION(secret_item_get_locked)                                                                           \
  FUNCTION(secret_item_get_modified)                                                                         \
  FUNCTION(secret_item_get_secret)                                                                           \
  FUNCTION(secret_service_get_session_algorithms)                                                            \
  FUNCTION(secret_service_get_type)                                                                          \
  FUNCTION(secret_service_open_sync)                                                                         \
  FUNCTION(secret_service_search_sync)                                                                       \
  FUNCTION(secret_service_store_sync)                                                                        \
  FUNCTION(secret_service_unlock_sync)                                                                       \
  FUNCTION(secret_value_get)                                                                                 \
  FUNCTION(secret_value_new)                                                                                 \
  FUNCTION(secret_value_unref)

namespace chutes::on_linux {

// The functions, by their own names. None is null in what `load` returns.
struct LibsecretLibrary {
// NOLINTNEXTLINE(bugprone-macro-parentheses): a declared name takes none.
#define CHUTES_POINTER(name) decltype(&::name) name = nullptr;
  CHUTES_LIBSECRET_FUNCTIONS(CHUTES_POINTER)
#undef CHUTES_POINTER

  // The library, loaded on the first call; null if it is not installed (`why` then says what was missing).
  [[nodiscard]] static const LibsecretLibrary* load(std::string& why);
};

// Ownership of one reference to a GObject.
struct Unreference {
  const LibsecretLibrary* library = nullptr;
  void operator()(void* object) const noexcept { library->g_object_unref(object); }
};
template <typename Type>
using GObjectPointer = std::unique_ptr<Type, Unreference>;

template <typename Type>
GObjectPointer<Type> owned(const LibsecretLibrary& library, Type* object) {
  return GObjectPointer<Type>{object, Unreference{&library}};
}

} // namespace chutes::on_linux
