// Where the secrets of several new apps go: `--secret-to` with {name} in it, which stands for each app's
// name, so that none takes another's place.
#pragma once

#include "cli/app/secrets/secret_destination.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace chutes::cli {

// An app's name as a file's: letters, digits, '.', '_' and '-'; '-' for all else.
[[nodiscard]] std::string file_name_of(const std::string& app_name);

class SecretPlaces {
public:
  // Throws Error{usage} if `options` name no place, or one that cannot hold the secrets of all `names`, the
  // apps to be created. `context` must outlive it.
  SecretPlaces(const SecretOptions& options, const std::vector<std::string>& names, Context& context);

  // Throws whatever is known already to keep one of them from being stored.
  void prepare() const;
  // That of one of the names.
  [[nodiscard]] SecretDestination& of(const std::string& name) const { return *m_places.at(name); }
  // Whether standard output is the secrets', so that everything else is said on standard error.
  [[nodiscard]] bool take_output() const { return m_take_output; }

private:
  std::map<std::string, std::unique_ptr<SecretDestination>> m_places;
  bool m_take_output = false;
};

} // namespace chutes::cli
