// The language models that the service offers, read from every known form of its list.
#pragma once

#include "base/json_fields.hpp"
#include "platform/http_client.hpp"
#include "service/endpoints.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace chutes::service {

struct Model {
  std::string id;
  std::optional<long> context_length; // tokens
  std::optional<double> input_price;  // USD per million tokens, like output_price; never negative
  std::optional<double> output_price;
  std::vector<std::string>
      features;          // "tools", "reasoning", …; "tee": runs in a trusted execution environment
  std::size_t index = 0; // of its entry in the list

  friend bool operator==(const Model&, const Model&) = default;
};

// Returns the price in a member: a number, or a number as text. Absent if it is none, or negative, which some
// lists use for "unknown" or "varies".
[[nodiscard]] std::optional<double> price_field(const Json& object, const char* name);

// Returns the answer of `GET /v1/models`, which is sent without a credential. Throws what `http` throws, and
// `service_error` for a refusal or an answer without a list.
[[nodiscard]] Json fetch_models(const Endpoints& endpoints, HttpClient& http);

// Returns the models of that answer, in the service's order, which is by popularity. Entries without an id
// are left out; empty if `document` holds no list.
[[nodiscard]] std::vector<Model> read_models(const Json& document);

// Keeps the models whose id contains `filter`, ignoring case.
[[nodiscard]] std::vector<Model> matching(std::vector<Model> models, const std::string& filter);

enum class ModelOrder { popularity, price, context, name };
// Sorts stably; models without the value come last. The price weighs input to output three to one, as chats
// use them.
[[nodiscard]] std::vector<Model> sorted(std::vector<Model> models, ModelOrder order);

} // namespace chutes::service
