#include "sandbox/world/catalogue.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace chutes::sandbox {
namespace {

const Catalogue catalogue{"ada", "ada-id"};
const Viewer anonymous{};
const Viewer ada{"ada-id"};
const Viewer bob{"bob-id"};

std::vector<std::string> names(const Json& page) {
  std::vector<std::string> found;
  for (const auto& item : page.at("items"))
    found.push_back(item.at("name"));
  return found;
}

std::vector<std::string> listed(const ChuteQuery& query, const Viewer& viewer = anonymous) {
  return names(catalogue.list(query, viewer));
}

TEST_CASE("anonymous callers see every public chute and no other") {
  CHECK(listed({}) == std::vector<std::string>{"deepseek-ai/DeepSeek-V3.2-TEE", "moonshotai/Kimi-K3-TEE",
                                               "zai-org/GLM-5.2-TEE", "Qwen/Qwen3.8-27B-TEE",
                                               "Qwen/Qwen3-32B-TEE", "deepseek-ai/DeepSeek-V3-0324-TEE",
                                               "unsloth/Mistral-Nemo-Instruct-2407-TEE", "FLUX.1-schnell",
                                               "Qwen/Qwen3-Embedding-8B-TEE", "echo", "cold-echo"});
}

TEST_CASE("with credentials the list holds one's own chutes, and the public ones only on request") {
  CHECK(listed({}, ada) == std::vector<std::string>{"my-echo"});
  CHECK(listed({}, bob).empty());
  ChuteQuery query;
  query.include_public = true;
  CHECK(listed(query, ada).size() == 12);
  CHECK(listed(query, bob).size() == 11);
}

TEST_CASE("the list can be narrowed by template, name, exclusion and slug") {
  ChuteQuery query;
  query.standard_template = "vllm";
  CHECK(listed(query).size() == 7);
  query.name = "deepseek";
  query.exclude = "v3.2";
  CHECK(listed(query) == std::vector<std::string>{"deepseek-ai/DeepSeek-V3-0324-TEE"});
  query = {};
  query.standard_template = "other";
  CHECK(listed(query) == std::vector<std::string>{"echo", "cold-echo"});
  query = {};
  query.slug = "chutes-echo";
  CHECK(listed(query) == std::vector<std::string>{"echo"});
}

TEST_CASE("pages are counted from 0, and an offset replaces the page") {
  ChuteQuery query;
  query.limit = 5;
  query.page = 2;
  CHECK(listed(query) == std::vector<std::string>{"cold-echo"});
  CHECK(catalogue.list(query, anonymous).at("total") == 11);
  query.page = 0;
  query.offset = 9;
  CHECK(listed(query) == std::vector<std::string>{"echo", "cold-echo"});
}

TEST_CASE("a listed chute has no cords of its own but refers to those beside the list") {
  const auto page = catalogue.list({}, anonymous);
  for (const auto& item : page.at("items")) {
    CHECK(item.at("cords").is_null());
    CHECK(page.at("cord_refs").contains(item.at("cord_ref_id").get<std::string>()));
  }
  CHECK(page.at("items").at(0).at("cord_ref_id") == page.at("items").at(1).at("cord_ref_id"));
}

TEST_CASE("schemas come with the list on request and with one chute always") {
  const auto first_cord = [](const Json& page) { return page.at("cord_refs").begin()->at(0); };
  ChuteQuery query;
  CHECK_FALSE(first_cord(catalogue.list(query, anonymous)).contains("input_schema"));
  query.include_schemas = true;
  CHECK(first_cord(catalogue.list(query, anonymous)).at("input_schema").is_object());
  CHECK(chute_details(*catalogue.find("echo")).at("cords").at(0).at("input_schema").is_object());
}

TEST_CASE("a chute is found by its id or its exact name") {
  const auto* chute = catalogue.find("deepseek-ai/DeepSeek-V3.2-TEE");
  REQUIRE(chute != nullptr);
  CHECK(catalogue.find(chute->chute_id) == chute);
  CHECK(catalogue.find("deepseek-ai/deepseek-v3.2-tee") == nullptr);
  CHECK(catalogue.find_slug("chutes-deepseek-ai-deepseek-v3-2-tee") == chute);
}

TEST_CASE("ids and slugs are unique, and a slug fits into a host name") {
  std::set<std::string> seen;
  for (const auto& chute : catalogue.chutes()) {
    CHECK(seen.insert(chute.chute_id).second);
    CHECK(chute.chute_id.size() == 36);
    CHECK(seen.insert(chute.slug).second);
    CHECK(chute.slug.size() <= 58);
  }
}

TEST_CASE("a chute without instances is cold") {
  const auto cold = chute_details(*catalogue.find("cold-echo"));
  CHECK(cold.at("hot") == false);
  CHECK(cold.at("instances").empty());
}

TEST_CASE("both price forms of a model are USD per million tokens") {
  const auto models = model_list(catalogue).at("data");
  CHECK(models.size() == 7);
  CHECK(models.at(1).at("price").at("input").at("usd") == 3.0);
  CHECK(models.at(1).at("pricing").at("prompt") == 3.0);
  CHECK(models.at(1).at("pricing").at("completion") == 15.0);
}

TEST_CASE("a model may lack all facts of its engine") {
  const auto bare = model_list(catalogue).at("data").back();
  CHECK(bare.at("confidential_compute") == true);
  CHECK(bare.contains("price"));
  for (const char* optional : {"object", "created", "owned_by", "context_length", "supported_features"})
    CHECK_FALSE(bare.contains(optional));
}

TEST_CASE("every language model runs in a trusted execution environment, and its name says so") {
  const auto list = model_list(catalogue);
  for (const auto& model : list.at("data")) {
    CHECK(model.at("confidential_compute") == true);
    CHECK(model.at("id").get<std::string>().ends_with("-TEE"));
  }
}

} // namespace
} // namespace chutes::sandbox
