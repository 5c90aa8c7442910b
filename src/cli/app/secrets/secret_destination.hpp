// Where a client secret is stored, which the service returns only once: `--secret-to` of `app create`,
// `app replace` and `app rotate-secret`.
#pragma once

#include "cli/command/context.hpp"
#include "cli/command/option_declarer.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

// A client secret, and what is stored with it.
struct AppSecret {
  std::string client_id;
  Secret client_secret;
  std::optional<std::vector<std::string>> scopes; // absent: not known, so not written
  std::shared_ptr<const Json> document;           // the service's answer, without the secret
};

class SecretDestination {
public:
  virtual ~SecretDestination() = default;
  // Throws if it is already certain that `store` would fail. Called before the service is asked for a secret.
  virtual void prepare() = 0;
  // Throws an Error of the kind that fits the destination; then no part of the secret is stored.
  virtual void store(const AppSecret& secret) = 0;
  // "in the keychain", "in secret.txt"
  [[nodiscard]] virtual std::string place() const = 0;
  // Whether the secret goes to standard output, so that everything else goes to standard error.
  [[nodiscard]] virtual bool uses_stdout() const { return false; }
};

struct SecretOptions {
  std::optional<std::string> to;
  bool force = false;
};

void declare_secret(OptionDeclarer& declarer, SecretOptions& options);

// Returns the destination that `--secret-to` names; `context` must outlive it. Throws Error{usage} for an
// unknown one.
[[nodiscard]] std::unique_ptr<SecretDestination> make_secret_destination(const SecretOptions& options,
                                                                         Context& context);

// Stores the secret there. If that fails, writes it to a file that only this user can read and throws an
// error whose hint names that file, or says that the secret is lost if the file cannot be written either.
void store_or_rescue(SecretDestination& destination, const AppSecret& secret, Context& context);

// Prints a result beside the secret: as Context::result, or as a notice if the secret goes to standard
// output.
void report(const SecretDestination& destination, const Json& json, const std::string& text,
            Context& context);

} // namespace chutes::cli
