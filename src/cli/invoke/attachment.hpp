// Attachments to a prompt (--attach): images, as files or URLs, and text files.
#pragma once

#include <string>
#include <vector>

namespace chutes::cli {

struct Attachments {
  std::string text;                // to append to the prompt, each file under its name; may be empty
  std::vector<std::string> images; // https: and data: URLs
};

// Reads the files and checks the URLs. A file whose first bytes are those of a JPEG, PNG, GIF, WebP or BMP is
// an image, any other UTF-8 file is text; a URL is always an image, which the service fetches itself. Throws
// Error{usage}, naming the attachment, for a file that cannot be read, is empty, exceeds 16 MiB or is neither
// image nor text; for a URL that is not https on the standard port; and for more than 8 images.
[[nodiscard]] Attachments read_attachments(const std::vector<std::string>& words);

} // namespace chutes::cli
