// http and https URLs (RFC 3986, the part a client needs), kept as they were written: nothing is normalised
// except the case of scheme and host, because the service compares redirect URIs byte for byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chutes {

struct Url {
  std::string scheme; // "http" or "https", lower case
  std::string host;   // lower case; an IPv6 literal without its brackets
  std::uint16_t port = 0;
  bool port_given = false;          // false: `port` is the scheme's default
  std::string path;                 // starts with '/', or is empty when the text had none
  std::optional<std::string> query; // without '?', still encoded

  // Absent if `text` is not an absolute http(s) URL, holds user information, a fragment, control characters,
  // spaces or a port outside 1..65535.
  [[nodiscard]] static std::optional<Url> parse(std::string_view text);

  // "https://host[:port]", the port only where it is not the scheme's default.
  [[nodiscard]] std::string origin() const;
  // What goes into the request line: path (at least "/") and query.
  [[nodiscard]] std::string target() const;
  [[nodiscard]] std::string text() const { return origin() + (query ? target() : path); }
  // "host[:port]" as in the Host header.
  [[nodiscard]] std::string authority() const;
  // Whether the host names this machine, however it is resolved: 127.0.0.0/8 in four decimal parts without
  // leading zeros, ::1 or localhost, and no other spelling of these.
  [[nodiscard]] bool is_loopback() const;
  // Whether a secret may be sent there: https anywhere, plain http on loopback only.
  [[nodiscard]] bool is_protected() const { return scheme == "https" || is_loopback(); }

  // This URL with `suffix` (beginning with '/') added to its path, without a doubled slash and without a
  // query.
  [[nodiscard]] Url with_path_added(std::string_view suffix) const;

  friend bool operator==(const Url&, const Url&) = default;
};

} // namespace chutes
