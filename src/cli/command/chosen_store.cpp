#include "cli/command/chosen_store.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"

namespace chutes::cli {
namespace {

std::unique_ptr<Keychain> store_in_files(const GlobalOptions& options, Platform& platform) {
  switch (store_kind(options)) {
  case store::StoreKind::keychain:
    return nullptr;
  case store::StoreKind::plaintext:
    return store::make_plaintext_store(platform.files, platform.environment);
  case store::StoreKind::file:
    break;
  }
  store::AskPassphrase ask;
  if (!options.no_input)
    ask = [&terminal = platform.terminal](const std::string& prompt) { return terminal.ask_secret(prompt); };
  return store::make_file_store({platform.files, platform.random, platform.environment, std::move(ask)});
}

} // namespace

store::StoreKind store_kind(const GlobalOptions& options) {
  if (!options.store)
    return store::StoreKind::keychain;
  if (const auto kind = store::parse_store_kind(*options.store))
    return *kind;
  throw Error{ErrorKind::usage, "unknown store '" + one_line(*options.store, 40) + "'",
              "--store and CHUTES_STORE take keychain, file or plaintext"};
}

void allow_dialogs(Keychain& keychain, std::chrono::seconds limit, const GlobalOptions& options,
                   const Platform& platform) {
  const auto& terminal = platform.terminal;
  const auto& environment = platform.environment;
  const bool on_terminal =
      terminal.input_is_terminal() || terminal.output_is_terminal() || terminal.error_is_terminal();
  const bool on_desktop = environment.find("DISPLAY") || environment.find("WAYLAND_DISPLAY");
  if (!options.no_input && (on_terminal || on_desktop))
    keychain.allow_dialogs(limit);
}

ChosenStore::ChosenStore(const GlobalOptions& options, Platform& platform)
    : m_in_files(store_in_files(options, platform)),
      m_keychain(m_in_files ? m_in_files.get() : &platform.keychain) {
  allow_dialogs(*m_keychain, std::chrono::minutes{2}, options, platform);
}

const char* place_of(store::StoreKind kind) {
  switch (kind) {
  case store::StoreKind::file:
    return "an encrypted file, protected by its passphrase";
  case store::StoreKind::plaintext:
    return "a plaintext file, protected only by its file mode";
  case store::StoreKind::keychain:
    break;
  }
  return "the keychain, protected by your login";
}

} // namespace chutes::cli
