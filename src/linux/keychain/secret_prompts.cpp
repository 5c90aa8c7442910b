#include "linux/keychain/secret_prompts.hpp"

#include "linux/keychain/keychain_deadline.hpp"
#include "linux/keychain/service_names.hpp"

#include <cstdlib>
#include <utility>

namespace chutes::on_linux {
namespace {

constexpr const char* prompt_interface = "org.freedesktop.Secret.Prompt";
constexpr unsigned look_every = 100; // milliseconds between looks at what does not wake the loop

// GObject calls back without context, so the table is found here.
const LibsecretLibrary* glib = nullptr;

GQuark refusals() {
  return glib->g_quark_from_static_string("chutes-refused-prompt");
}

GQuark dismissals() {
  return glib->g_quark_from_static_string("chutes-dismissed-prompt");
}

void set(GError** error, GQuark domain, int code, const char* message) {
  if (error != nullptr)
    *error = glib->g_error_new_literal(domain, code, message);
}

// A main loop of its own, in which the answer to one prompt arrives.
class Loop {
public:
  Loop() : m_context(glib->g_main_context_new()), m_look(glib->g_timeout_source_new(look_every)) {
    glib->g_main_context_push_thread_default(m_context);
    glib->g_source_set_callback(m_look, look, nullptr, nullptr);
    glib->g_source_attach(m_look, m_context);
  }
  ~Loop() {
    glib->g_source_destroy(m_look);
    glib->g_source_unref(m_look);
    while (turn(FALSE))
      ;
    glib->g_main_context_pop_thread_default(m_context);
    glib->g_main_context_unref(m_context);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  bool turn(gboolean wait) { return glib->g_main_context_iteration(m_context, wait) != FALSE; }

private:
  static gboolean look(gpointer) { return TRUE; }

  GMainContext* m_context;
  GSource* m_look;
};

// What has been heard of a prompt.
struct Answer {
  bool completed = false;
  bool gone = false; // the service, or the prompt
  gboolean dismissed = FALSE;
  GVariant* result = nullptr;
};

void on_completed(GDBusConnection*, const gchar*, const gchar*, const gchar*, const gchar*,
                  GVariant* parameters, gpointer answer) {
  auto* heard = static_cast<Answer*>(answer);
  if (heard->completed ||
      glib->g_variant_is_of_type(parameters, reinterpret_cast<const GVariantType*>("(bv)")) == FALSE)
    return;
  heard->completed = true;
  glib->g_variant_get(parameters, "(bv)", &heard->dismissed, &heard->result);
}

// A "Prompt" that fails: there is none to answer.
void on_prompted(GObject* bus, GAsyncResult* reply, gpointer answer) {
  GError* error = nullptr;
  auto* nothing = glib->g_dbus_connection_call_finish(reinterpret_cast<GDBusConnection*>(bus), reply, &error);
  if (nothing != nullptr)
    glib->g_variant_unref(nothing);
  if (error == nullptr)
    return;
  static_cast<Answer*>(answer)->gone = true;
  glib->g_error_free(error);
}

void on_vanished(GDBusConnection*, const gchar*, const gchar*, const gchar*, const gchar*, GVariant*,
                 gpointer answer) {
  static_cast<Answer*>(answer)->gone = true;
}

// One prompt, from showing its dialog to its answer.
class Dialog {
public:
  explicit Dialog(SecretPrompt* prompt)
      : m_proxy(reinterpret_cast<GDBusProxy*>(prompt)),
        m_bus(glib->g_dbus_proxy_get_connection(m_proxy)),
        m_owner(glib->g_dbus_proxy_get_name_owner(m_proxy)),
        m_path(glib->g_dbus_proxy_get_object_path(m_proxy)) {
    m_completed = glib->g_dbus_connection_signal_subscribe(m_bus, m_owner, prompt_interface, "Completed",
                                                           m_path, nullptr, G_DBUS_SIGNAL_FLAGS_NONE,
                                                           on_completed, &m_answer, nullptr);
    m_vanished = glib->g_dbus_connection_signal_subscribe(
        m_bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", "/org/freedesktop/DBus",
        m_owner, G_DBUS_SIGNAL_FLAGS_NONE, on_vanished, &m_answer, nullptr);
  }
  ~Dialog() {
    glib->g_dbus_connection_signal_unsubscribe(m_bus, m_completed);
    glib->g_dbus_connection_signal_unsubscribe(m_bus, m_vanished);
    if (m_answer.result != nullptr)
      glib->g_variant_unref(m_answer.result);
    glib->g_free(m_owner);
  }
  Dialog(const Dialog&) = delete;
  Dialog& operator=(const Dialog&) = delete;

