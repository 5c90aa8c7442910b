// The user's ordinary files on a POSIX file system.
#pragma once

#include "platform/output_files.hpp"

namespace chutes::on_linux {

class PosixOutputFiles final : public OutputFiles {
public:
  void require_place(const std::string& path) override;
  std::unique_ptr<OutputFile> open(const std::string& path) override;
  std::unique_ptr<OutputFile> create_in(const std::string& directory, const std::string& stem,
                                        const std::string& extension) override;
};

} // namespace chutes::on_linux
