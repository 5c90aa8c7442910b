// sd-bus, systemd's D-Bus client, loaded when the keychain is first read. It is there wherever systemd is;
// where it is not, libsecret reads alone.
#pragma once

#include <systemd/sd-bus.h>

#include <memory>

// Every function used, once: the table below and its loader are both made from this list.
#define CHUTES_SD_BUS_FUNCTIONS(FUNCTION)                                                                    \
  FUNCTION(sd_bus_call_async)                                                                                \
  FUNCTION(sd_bus_close_unref)                                                                               \
  FUNCTION(sd_bus_get_events)                                                                                \
  FUNCTION(sd_bus_get_fd)                                                                                    \
  FUNCTION(sd_bus_message_append)                                                                            \
  FUNCTION(sd_bus_message_append_array)                                                                      \
  FUNCTION(sd_bus_message_close_container)                                                                   \
  FUNCTION(sd_bus_message_enter_container)                                                                   \
  FUNCTION(sd_bus_message_exit_container)                                                                    \
  FUNCTION(sd_bus_message_is_method_error)                                                                   \
  FUNCTION(sd_bus_message_new_method_call)                                                                   \
  FUNCTION(sd_bus_message_open_container)                                                                    \
  FUNCTION(sd_bus_message_read_array)                                                                        \
  FUNCTION(sd_bus_message_read_basic)                                                                        \
  FUNCTION(sd_bus_message_ref)                                                                               \
  FUNCTION(sd_bus_message_skip)                                                                              \
  FUNCTION(sd_bus_message_unref)                                                                             \
  FUNCTION(sd_bus_new)                                                                                       \
  FUNCTION(sd_bus_process)                                                                                   \
  FUNCTION(sd_bus_set_address)                                                                               \
  FUNCTION(sd_bus_set_bus_client)                                                                            \
  FUNCTION(sd_bus_slot_unref)                                                                                \
  FUNCTION(sd_bus_start)

namespace chutes::on_linux {

// The functions, by their own names. None is null in what `load` returns.
struct SdBusLibrary {
// NOLINTNEXTLINE(bugprone-macro-parentheses): a declared name takes none.
#define CHUTES_POINTER(name) decltype(&::name) name = nullptr;
  CHUTES_SD_BUS_FUNCTIONS(CHUTES_POINTER)
#undef CHUTES_POINTER

  // The library, loaded on the first call; null if it is not installed, or too old.
  [[nodiscard]] static const SdBusLibrary* load();
};

// Ownership of one reference to what sd-bus counts.
struct SdBusUnreference {
  const SdBusLibrary* library = nullptr;
  void operator()(sd_bus* bus) const noexcept { library->sd_bus_close_unref(bus); }
  void operator()(sd_bus_message* message) const noexcept { library->sd_bus_message_unref(message); }
  void operator()(sd_bus_slot* slot) const noexcept { library->sd_bus_slot_unref(slot); }
};
template <typename Type>
using SdBusPointer = std::unique_ptr<Type, SdBusUnreference>;

} // namespace chutes::on_linux
