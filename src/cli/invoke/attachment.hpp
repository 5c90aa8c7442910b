// What goes to a model beside the prompt: images, by file or address, and texts, which become part of it.
#pragma once

#include <string>
#include <vector>

namespace chutes::cli {

struct Attachments {
  std::string text;                // blocks that follow the prompt, each with its file's name; may be empty
  std::vector<std::string> images; // https: and data: URLs
};

// Reads the files and checks the addresses. A file is an image by its first bytes (JPEG, PNG, GIF, WebP,
// BMP), else a text if it is UTF-8; an address is always an image's, which the service fetches itself. Throws
// Error{usage} naming the one that cannot be read, is empty, is over 16 MiB or is neither; that is no https
// address of the standard port; or that is one image too many for the service (8).
[[nodiscard]] Attachments read_attachments(const std::vector<std::string>& words);

} // namespace chutes::cli
