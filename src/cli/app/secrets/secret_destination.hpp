// Where a client secret goes, which the service shows once: `--secret-to` of `app create`, `app replace` and
// `app rotate-secret`.
#pragma once

#include "cli/command/context.hpp"
#include "cli/command/option_declarer.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

// A secret with what belongs to it.
struct AppSecret {
  std::string client_id;
  Secret client_secret;
  std::optional<std::vector<std::string>> scopes; // absent: not known, and then not written
  std::shared_ptr<const Json> document;           // the service's answer, without the secret
};

class SecretDestination {
public:
  virtual ~SecretDestination() = default;
  // Throws whatever is known already to keep `store` from working, before the service is asked for a secret.
  virtual void prepare() = 0;
  // Throws Error of the kind that the destination fails with; then nothing of the secret is there.
  virtual void store(const AppSecret& secret) = 0;
  // "in the keychain", "in secret.txt"
  [[nodiscard]] virtual std::string place() const = 0;
  // Whether standard output is the secret's, so that everything else is said on standard error.
  [[nodiscard]] virtual bool takes_output() const { return false; }
};

struct SecretOptions {
  std::optional<std::string> to;
  bool force = false;
};

void declare_secret(OptionDeclarer& declarer, SecretOptions& options);

// The destination that `--secret-to` names. Throws Error{usage} for a word that names none. `context` must
// outlive it.
[[nodiscard]] std::unique_ptr<SecretDestination> make_secret_destination(const SecretOptions& options,
                                                                         Context& context);

// Stores the secret there. Should that fail, it is put into a file that only this user can read, and the
// error thrown names that file in its hint; if not even that can be done, the hint says that it is lost.
void store_or_rescue(SecretDestination& destination, const AppSecret& secret, Context& context);

// A result beside the secret: as Context::result, or, where standard output is the secret's, as a notice.
void report(const SecretDestination& destination, const Json& json, const std::string& text,
            Context& context);

} // namespace chutes::cli
