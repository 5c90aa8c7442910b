// Where the secrets of several new apps are stored: `--secret-to` with {name} in it, which is replaced by the
// name of each app, so that no secret overwrites another.
#pragma once

#include "cli/app/secrets/secret_destination.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace chutes::cli {

// Returns an app's name as part of a file name: letters, digits, '.', '_' and '-'; '-' for any other byte.
[[nodiscard]] std::string file_name_of(const std::string& app_name);

class SecretPlaces {
public:
  // `names`: the apps to be created. Throws Error{usage} for an unknown destination, or one that cannot hold
  // the secrets of all of them. `context` must outlive it.
  SecretPlaces(const SecretOptions& options, const std::vector<std::string>& names, Context& context);

  // Throws if it is already certain that storing one of the secrets would fail.
  void prepare() const;
  // Returns the destination for one of the names.
  [[nodiscard]] SecretDestination& of(const std::string& name) const { return *m_places.at(name); }
  // Whether secrets go to standard output, so that everything else goes to standard error.
  [[nodiscard]] bool use_stdout() const { return m_use_stdout; }

private:
  std::map<std::string, std::unique_ptr<SecretDestination>> m_places;
  bool m_use_stdout = false;
};

} // namespace chutes::cli
