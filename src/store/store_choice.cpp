#include "store/store_choice.hpp"

#include "base/error.hpp"
#include "store/encryption.hpp"
#include "store/file_store.hpp"

#include <array>

namespace chutes::store {
namespace {

constexpr std::array kinds{StoreKind::keychain, StoreKind::file, StoreKind::plaintext};

std::optional<std::string> directory(const Environment& environment) {
  const auto data = environment.user_directory("XDG_DATA_HOME", ".local/share");
  return data ? std::optional{*data + "/chutes-login"} : std::nullopt;
}

} // namespace

std::optional<StoreKind> parse_store_kind(std::string_view word) {
  for (const auto kind : kinds)
    if (word == name_of(kind))
      return kind;
  return std::nullopt;
}

const char* name_of(StoreKind kind) {
  switch (kind) {
  case StoreKind::keychain:
    return "keychain";
  case StoreKind::file:
    return "file";
  case StoreKind::plaintext:
    return "plaintext";
  }
  return "";
}

std::unique_ptr<Keychain> make_file_store(FileStoreOptions options) {
  auto passphrases =
      std::make_unique<ChosenPassphrase>(options.environment, options.files, std::move(options.ask));
  return std::make_unique<FileStore>(options.files, directory(options.environment),
                                     std::make_unique<Encryption>(std::move(passphrases), options.random));
}

std::unique_ptr<Keychain> make_plaintext_store(PrivateFiles& files, const Environment& environment) {
  return std::make_unique<FileStore>(files, directory(environment), std::make_unique<NoProtection>());
}

} // namespace chutes::store
