// Where the passphrase of an encrypted store comes from: a file the user names, a credential of systemd, or
// the user at the terminal. Never an option, never an environment variable's value.
#pragma once

#include "base/secret.hpp"
#include "platform/environment.hpp"
#include "platform/private_files.hpp"

#include <functional>
#include <optional>
#include <string>

namespace chutes::store {

enum class PassphraseUse {
  open,   // a file that exists
  create, // a new file: what is typed is typed twice
};

class PassphraseSource {
public:
  virtual ~PassphraseSource() = default;
  // Never empty. May ask. Throws Error{keychain} with a hint how to give one.
  virtual Secret obtain(PassphraseUse use, const std::string& path) = 0;
  // Absent: the user would have to be asked, or there is none.
  virtual std::optional<Secret> without_asking() = 0;
};

// Asks one question on the terminal without echo and gives the line without its end. Absent: no terminal to
// ask on, or the input ended.
using AskPassphrase = std::function<std::optional<Secret>(const std::string& prompt)>;

// CHUTES_STORE_PASSPHRASE_FILE, else chutes-login-passphrase in $CREDENTIALS_DIRECTORY (systemd.exec(5)),
// else the terminal. The first line counts. A named file that cannot be used is an error, never passed over.
class ChosenPassphrase final : public PassphraseSource {
public:
  // `ask` may be empty: then nothing is asked.
  ChosenPassphrase(const Environment& environment, PrivateFiles& files, AskPassphrase ask)
      : m_environment(environment), m_files(files), m_ask(std::move(ask)) {}

  Secret obtain(PassphraseUse use, const std::string& path) override;
  std::optional<Secret> without_asking() override;

private:
  Secret ask(const std::string& prompt) const;

  const Environment& m_environment;
  PrivateFiles& m_files;
  AskPassphrase m_ask;
};

} // namespace chutes::store
