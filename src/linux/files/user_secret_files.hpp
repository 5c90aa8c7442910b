// Secrets in files that the user chooses, on a POSIX file system.
#pragma once

#include "platform/user_secret_files.hpp"

namespace chutes::on_linux {

class PosixUserSecretFiles final : public UserSecretFiles {
public:
  std::optional<ChosenFile> read(const std::string& path) override;
  void check(const std::string& path, std::size_t size) override;
  void create(const std::string& path, const Secret& content) override;
  void replace(const std::string& path, const Secret& content) override;
  void check_append(const std::string& path, std::size_t size) override;
  void append(const std::string& path, const Secret& lines) override;
};

} // namespace chutes::on_linux
