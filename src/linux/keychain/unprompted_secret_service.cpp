#include "linux/keychain/unprompted_secret_service.hpp"

namespace chutes::on_linux {
namespace {

// GObject calls back without context, so the table is found here.
const LibsecretLibrary* glib = nullptr;

GError* refusal() {
  return glib->g_error_new_literal(glib->g_quark_from_static_string("chutes-refused-prompt"), 0,
                                   "the keychain needs to prompt");
}

GVariant* refuse(SecretService*, SecretPrompt*, GCancellable*, const GVariantType*, GError** error) {
  if (error != nullptr)
    *error = refusal();
  return nullptr;
}

void begin_to_refuse(SecretService* self, SecretPrompt*, const GVariantType*, GCancellable* cancellable,
                     GAsyncReadyCallback callback, gpointer context) {
  GTask* task = glib->g_task_new(self, cancellable, callback, context);
  glib->g_task_return_error(task, refusal());
  glib->g_object_unref(task);
}

GVariant* finish_refusing(SecretService*, GAsyncResult* result, GError** error) {
  return static_cast<GVariant*>(
      glib->g_task_propagate_pointer(reinterpret_cast<GTask*>(result), error)); // always null
}

void override_prompts(gpointer type_class, gpointer) {
  auto* service = static_cast<SecretServiceClass*>(type_class);
  service->prompt_sync = refuse;
  service->prompt_async = begin_to_refuse;
  service->prompt_finish = finish_refusing;
}

GType silent_service_type(const LibsecretLibrary& library) {
  glib = &library;
  static const GType type = library.g_type_register_static_simple(
      library.secret_service_get_type(), "ChutesSilentSecretService", sizeof(SecretServiceClass),
      override_prompts, sizeof(SecretService), nullptr, GTypeFlags{});
  return type;
}

} // namespace

SecretService* open_silent_service(const LibsecretLibrary& library, GCancellable* cancellable,
                                   GError** error) {
  return library.secret_service_open_sync(silent_service_type(library), nullptr, SECRET_SERVICE_OPEN_SESSION,
                                          cancellable, error);
}

bool is_refused_prompt(const LibsecretLibrary& library, const GError* error) {
  return error->domain == library.g_quark_from_static_string("chutes-refused-prompt");
}

} // namespace chutes::on_linux
