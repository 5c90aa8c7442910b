#include "store/document.hpp"

#include "base/json_fields.hpp"
#include "base/utf8.hpp"
#include "store/store_error.hpp"

#include <nlohmann/json.hpp>

namespace chutes::store {
namespace {

constexpr const char* format = "chutes-login secrets";
constexpr int version = 1;

const std::string& text(const std::string& bytes) {
  if (invalid_utf8_at(bytes))
    throw Error{ErrorKind::keychain, "a file store holds text only, and this is not UTF-8",
                "store it in the keychain"};
  return bytes;
}

std::string field(const Json& item, std::string_view name, const std::string& path) {
  auto value = string_field(item, name);
  if (!value)
    throw damaged_file(path, "an item has no " + std::string{name});
  return std::move(*value);
}

void require_ours(const Json& document, const std::string& profile, const std::string& path) {
  if (string_field(document, "format") != format)
    throw foreign_file(path);
  const auto written = integer_field(document, "version");
  if (!written || *written < 1)
    throw damaged_file(path, "it has no version");
  if (*written > version)
    throw newer_file(path);
  if (string_field(document, "profile") != profile)
    throw damaged_file(path, "it was made for another profile");
}

} // namespace

Secret encode(const StoredItems& items, const std::string& profile) {
  Json document{{"format", format}, {"version", version}, {"profile", text(profile)}};
  auto& list = document["items"] = Json::array();
  for (const auto& [key, item] : items) {
    list.push_back(Json::object());
    auto& entry = list.back();
    entry["issuer"] = text(key.issuer);
    entry["kind"] = text(key.kind);
    entry["label"] = text(item.label);
    entry["secret"] = text(item.secret.reveal());
  }
  return Secret{json_pretty(document) + "\n"};
}

StoredItems decode(const Secret& document, const std::string& profile, const std::string& path) {
  const auto json = parse_json(document.reveal());
  if (!json)
    throw damaged_file(path, "it is not a JSON document");
  require_ours(*json, profile, path);
  const Json* list = find_field(*json, "items");
  if (list == nullptr || !list->is_array())
    throw damaged_file(path, "it has no items");
  StoredItems items;
  for (const auto& entry : *list) {
    KeychainKey key{profile, field(entry, "issuer", path), field(entry, "kind", path)};
    StoredItem item{field(entry, "label", path), Secret{field(entry, "secret", path)}};
    if (!items.emplace(std::move(key), std::move(item)).second)
      throw damaged_file(path, "it holds an item twice");
  }
  return items;
}

} // namespace chutes::store
