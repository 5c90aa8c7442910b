#include "store/encryption.hpp"

#include "store/aes_gcm.hpp"
#include "store/store_error.hpp"

#include <span>
#include <string_view>

namespace chutes::store {

bool Encryption::ready() {
  if (!m_passphrase)
    m_passphrase = m_passphrases->without_asking();
  return m_passphrase.has_value();
}

void Encryption::begin(const std::string& path) {
  if (m_keys.contains(path))
    return;
  DerivedKey made{{}, chance(seal_salt_length), {}};
  made.key = scrypt(passphrase(PassphraseUse::create, path), made.salt, made.cost, aes_key_length);
  m_keys.emplace(path, std::move(made));
}

Secret Encryption::open(const Secret& content, const std::string& path) {
  const std::string_view file = content.reveal();
  const auto header = decode_header(file, path);
  const auto& key = key_of(header, path);
  auto document = aes_gcm_open(key, header.nonce, std::string{file.substr(0, seal_header_length)},
                               file.substr(seal_header_length));
  if (document)
    return std::move(*document);
  // After a typing error the next call asks again.
  m_keys.erase(path);
  m_passphrase.reset();
  throw Error{ErrorKind::keychain, "the passphrase is wrong or the file " + path + " was altered",
              "enter the passphrase it was created with; if it is lost, remove the file and sign in again"};
}

Secret Encryption::seal(const Secret& document, const std::string& path) {
  begin(path);
  const auto& used = m_keys.at(path);
  const auto length = static_cast<std::uint32_t>(document.reveal().size()); // files end at 16 MiB
  const SealHeader header{used.cost, length, used.salt, chance(gcm_nonce_length)};
  const auto front = encode(header);
  return Secret{front + aes_gcm_seal(used.key, header.nonce, front, document)};
}

const Secret& Encryption::passphrase(PassphraseUse use, const std::string& path) {
  if (!m_passphrase)
    m_passphrase = m_passphrases->obtain(use, path);
  return *m_passphrase;
}

const Secret& Encryption::key_of(const SealHeader& header, const std::string& path) {
  const auto known = m_keys.find(path);
  if (known != m_keys.end() && known->second.cost == header.cost && known->second.salt == header.salt)
    return known->second.key;
  auto key = scrypt(passphrase(PassphraseUse::open, path), header.salt, header.cost, aes_key_length);
  return m_keys.insert_or_assign(path, DerivedKey{header.cost, header.salt, std::move(key)})
      .first->second.key;
}

std::string Encryption::chance(std::size_t length) {
  std::string bytes(length, '\0');
  m_random.fill(std::as_writable_bytes(std::span{bytes}));
  return bytes;
}

} // namespace chutes::store
