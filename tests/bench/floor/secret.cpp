// One secret and nothing else: `secret PROFILE ISSUER KIND` asks the Secret Service for an item in the three
// calls that takes, over a session that is not encrypted, and prints it. What the exchange itself costs,
// without any library's types.
#include <systemd/sd-bus.h>

#include <cstdio>

namespace {

constexpr const char* service = "org.freedesktop.secrets";
constexpr const char* root = "/org/freedesktop/secrets";
constexpr const char* interface = "org.freedesktop.Secret.Service";

struct Exchange {
  sd_bus* bus = nullptr;
  sd_bus_message* answer = nullptr;
};

const char* open_session(Exchange& exchange) {
  const char* path = nullptr;
  const char* kind = nullptr;
  if (sd_bus_call_method(exchange.bus, service, root, interface, "OpenSession", nullptr, &exchange.answer,
                         "sv", "plain", "s", "") < 0 ||
      sd_bus_message_peek_type(exchange.answer, nullptr, &kind) < 0 ||
      sd_bus_message_skip(exchange.answer, "v") < 0 || sd_bus_message_read(exchange.answer, "o", &path) < 0)
    return nullptr;
  return path;
}

const char* find_item(Exchange& exchange, char** words) {
  const char* path = nullptr;
  if (sd_bus_call_method(exchange.bus, service, root, interface, "SearchItems", nullptr, &exchange.answer,
                         "a{ss}", 3, "profile", words[1], "issuer", words[2], "kind", words[3]) < 0 ||
      sd_bus_message_enter_container(exchange.answer, 'a', "o") < 0 ||
      sd_bus_message_read(exchange.answer, "o", &path) <= 0)
    return nullptr;
  return path;
}

bool print_secret(Exchange& exchange, const char* item, const char* session) {
  const void* bytes = nullptr;
  std::size_t size = 0;
  if (sd_bus_call_method(exchange.bus, service, item, "org.freedesktop.Secret.Item", "GetSecret", nullptr,
                         &exchange.answer, "o", session) < 0 ||
      sd_bus_message_enter_container(exchange.answer, 'r', "oayays") < 0 ||
      sd_bus_message_skip(exchange.answer, "oay") < 0 ||
      sd_bus_message_read_array(exchange.answer, 'y', &bytes, &size) < 0)
    return false;
  return size > 0 && std::fwrite(bytes, 1, size, stdout) == size;
}

// A keyring that does not know its caller yet refuses to search.
const char* find_item_patiently(Exchange& exchange, char** words) {
  const char* item = nullptr;
  for (int tries = 0; item == nullptr && tries < 100; ++tries)
    item = find_item(exchange, words);
  return item;
}

} // namespace

int main(int count, char** words) {
  Exchange exchange;
  if (count != 4 || sd_bus_open_user(&exchange.bus) < 0)
    return 2;
  const char* item = find_item_patiently(exchange, words);
  const char* session = item != nullptr ? open_session(exchange) : nullptr;
  return session != nullptr && print_secret(exchange, item, session) ? 0 : 1;
}
