#include "service/models.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "service/service_error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace chutes::service {
namespace {

// `price.input.usd`, or `pricing.prompt`: the same number in two places, either of which may be missing.
std::optional<double> price_of(const Json& entry, const char* in_price, const char* in_pricing) {
  if (const Json* price = find_field(entry, "price"))
    if (const Json* kind = find_field(*price, in_price))
      if (const auto usd = price_field(*kind, "usd"))
        return usd;
  const Json* pricing = find_field(entry, "pricing");
  return pricing == nullptr ? std::nullopt : price_field(*pricing, in_pricing);
}

std::optional<long> context_of(const Json& entry) {
  for (const char* name : {"context_length", "max_model_len"})
    if (const auto length = integer_field(entry, name); length && *length > 0)
      return *length;
  return std::nullopt;
}

std::vector<std::string> features_of(const Json& entry) {
  auto features = strings_field(entry, "supported_features");
  for (auto& modality : strings_field(entry, "input_modalities"))
    if (modality != "text")
      features.push_back(std::move(modality));
  if (bool_field(entry, "confidential_compute").value_or(false))
    features.emplace_back("tee");
  return features;
}

double blended_price(const Model& model) {
  constexpr double input_share = 3;
  if (!model.input_price || !model.output_price)
    return std::numeric_limits<double>::infinity();
  return input_share * *model.input_price + *model.output_price;
}

} // namespace

std::optional<double> price_field(const Json& object, const char* name) {
  const auto price = number_field(object, name);
  return price && *price >= 0 && std::isfinite(*price) ? price : std::nullopt;
}

Json fetch_models(const Endpoints& endpoints, HttpClient& http) {
  HttpRequest request;
  request.url = endpoints.llm.with_path_added("/v1/models");
  request.headers = {{"Accept", "application/json"}};
  const auto response = http.send(request);
  if (response.status != 200)
    throw service_error(response, "list the models");
  auto document = parse_json(response.body);
  const Json* data = document ? find_field(*document, "data") : nullptr;
  if (data == nullptr || !data->is_array())
    throw Error{ErrorKind::service, "the service did not answer with a list of models", "try again"};
  return std::move(*document);
}

std::vector<Model> read_models(const Json& document) {
  std::vector<Model> models;
  const Json* data = find_field(document, "data");
  if (data == nullptr || !data->is_array())
    return models;
  for (std::size_t i = 0; i < data->size(); ++i) {
    const Json& entry = (*data)[i];
    if (auto id = string_field(entry, "id"); id && !id->empty())
      models.push_back({std::move(*id), context_of(entry), price_of(entry, "input", "prompt"),
                        price_of(entry, "output", "completion"), features_of(entry), i});
  }
  return models;
}

std::vector<Model> matching(std::vector<Model> models, const std::string& filter) {
  const auto part = lower(filter);
  std::erase_if(models, [&](const Model& model) { return lower(model.id).find(part) == std::string::npos; });
  return models;
}

std::vector<Model> sorted(std::vector<Model> models, ModelOrder order) {
  const auto by = [&](const auto& less) { std::stable_sort(models.begin(), models.end(), less); };
  switch (order) {
  case ModelOrder::popularity:
    break;
  case ModelOrder::price:
    by([](const Model& a, const Model& b) { return blended_price(a) < blended_price(b); });
    break;
  case ModelOrder::context:
    by([](const Model& a, const Model& b) {
      return a.context_length.value_or(0) > b.context_length.value_or(0);
    });
    break;
  case ModelOrder::name:
    by([](const Model& a, const Model& b) { return lower(a.id) < lower(b.id); });
    break;
  }
  return models;
}

} // namespace chutes::service
