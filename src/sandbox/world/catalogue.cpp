#include "sandbox/world/catalogue.hpp"

#include "base/ascii.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::sandbox {
namespace {

constexpr double tao_in_usd = 400.0; // the sandbox's fixed exchange rate

bool contains_any_case(std::string_view text, std::string_view part) {
  return lower(text).find(lower(part)) != std::string::npos;
}

Json amount(double usd) {
  return {{"usd", usd}, {"tao", usd / tao_in_usd}};
}

Json token_prices(const ModelFacts& model) {
  return {{"input", amount(model.input_price)},
          {"output", amount(model.output_price)},
          {"input_cache_read", amount(model.cached_price)}};
}

Json estimated_price(const Chute& chute) {
  Json price = Json::object();
  if (chute.model)
    price["per_million_tokens"] = token_prices(*chute.model);
  if (chute.usd_per_step)
    price["per_step"] = amount(*chute.usd_per_step);
  price["usd"] = {{"hour", chute.usd_per_hour}, {"second", chute.usd_per_hour / 3600}};
  price["tao"] = {{"hour", chute.usd_per_hour / tao_in_usd},
                  {"second", chute.usd_per_hour / tao_in_usd / 3600}};
  return price;
}

Json cord_json(const Cord& cord, bool with_schemas) {
  Json json{{"method", cord.public_api_method},
            {"path", "/" + cord.function},
            {"function", cord.function},
            {"stream", cord.stream},
            {"passthrough", cord.passthrough},
            {"public_api_path", cord.public_api_path},
            {"public_api_method", cord.public_api_method},
            {"output_content_type", cord.output_content_type}};
  if (!with_schemas)
    return json;
  const auto schema = [](const std::string& text) { return text.empty() ? Json{} : Json::parse(text); };
  json["input_schema"] = schema(cord.input_schema);
  json["output_schema"] = nullptr;
  json["minimal_input_schema"] = schema(cord.minimal_input_schema);
  return json;
}

Json cords_json(const Chute& chute, bool with_schemas) {
  Json cords = Json::array();
  for (const auto& cord : chute.cords)
    cords.push_back(cord_json(cord, with_schemas));
  return cords;
}

// Chutes of one template share their cords, so the service sends each set once.
std::string cord_ref_id(const Chute& chute) {
  return "cords-" + (chute.standard_template.empty() ? chute.chute_id : chute.standard_template);
}

Json chute_json(const Chute& chute) {
  return {{"chute_id", chute.chute_id},
          {"name", chute.name},
          {"tagline", chute.tagline},
          {"readme", "# " + chute.name + "\n\n" + chute.tagline + "."},
          {"public", chute.is_public},
          {"version", chute.chute_id.substr(0, 8) + "-0001-5000-8000-000000000001"},
          {"slug", chute.slug},
          {"standard_template", chute.standard_template.empty() ? Json{} : Json(chute.standard_template)},
          {"created_at", "2026-01-15T09:30:00.000000Z"},
          {"updated_at", "2026-05-02T18:12:45.250000Z"},
          {"image", {{"name", chute.image}, {"tag", "0.4.7"}, {"user", {{"username", "chutes"}}}}},
          {"user", {{"username", chute.owner}, {"user_id", chute.owner_id}, {"logo", nullptr}}},
          {"supported_gpus", chute.supported_gpus},
          {"node_selector", {{"gpu_count", 1}, {"min_vram_gb_per_gpu", 24}}},
          {"invocation_count", chute.invocation_count},
          {"instances", chute_instances(chute)},
          {"hot", chute.hot},
          {"logo", nullptr},
          {"tee", chute.tee},
          {"concurrency", 20},
          {"current_estimated_price", estimated_price(chute)}};
}

bool wanted(const Chute& chute, const ChuteQuery& query, const Viewer& viewer) {
  if (!Catalogue::visible(chute, viewer))
    return false;
  const bool own = viewer.user_id == chute.owner_id;
  if (viewer.user_id && !own && !query.include_public)
    return false;
  if (query.standard_template == "other"
          ? !chute.standard_template.empty()
          : !query.standard_template.empty() && chute.standard_template != query.standard_template)
    return false;
  if (!query.name.empty() && !contains_any_case(chute.name, query.name) &&
      !contains_any_case(chute.tagline, query.name))
    return false;
  if (!query.exclude.empty() && contains_any_case(chute.name, query.exclude))
    return false;
  return query.slug.empty() || chute.slug == query.slug;
}

void add_engine_facts(Json& entry, const Chute& chute) {
  const auto& model = *chute.model;
  entry["object"] = "model";
  entry["created"] = 1768469400;
  entry["owned_by"] = chute.image;
  entry["root"] = chute.name;
  entry["parent"] = nullptr;
  entry["max_model_len"] = model.context_length;
  entry["context_length"] = model.context_length;
  entry["max_output_length"] = model.max_output_length;
  entry["quantization"] = model.quantization;
  entry["input_modalities"] = model.input_modalities;
  entry["output_modalities"] = {"text"};
  entry["supported_features"] = {"json_mode", "tools", "structured_outputs", "reasoning"};
  entry["supported_sampling_parameters"] = {"temperature", "top_p", "seed", "stop"};
}

Json model_json(const Chute& chute) {
  const auto& model = *chute.model;
  Json entry{{"id", chute.name}};
  if (!model.minimal_facts)
    add_engine_facts(entry, chute);
  entry["chute_id"] = chute.chute_id;
  entry["confidential_compute"] = chute.tee;
  entry["price"] = token_prices(model);
  entry["pricing"] = {{"prompt", model.input_price},
                      {"completion", model.output_price},
                      {"input_cache_read", model.cached_price}};
  return entry;
}

} // namespace