  // The prompt's result. Null with `error` set: dismissed, ended by `cancellable`, or lost.
  GVariant* run(GCancellable* cancellable, const GVariantType* type, GError** error) {
    if (m_owner != nullptr)
      send("Prompt", glib->g_variant_new("(s)", ""), on_prompted);
    while (!m_answer.completed && !lost() && glib->g_cancellable_is_cancelled(cancellable) == FALSE)
      m_loop.turn(TRUE);
    if (m_answer.completed)
      return result(type, error);
    if (lost()) {
      set(error, glib->g_io_error_quark(), G_IO_ERROR_CLOSED, "the service went away");
      return nullptr;
    }
    send("Dismiss", nullptr, nullptr);
    glib->g_dbus_connection_flush_sync(m_bus, nullptr, nullptr);
    set(error, glib->g_io_error_quark(), G_IO_ERROR_CANCELLED, "cancelled");
    return nullptr;
  }

private:
  void send(const char* method, GVariant* arguments, GAsyncReadyCallback on_reply) {
    glib->g_dbus_connection_call(m_bus, m_owner, m_path, prompt_interface, method, arguments, nullptr,
                                 G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT, nullptr, on_reply, &m_answer);
  }

  [[nodiscard]] bool lost() const {
    return m_owner == nullptr || m_answer.gone || glib->g_dbus_connection_is_closed(m_bus) != FALSE;
  }

  GVariant* result(const GVariantType* type, GError** error) {
    if (m_answer.dismissed != FALSE ||
        (type != nullptr && glib->g_variant_is_of_type(m_answer.result, type) == FALSE)) {
      set(error, dismissals(), 0, "the dialog was dismissed");
      return nullptr;
    }
    return std::exchange(m_answer.result, nullptr);
  }

  Answer m_answer;
  Loop m_loop; // in which it is heard
  GDBusProxy* m_proxy;
  GDBusConnection* m_bus;
  gchar* m_owner; // null: the name has no owner
  const gchar* m_path;
  guint m_completed = 0;
  guint m_vanished = 0;
};

GVariant* perform(SecretService*, SecretPrompt* prompt, GCancellable* cancellable, const GVariantType* type,
                  GError** error) {
  auto* deadline = KeychainDeadline::of(*glib, cancellable);
  if (deadline == nullptr || !deadline->begin_dialog()) {
    set(error, refusals(), 0, "the keychain needs to prompt");
    return nullptr;
  }
  auto* result = Dialog{prompt}.run(cancellable, type, error);
  deadline->end_dialog();
  return result;
}

// Waits for the answer here: libsecret's calls that wait do nothing else meanwhile.
void begin_to_perform(SecretService* self, SecretPrompt* prompt, const GVariantType* type,
                      GCancellable* cancellable, GAsyncReadyCallback callback, gpointer context) {
  GError* error = nullptr;
  auto* result = perform(self, prompt, cancellable, type, &error);
  GTask* task = glib->g_task_new(self, nullptr, callback, context);
  if (error != nullptr)
    glib->g_task_return_error(task, error);
  else
    glib->g_task_return_pointer(task, result,
                                [](gpointer value) { glib->g_variant_unref(static_cast<GVariant*>(value)); });
  glib->g_object_unref(task);
}

GVariant* finish_performing(SecretService*, GAsyncResult* result, GError** error) {
  return static_cast<GVariant*>(glib->g_task_propagate_pointer(reinterpret_cast<GTask*>(result), error));
}

void override_prompts(gpointer type_class, gpointer) {
  auto* service = static_cast<SecretServiceClass*>(type_class);
  service->prompt_sync = perform;
  service->prompt_async = begin_to_perform;
  service->prompt_finish = finish_performing;
}

GType service_type(const LibsecretLibrary& library) {
  glib = &library;
  static const GType type = library.g_type_register_static_simple(
      library.secret_service_get_type(), "ChutesSecretService", sizeof(SecretServiceClass), override_prompts,
      sizeof(SecretService), nullptr, GTypeFlags{});
  return type;
}

} // namespace

// libsecret 0.20 ignores the name that secret_service_open_sync is given, and takes the one in this variable.
SecretService* open_secret_service(const LibsecretLibrary& library, const char* bus_name,
                                   GCancellable* cancellable, GError** error) {
  if (bus_name != nullptr)
    ::setenv(service_name_variable, bus_name, 1);
  auto* service = library.secret_service_open_sync(service_type(library), bus_name,
                                                   SECRET_SERVICE_OPEN_SESSION, cancellable, error);
  if (bus_name != nullptr)
    ::unsetenv(service_name_variable);
  return service;
}

PromptFailure prompt_failure(const LibsecretLibrary& library, const GError* error) {
  if (error->domain == library.g_quark_from_static_string("chutes-refused-prompt"))
    return PromptFailure::refused;
  if (error->domain == library.g_quark_from_static_string("chutes-dismissed-prompt"))
    return PromptFailure::dismissed;
  return PromptFailure::none;
}

} // namespace chutes::on_linux
