#include "store/sealed_file.hpp"

#include "store/aes_gcm.hpp"
#include "store/store_error.hpp"

namespace chutes::store {
namespace {

constexpr std::string_view magic = "chutes-secrets\n";
constexpr unsigned char version = 1;
constexpr std::size_t version_at = 15;
constexpr std::size_t cost_at = 16;
constexpr std::size_t length_at = 19;
constexpr std::size_t salt_at = 23;
constexpr std::size_t nonce_at = 39;

std::uint8_t byte_at(std::string_view bytes, std::size_t place) {
  return static_cast<std::uint8_t>(bytes[place]);
}

bool bearable(const ScryptCost& cost) {
  constexpr std::uint64_t most_memory = 256ULL * 1024 * 1024;
  return cost.log2_n >= 14 && cost.log2_n <= 20 && cost.r >= 1 && cost.p >= 1 && cost.p <= 4 &&
         (128ULL * cost.r << cost.log2_n) <= most_memory;
}

} // namespace

std::string encode(const SealHeader& header) {
  std::string bytes{magic};
  for (const auto value : {version, header.cost.log2_n, header.cost.r, header.cost.p})
    bytes += static_cast<char>(value);
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    bytes += static_cast<char>(header.length >> shift & 0xffU);
  return bytes + header.salt + header.nonce;
}

SealHeader decode_header(std::string_view file, const std::string& path) {
  if (file.size() <= magic.size() && magic.starts_with(file))
    throw damaged_file(path, "it is truncated");
  if (!file.starts_with(magic))
    throw foreign_file(path);
  if (byte_at(file, version_at) > version)
    throw newer_file(path);
  if (byte_at(file, version_at) != version)
    throw damaged_file(path, "its version is not valid");
  if (file.size() < seal_header_length + gcm_tag_length)
    throw damaged_file(path, "it is truncated");
  SealHeader header;
  header.cost = {byte_at(file, cost_at), byte_at(file, cost_at + 1), byte_at(file, cost_at + 2)};
  if (!bearable(header.cost))
    throw damaged_file(path, "its scrypt cost is out of range");
  for (std::size_t place = length_at; place < salt_at; ++place)
    header.length = header.length << 8U | byte_at(file, place);
  const std::uint64_t length = file.size() - seal_header_length - gcm_tag_length;
  if (length != header.length)
    throw damaged_file(path, length < header.length ? "it is truncated" : "it is longer than it says");
  header.salt = file.substr(salt_at, seal_salt_length);
  header.nonce = file.substr(nonce_at, gcm_nonce_length);
  return header;
}

} // namespace chutes::store
