#include "service/batch/batch_line.hpp"

#include "base/ascii.hpp"
#include "base/json_fields.hpp"

#include <nlohmann/json.hpp>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace chutes::service {
namespace {

std::uint64_t hash_of(const std::string& text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i)
    number = number << 8U | digest[i];
  return number;
}

bool is_request(const Json& document) {
  const bool method = find_field(document, "method") != nullptr;
  const bool url = find_field(document, "url") != nullptr;
  const Json* body = find_field(document, "body");
  if (body == nullptr)
    return method && url;
  return method || url || find_field(document, "custom_id") != nullptr;
}

Json with_model(const Json& body, const std::string& model) {
  Json whole{{"model", model}};
  whole.update(body);
  return whole;
}

void take_body(BatchLine& line, const Json& body, const BatchDefaults& defaults) {
  if (!body.is_object()) {
    line.fault = "the body is not a JSON object";
    return;
  }
  const Json* named = find_field(body, "model");
  const bool adds = named == nullptr && !defaults.model.empty();
  line.model = named != nullptr ? string_field(body, "model").value_or("") : defaults.model;
  line.body = json_line(adds ? with_model(body, defaults.model) : body);
}

// Returns why a member cannot be used; empty if it is a string, or absent.
std::string take_text(const Json& document, const char* name, std::string& into) {
  const auto text = string_field(document, name);
  if (!text && find_field(document, name) != nullptr)
    return std::string{name} + " is not a string";
  into = text.value_or("");
  return {};
}

bool is_method(const std::string& text) {
  return std::all_of(text.begin(), text.end(), is_letter) && text != "CONNECT";
}

void take_custom_id(BatchLine& line, const Json& document) {
  std::string custom_id;
  line.fault = take_text(document, "custom_id", custom_id);
  if (line.fault.empty() && find_field(document, "custom_id") != nullptr)
    line.custom_id = custom_id;
}

void take_bare_body(BatchLine& line, Json body, const BatchDefaults& defaults) {
  take_custom_id(line, body);
  body.erase("custom_id");
  if (line.fault.empty())
    take_body(line, body, defaults);
}

void take_request(BatchLine& line, const Json& document, const BatchDefaults& defaults) {
  take_custom_id(line, document);
  for (const auto& [name, into] : {std::pair{"method", &line.method}, {"url", &line.url}})
    if (line.fault.empty())
      line.fault = take_text(document, name, *into);
  line.method = upper(line.method);
  if (line.fault.empty() && !is_method(line.method))
    line.fault = "method is not an HTTP method";
  if (const Json* body = find_field(document, "body"); line.fault.empty() && body != nullptr)
    take_body(line, *body, defaults);
}

} // namespace

std::uint64_t batch_key(const std::optional<std::string>& custom_id, std::size_t number) {
  return hash_of(custom_id ? "custom_id " + *custom_id : "line " + std::to_string(number));
}

std::uint64_t BatchLine::key() const {
  return batch_key(custom_id, number);
}

BatchLine parse_batch_line(const std::string& text, std::size_t number, const BatchDefaults& defaults) {
  BatchLine line;
  line.number = number;
  line.digest = hash_of(defaults.target + "\n" + defaults.model + "\n" + text);
  const auto document = parse_json(text);
  if (!document)
    line.fault = "the line is not JSON";
  else if (!document->is_object())
    line.fault = "the line is not a JSON object";
  else if (is_request(*document))
    take_request(line, *document, defaults);
  else
    take_bare_body(line, *document, defaults);
  return line;
}

} // namespace chutes::service
