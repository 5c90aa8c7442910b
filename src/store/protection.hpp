// How a store's document lies in its file: in the clear, or encrypted (store/encryption.hpp).
#pragma once

#include "base/secret.hpp"

#include <string>

namespace chutes::store {

class Protection {
public:
  virtual ~Protection() = default;
  // What the files of this protection are called behind the profile's name, so that the two never meet.
  [[nodiscard]] virtual const char* file_suffix() const = 0;
  // Whether `open` would go ahead without asking the user.
  virtual bool ready() = 0;
  // Makes `seal` quick for a file that does not exist yet: whatever asks or takes long happens here.
  virtual void begin(const std::string& path) = 0;
  // The document in a file's content. Throws Error{keychain}, naming `path`, if there is none to be had.
  virtual Secret open(const Secret& content, const std::string& path) = 0;
  // The content of a file, after `begin` or `open` with the same path.
  virtual Secret seal(const Secret& document, const std::string& path) = 0;
};

// The document is the file.
class NoProtection final : public Protection {
public:
  [[nodiscard]] const char* file_suffix() const override { return ".plaintext.json"; }
  bool ready() override { return true; }
  void begin(const std::string&) override {}
  Secret open(const Secret& content, const std::string&) override { return content; }
  Secret seal(const Secret& document, const std::string&) override { return document; }
};

} // namespace chutes::store
