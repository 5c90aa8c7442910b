// The language models the service offers, read from its list in every shape it has been seen in.
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
  std::optional<double> input_price;  // USD per million tokens, as the output's
  std::optional<double> output_price;
  std::vector<std::string> features; // "tools", "reasoning", …; "tee": runs in a trusted environment
  std::size_t index = 0;             // of its entry in the list

  friend bool operator==(const Model&, const Model&) = default;
};

// What `GET /v1/models` answers, which is asked without any credential. Throws what `http` throws, and as
// `service_error`.
[[nodiscard]] Json fetch_models(const Endpoints& endpoints, HttpClient& http);

// The models of that answer, in the service's order, which is by popularity. Entries without an id are
// left out; empty if `document` is no list.
[[nodiscard]] std::vector<Model> read_models(const Json& document);

// Keeps those whose id contains `filter`, whatever the case.
[[nodiscard]] std::vector<Model> matching(std::vector<Model> models, const std::string& filter);

enum class ModelOrder { popularity, price, context, name };
// Stable; what is not told comes last. Price counts input and output as three to one, as chats use them.
[[nodiscard]] std::vector<Model> sorted(std::vector<Model> models, ModelOrder order);

} // namespace chutes::service
