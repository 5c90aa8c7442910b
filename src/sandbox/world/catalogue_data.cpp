#include "sandbox/world/catalogue.hpp"

namespace chutes::sandbox {
namespace {

constexpr const char* chat_schema =
    R"({"type":"object","required":["messages"],"properties":{"model":{"type":"string","default":""},)"
    R"("messages":{"type":"array","items":{"type":"object","required":["role","content"]}},)"
    R"("temperature":{"type":"number","default":0.7,"minimum":0,"maximum":2},)"
    R"("max_tokens":{"anyOf":[{"type":"integer"},{"type":"null"}],"default":null},)"
    R"("stream":{"type":"boolean","default":false},"seed":{"type":"integer"}}})";
constexpr const char* chat_minimal =
    R"({"type":"object","required":["messages"],"properties":{"messages":{"type":"array"}}})";
constexpr const char* completion_schema =
    R"({"type":"object","required":["prompt"],"properties":{"model":{"type":"string","default":""},)"
    R"("prompt":{"type":"string"},"max_tokens":{"type":"integer"},"stream":{"type":"boolean","default":false}}})";
constexpr const char* tokenize_schema =
    R"({"type":"object","required":["prompt"],"properties":{"model":{"type":"string"},"prompt":{"type":"string"}}})";
constexpr const char* embedding_schema =
    R"({"type":"object","required":["input"],"properties":{"model":{"type":"string","default":""},)"
    R"("input":{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}}})";
constexpr const char* image_schema =
    R"({"type":"object","required":["prompt"],"additionalProperties":false,"properties":{)"
    R"("prompt":{"type":"string"},"negative_prompt":{"type":"string","default":""},)"
    R"("height":{"type":"integer","minimum":128,"maximum":2048,"default":1024},)"
    R"("width":{"type":"integer","minimum":128,"maximum":2048,"default":1024},)"
    R"("num_inference_steps":{"type":"integer","minimum":1,"maximum":50,"default":25},)"
    R"("guidance_scale":{"type":"number","minimum":1,"maximum":20,"default":7.5},)"
    R"("seed":{"anyOf":[{"type":"integer","minimum":0,"maximum":4294967295},{"type":"null"}],"default":null}}})";
constexpr const char* image_minimal =
    R"({"type":"object","required":["prompt"],"properties":{"prompt":{"type":"string"}}})";
constexpr const char* bytes_schema =
    R"({"type":"object","required":["size"],"properties":{"size":{"type":"integer","minimum":0}}})";
constexpr const char* speak_schema =
    R"({"type":"object","required":["text"],"properties":{"text":{"type":"string"}}})";
constexpr const char* count_schema =
    R"({"type":"object","properties":{"count":{"type":"integer","minimum":1,"default":5},)"
    R"("pause_ms":{"type":"integer","minimum":0,"default":0}}})";
constexpr const char* fail_schema =
    R"({"type":"object","required":["status"],"properties":{"status":{"type":"integer"},"detail":{}}})";

std::vector<Cord> language_model_cords() {
  const std::string events = "text/event-stream";
  return {
      {"chat_stream", "/v1/chat/completions", "POST", true, true, events, chat_schema, chat_minimal},
      {"chat", "/v1/chat/completions", "POST", false, true, "application/json", chat_schema, chat_minimal},
      {"completion_stream", "/v1/completions", "POST", true, true, events, completion_schema, {}},
      {"completion", "/v1/completions", "POST", false, true, "application/json", completion_schema, {}},
      {"tokenize", "/tokenize", "POST", false, true, "application/json", tokenize_schema, {}},
      {"get_models", "/v1/models", "GET", false, true, "application/json", {}, {}},
  };
}

std::vector<Cord> echo_cords() {
  return {
      {"echo", "/echo", "POST", false, true, "application/json", R"({"type":"object"})", {}},
      {"info", "/info", "GET", false, true, "application/json", {}, {}},
      {"bytes", "/bytes", "POST", false, false, "application/octet-stream", bytes_schema, {}},
      {"speak", "/speak", "POST", false, false, "audio/wav", speak_schema, {}},
      {"count", "/count", "POST", true, false, "text/event-stream", count_schema, {}},
      {"fail", "/fail", "POST", false, true, "application/json", fail_schema, {}},
  };
}

// What a language model has of its own.
struct LanguageModel {
  const char* id;
  const char* name;
  const char* slug;
  const char* tagline;
  ModelFacts facts;
  std::uint64_t invocation_count;
};

Chute language_model(const LanguageModel& model) {
  Chute chute;
  chute.chute_id = model.id;
  chute.name = model.name;
  chute.slug = model.slug;
  chute.tagline = model.tagline;
  chute.standard_template = "vllm";
  chute.image = "sglang";
  chute.supported_gpus = {"h200", "b200"};
  chute.tee = true;
  chute.model = model.facts;
  chute.usd_per_hour = 14.4;
  chute.invocation_count = model.invocation_count;
  chute.cords = language_model_cords();
  return chute;
}

// Models of the service with its prices and limits, as they were in August 2026, all of them in trusted
// execution environments. DeepSeek-V3-0324 is the one that the example of the service's SDK asks for.
std::vector<Chute> language_models() {
  const std::vector<std::string> text{"text"};
  const std::vector<std::string> text_and_images{"text", "image"};
  const std::vector<std::string> everything{"text", "image", "video"};
  const std::vector<LanguageModel> models{
      {"154ad01c-a431-5744-83c8-651215124360",
       "deepseek-ai/DeepSeek-V3.2-TEE",
       "chutes-deepseek-ai-deepseek-v3-2-tee",
       "A general chat model",
       {1.0, 1.0, 0.1, 131072, 65536, "fp8", text},
       912'344},
      {"2f66ef7d-19b8-5910-a08a-afb2afdca50d",
       "moonshotai/Kimi-K3-TEE",
       "chutes-moonshotai-kimi-k3-tee",
       "Thinks before it answers, about text, images and video",
       {3.0, 15.0, 0.3, 1048576, 65535, "mxfp4", everything, true},
       701'250},
      {"b32c0299-e24f-590d-b4f6-04c8b61a3122",
       "zai-org/GLM-5.2-TEE",
       "chutes-zai-org-glm-5-2-tee",
       "Thinks before it answers",
       {1.25, 3.95, 0.125, 1048576, 65535, "fp4", text, true},
       501'200},
      {"b89b6813-3b48-5d33-a61a-137ac553b4e1",
       "Qwen/Qwen3.8-27B-TEE",
       "chutes-qwen-qwen3-8-27b-tee",
       "A small model that sees images",
       {0.4, 3.0, 0.04, 262144, 65536, "fp8", text_and_images},
       322'087},
      {"c09070e3-f127-50d4-b10b-7a43bcd5103b",
       "Qwen/Qwen3-32B-TEE",
       "chutes-qwen-qwen3-32b-tee",
       "An older small model",
       {0.104, 0.416, 0.0104, 40960, 40960, "fp8", text},
       154'733},
      {"0cf33d40-854f-5227-8434-bf966e0884dd",
       "deepseek-ai/DeepSeek-V3-0324-TEE",
       "chutes-deepseek-ai-deepseek-v3-0324-tee",
       "The model of the official example",
       {0.25, 1.0, 0.025, 131072, 65536, "fp8", text},
       98'120},
      {"236a7acc-b993-5675-bd74-254573a3810f",
       "unsloth/Mistral-Nemo-Instruct-2407-TEE",
       "chutes-unsloth-mistral-nemo-instruct-2407-tee",
       "Lists its prices and no other facts",
       {0.0245, 0.0978, 0.00245, 131072, 65536, "bf16", text, false, true},
       77'012},
  };
  std::vector<Chute> chutes;
  chutes.reserve(models.size());
  for (const auto& model : models)
    chutes.push_back(language_model(model));
  return chutes;
}

Chute qwen_embedding() {
  Chute chute;
  chute.chute_id = "8f2105c5-b200-5aa5-b969-0720f7690f3c";
  chute.name = "Qwen/Qwen3-Embedding-8B-TEE";
  chute.slug = "chutes-qwen-qwen3-embedding-8b-tee";
  chute.tagline = "Text to vectors";
  chute.standard_template = "embedding";
  chute.image = "vllm";
  chute.supported_gpus = {"l40s", "a6000"};
  chute.tee = true;
  chute.invocation_count = 12'800;
  chute.usd_per_hour = 0.6;
  chute.cords = {{"embed", "/v1/embeddings", "POST", false, true, "application/json", embedding_schema, {}}};
  return chute;
}

Chute flux() {
  Chute chute;
  chute.chute_id = "a7bcb3f5-4d0f-5a1b-8d5f-0f5ab1c5c5e0";
  chute.name = "FLUX.1-schnell";
  chute.slug = "chutes-flux-1-schnell";
  chute.tagline = "Text to images";
  chute.standard_template = "diffusion";
  chute.image = "diffusion";
  chute.supported_gpus = {"a100", "h100"};
  chute.invocation_count = 34'500;
  chute.usd_per_hour = 1.2;
  chute.usd_per_step = 0.0002;
  chute.cords = {{"generate", "/generate", "POST", false, false, "image/jpeg", image_schema, image_minimal}};
  return chute;
}

Chute echo() {
  Chute chute;
  chute.chute_id = "5b5a2a3c-9a0e-5d1c-8a39-3f0f8d6c7e11";
  chute.name = "echo";
  chute.slug = "chutes-echo";
  chute.tagline = "Says what it was told, in every form a cord can answer";
  chute.image = "echo";
  chute.supported_gpus = {"l4"};
  chute.invocation_count = 1'024;
  chute.usd_per_hour = 0.2;
  chute.cords = echo_cords();
  return chute;
}

Chute cold() {
  Chute chute = echo();
  chute.chute_id = "c01dc01d-0d3f-5b52-9a52-7f1f2a6d9c01";
  chute.name = "cold-echo";
  chute.slug = "chutes-cold-echo";
  chute.tagline = "The echo nobody runs: it has no instance";
  chute.hot = false;
  chute.invocation_count = 3;
  return chute;
}

} // namespace

std::vector<Chute> public_chutes() {
  auto chutes = language_models();
  for (auto&& other : {flux(), qwen_embedding(), echo(), cold()})
    chutes.push_back(other);
  return chutes;
}

Chute private_chute(const std::string& username, const std::string& user_id) {
  Chute chute = echo();
  chute.chute_id = "91f3a4b6-7c5d-5e21-b0aa-6f5e4d3c2b1a";
  chute.name = "my-echo";
  chute.slug = username + "-my-echo";
  chute.tagline = "A private chute";
  chute.owner = username;
  chute.owner_id = user_id;
  chute.is_public = false;
  chute.invocation_count = 7;
  return chute;
}

} // namespace chutes::sandbox
