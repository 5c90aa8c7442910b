#include "store/passphrase.hpp"

#include "base/error.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace chutes::store {
namespace {

constexpr const char* file_variable = "CHUTES_STORE_PASSPHRASE_FILE";

Secret first_line(const Secret& content, const std::string& path) {
  const auto text = without_byte_order_mark(content.reveal());
  auto length = std::min(text.find('\n'), text.size());
  if (length > 0 && text[length - 1] == '\r')
    --length;
  if (length == 0)
    throw Error{ErrorKind::keychain, "the first line of " + path + " is empty",
                "write the store's passphrase in its first line"};
  return Secret{std::string{text.substr(0, length)}};
}

} // namespace

std::optional<Secret> ChosenPassphrase::without_asking() {
  if (const auto path = m_environment.find(file_variable)) {
    if (const auto content = m_files.read(*path, FileOrigin::given))
      return first_line(*content, *path);
    throw Error{ErrorKind::keychain, // what it holds may be the passphrase itself
                std::string{"the file that "} + file_variable + " names does not exist",
                std::string{"set "} + file_variable + " to a file that holds the passphrase, or unset it"};
  }
  if (const auto directory = m_environment.find("CREDENTIALS_DIRECTORY")) {
    const auto path = *directory + "/chutes-login-passphrase";
    if (const auto content =
            m_files.read(path, FileOrigin::system)) // a service may have other credentials only
      return first_line(*content, path);
  }
  return std::nullopt;
}

Secret ChosenPassphrase::obtain(PassphraseUse use, const std::string& path) {
  if (auto given = without_asking())
    return std::move(*given);
  if (use == PassphraseUse::open)
    return ask("Passphrase for " + path + ": ");
  auto chosen = ask("New passphrase for " + path + ": ");
  if (!(ask("Repeat the passphrase: ") == chosen))
    throw Error{ErrorKind::keychain, "the two passphrases differ", "try again"};
  return chosen;
}

Secret ChosenPassphrase::ask(const std::string& prompt) const {
  auto answer = m_ask ? m_ask(prompt) : std::nullopt;
  if (!answer)
    throw Error{ErrorKind::keychain, "cannot ask for the store's passphrase: no terminal, or --no-input",
                std::string{"set "} + file_variable +
                    " to a file that holds it, give the service the credential chutes-login-passphrase, or "
                    "run this in a terminal"};
  if (answer->empty())
    throw Error{ErrorKind::keychain, "the passphrase is empty", "choose a passphrase that is hard to guess"};
  return std::move(*answer);
}

} // namespace chutes::store
