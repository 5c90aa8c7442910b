// libsecret and the parts of GLib it is used with, loaded when the keychain is first needed and not before: linking them
// would cost every command their start-up.
#pragma once

#include <libsecret/secret.h>

#include <string>

namespace chutes::on_linux {

// The functions used, by their own names. Null pointers until `load` has succeeded.
struct LibsecretLibrary {
#define CHUTES_SECRET_FUNCTION(name) decltype(&::name) name = nullptr
  CHUTES_SECRET_FUNCTION(g_bus_get_sync);
  CHUTES_SECRET_FUNCTION(g_dbus_connection_set_exit_on_close);
  CHUTES_SECRET_FUNCTION(g_cancellable_new);
  CHUTES_SECRET_FUNCTION(g_cancellable_cancel);
  CHUTES_SECRET_FUNCTION(g_object_unref);
  CHUTES_SECRET_FUNCTION(g_error_free);
  CHUTES_SECRET_FUNCTION(g_dbus_error_get_remote_error);
  CHUTES_SECRET_FUNCTION(g_free);
  CHUTES_SECRET_FUNCTION(g_list_free);
  CHUTES_SECRET_FUNCTION(g_hash_table_new);
  CHUTES_SECRET_FUNCTION(g_hash_table_insert);
  CHUTES_SECRET_FUNCTION(g_hash_table_lookup);
  CHUTES_SECRET_FUNCTION(g_hash_table_unref);
  CHUTES_SECRET_FUNCTION(g_str_hash);
  CHUTES_SECRET_FUNCTION(g_str_equal);
  CHUTES_SECRET_FUNCTION(g_log_set_default_handler);
  CHUTES_SECRET_FUNCTION(secret_service_get_sync);
  CHUTES_SECRET_FUNCTION(secret_service_search_sync);
  CHUTES_SECRET_FUNCTION(secret_service_store_sync);
  CHUTES_SECRET_FUNCTION(secret_collection_for_alias_sync);
  CHUTES_SECRET_FUNCTION(secret_collection_get_locked);
  CHUTES_SECRET_FUNCTION(secret_item_get_locked);
  CHUTES_SECRET_FUNCTION(secret_item_get_secret);
  CHUTES_SECRET_FUNCTION(secret_item_get_attributes);
  CHUTES_SECRET_FUNCTION(secret_item_get_modified);
  CHUTES_SECRET_FUNCTION(secret_item_delete_sync);
  CHUTES_SECRET_FUNCTION(secret_value_new);
  CHUTES_SECRET_FUNCTION(secret_value_get);
  CHUTES_SECRET_FUNCTION(secret_value_unref);
#undef CHUTES_SECRET_FUNCTION

  // The library, loaded on the first call; null if it is not installed (`why` then says what was missing).
  [[nodiscard]] static const LibsecretLibrary* load(std::string& why);
};

} // namespace chutes::on_linux