Catalogue::Catalogue(const std::string& username, const std::string& user_id) : m_chutes(public_chutes()) {
  m_chutes.push_back(private_chute(username, user_id));
}

const Chute* Catalogue::find(std::string_view id_or_name) const {
  const auto found = std::find_if(m_chutes.begin(), m_chutes.end(), [id_or_name](const Chute& chute) {
    return chute.chute_id == id_or_name || chute.name == id_or_name;
  });
  return found == m_chutes.end() ? nullptr : &*found;
}

const Chute* Catalogue::find_slug(std::string_view slug) const {
  const auto found = std::find_if(m_chutes.begin(), m_chutes.end(),
                                  [slug](const Chute& chute) { return chute.slug == slug; });
  return found == m_chutes.end() ? nullptr : &*found;
}

bool Catalogue::visible(const Chute& chute, const Viewer& viewer) {
  return chute.is_public || viewer.user_id == chute.owner_id;
}

Json Catalogue::list(const ChuteQuery& query, const Viewer& viewer) const {
  std::vector<const Chute*> found;
  for (const auto& chute : m_chutes)
    if (wanted(chute, query, viewer))
      found.push_back(&chute);

  Json items = Json::array();
  Json cord_refs = Json::object();
  const std::size_t first = std::min(query.offset.value_or(query.page * query.limit), found.size());
  const std::size_t last = std::min(first + query.limit, found.size());
  for (std::size_t index = first; index < last; ++index) {
    const Chute& chute = *found[index];
    Json item = chute_json(chute);
    item["cords"] = nullptr;
    item["cord_ref_id"] = cord_ref_id(chute);
    items.push_back(std::move(item));
    cord_refs[cord_ref_id(chute)] = cords_json(chute, query.include_schemas);
  }
  return {{"total", found.size()},
          {"page", query.page},
          {"limit", query.limit},
          {"items", std::move(items)},
          {"cord_refs", std::move(cord_refs)}};
}

Json chute_details(const Chute& chute) {
  Json json = chute_json(chute);
  json["cords"] = cords_json(chute, true);
  json["cord_ref_id"] = nullptr;
  return json;
}

Json model_list(const Catalogue& catalogue) {
  Json data = Json::array();
  for (const auto& chute : catalogue.chutes())
    if (chute.model && chute.is_public)
      data.push_back(model_json(chute));
  return {{"object", "list"}, {"data", std::move(data)}};
}

Json chute_instances(const Chute& chute) {
  if (!chute.hot)
    return Json::array();
  return Json::array({{{"instance_id", "11111111" + chute.chute_id.substr(8)},
                       {"region", "n/a"},
                       {"active", true},
                       {"verified", true},
                       {"last_verified_at", "2026-05-02T18:12:45.250000Z"}}});
}

} // namespace chutes::sandbox
