// Files for secrets wherever the user wants them, on a POSIX file system.
#pragma once

#include "platform/secret_files.hpp"

namespace chutes::on_linux {

class ChosenSecretFiles final : public SecretFiles {
public:
  std::optional<ChosenFile> read(const std::string& path) override;
  void check(const std::string& path) override;
  void create(const std::string& path, const Secret& content) override;
  void replace(const std::string& path, const Secret& content) override;
  void check_append(const std::string& path) override;
  void append(const std::string& path, const Secret& text) override;
};

} // namespace chutes::on_linux
