#include "cli/invoke/attachment.hpp"

#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/media_type.hpp"
#include "base/terminal_text.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "cli/command/input_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace chutes::cli {
namespace {

constexpr std::size_t most_images = 8; // in one message: the service's limit

std::string shown(const std::string& word) {
  return one_line(word, 200);
}

[[noreturn]] void refuse(const std::string& word, const std::string& why, const std::string& hint) {
  throw Error{ErrorKind::usage, "the attachment " + shown(word) + " " + why, hint};
}

bool is_address(const std::string& word) {
  return word.find("://") != std::string::npos;
}

// Returns `word` if the service can fetch it: it does so from the standard https port, without credentials.
std::string image_address(const std::string& word) {
  const auto url = Url::parse(word);
  if (!word.starts_with("https://") || !url || url->is_loopback() || url->authority() != url->host)
    throw Error{ErrorKind::usage,
                "the URL to attach must begin with https:// and have no user, port or fragment",
                "download the image and attach the file"};
  return word;
}

// Returns a Markdown code fence that does not occur in the text.
std::string fence_for(const std::string& text) {
  std::string fence = "```";
  while (text.find(fence) != std::string::npos)
    fence += '`';
  return fence;
}

std::string text_block(const std::string& word, const std::string& text) {
  const auto fence = fence_for(text);
  return "\n\n" + shown(word.substr(word.rfind('/') + 1)) + ":\n" + fence + "\n" + text +
         (text.ends_with('\n') ? "" : "\n") + fence;
}

bool is_readable_image(const std::string& type) {
  constexpr std::array<std::string_view, 5> readable{"image/jpeg", "image/png", "image/gif", "image/webp",
                                                     "image/bmp"};
  return std::find(readable.begin(), readable.end(), type) != readable.end();
}

void read_file(const std::string& word, Attachments& attachments) {
  const auto bytes = file_content(word, "--attach");
  const auto type = type_of_bytes(bytes);
  if (bytes.empty())
    refuse(word, "is empty", "check that it is the right file");
  if (is_readable_image(type))
    attachments.images.push_back("data:" + type + ";base64," + base64_encode(bytes));
  else if (type.empty() && !invalid_utf8_at(bytes) && bytes.find('\0') == std::string::npos)
    attachments.text += text_block(word, std::string{without_byte_order_mark(bytes)});
  else
    refuse(word,
           type.empty() ? "is neither an image nor UTF-8 text" : "is " + type + ", which models cannot read",
           "attach a JPEG, PNG, GIF, WebP or BMP image, or convert the file to text");
}

} // namespace

Attachments read_attachments(const std::vector<std::string>& words) {
  Attachments attachments;
  for (const auto& word : words) {
    if (is_address(word))
      attachments.images.push_back(image_address(word));
    else
      read_file(word, attachments);
    if (attachments.images.size() > most_images)
      refuse(word, "is one image too many", "attach at most 8 images to one message");
  }
  return attachments;
}

} // namespace chutes::cli
