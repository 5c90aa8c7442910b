// The list of models in the shapes it has been seen in.
#include "service/models.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace chutes;
using namespace chutes::service;

namespace {

std::vector<std::string> ids(const std::vector<Model>& models) {
  std::vector<std::string> result;
  for (const auto& model : models)
    result.push_back(model.id);
  return result;
}
using Names = std::vector<std::string>;

const Model cheap{"b/Cheap", 1000, 0.1, 0.2, {}, 0};
const Model dear{"a/Dear", 128000, 3.0, 15.0, {}, 1};
const Model untold{"c/untold", {}, {}, {}, {}, 2};

} // namespace

TEST_CASE("a model's price is USD per million tokens, from price or pricing, number or text") {
  const auto models = read_models(Json::parse(R"({"object":"list","data":[
    {"id":"one","price":{"input":{"usd":0.25,"tao":1},"output":{"usd":0.88}},"context_length":163840,
     "supported_features":["tools","reasoning"],"input_modalities":["text","image"],"confidential_compute":true},
    {"id":"two","pricing":{"prompt":"0.5","completion":2},"max_model_len":4096},
    {"id":"three","price":null,"supported_features":null,"context_length":0},
    {"id":"","price":{}}, {"name":"no id"}, 7]})"));
  CHECK(models == std::vector<Model>{{"one", 163840, 0.25, 0.88, {"tools", "reasoning", "image", "tee"}, 0},
                                     {"two", 4096, 0.5, 2.0, {}, 1},
                                     {"three", std::nullopt, std::nullopt, std::nullopt, {}, 2}});
}

TEST_CASE("a price that is negative or no number is unknown, and never the cheapest") {
  for (const char* price :
       {"-1", "\"-1\"", "-0.000001", "\"nan\"", "\"inf\"", "\"free\"", "null", "[]", "\"\""}) {
    const auto models =
        read_models(Json::parse(R"({"data":[{"id":"odd","price":{"input":{"usd":)" + std::string{price} +
                                R"(},"output":{"usd":1}}},)"
                                R"({"id":"free","pricing":{"prompt":0,"completion":"0"}}]})"));
    REQUIRE(models.size() == 2);
    CHECK_MESSAGE(!models[0].input_price, price);
    CHECK(ids(sorted(models, ModelOrder::price)) == Names{"free", "odd"});
  }
}

TEST_CASE("what is no list holds no models") {
  for (const char* text : {"{}", "[]", R"({"data":{}})", R"({"data":"x"})", "null"})
    CHECK(read_models(Json::parse(text)).empty());
}

TEST_CASE("models are found by a part of their name, whatever the case") {
  CHECK(ids(matching({cheap, dear, untold}, "DEAR")) == Names{"a/Dear"});
  CHECK(ids(matching({cheap, dear, untold}, "")) == Names{"b/Cheap", "a/Dear", "c/untold"});
}

TEST_CASE("models are ordered by price, context or name, with unknown values last") {
  const std::vector<Model> all{untold, dear, cheap};
  CHECK(ids(sorted(all, ModelOrder::popularity)) == Names{"c/untold", "a/Dear", "b/Cheap"});
  CHECK(ids(sorted(all, ModelOrder::price)) == Names{"b/Cheap", "a/Dear", "c/untold"});
  CHECK(ids(sorted(all, ModelOrder::context)) == Names{"a/Dear", "b/Cheap", "c/untold"});
  CHECK(ids(sorted(all, ModelOrder::name)) == Names{"a/Dear", "b/Cheap", "c/untold"});
}
