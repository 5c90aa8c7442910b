// The catalogue of the sandbox: language models under the names of the service (the first answers at once,
// some think before they do, the last lists few facts), an embedding model, an image model, an "echo" chute
// with a cord of every kind, a chute without instances, and a private chute of the first user.
#pragma once

#include "base/json_fields.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chutes::sandbox {

// One callable function of a chute.
struct Cord {
  std::string function;
  std::string public_api_path;
  std::string public_api_method = "POST";
  bool stream = false;
  bool passthrough = false;
  std::string output_content_type = "application/json";
  std::string input_schema;         // JSON text; empty: the cord declares none
  std::string minimal_input_schema; // the same
};

// The facts of a language model. Prices are USD per million tokens.
struct ModelFacts {
  double input_price = 0;
  double output_price = 0;
  double cached_price = 0;
  int context_length = 0;
  int max_output_length = 0;
  std::string quantization;
  std::vector<std::string> input_modalities;
  bool thinks = false;        // unless the request says otherwise
  bool minimal_facts = false; // /v1/models omits the engine's optional fields
};

struct Chute {
  std::string chute_id;
  std::string name;
  std::string slug;
  std::string tagline;
  std::string standard_template; // empty: none
  std::string owner = "chutes";
  std::string owner_id = "dff3e6bb-3a6b-5a2b-9c48-da3abcd5ca5f";
  std::string image;
  std::vector<std::string> supported_gpus;
  bool is_public = true;
  bool tee = false;
  bool hot = true;
  std::uint64_t invocation_count = 0;
  double usd_per_hour = 0;
  std::optional<double> usd_per_step;
  std::optional<ModelFacts> model;
  std::vector<Cord> cords;
};

// The caller of a catalogue route; anonymous without a user id.
struct Viewer {
  std::optional<std::string> user_id;
};

// The parameters of GET /chutes/.
struct ChuteQuery {
  bool include_public =
      false; // applies only with credentials: anonymous callers always see the public chutes
  bool include_schemas = false;
  std::string standard_template;
  std::string name;    // part of the name or tagline
  std::string exclude; // part of the name
  std::string slug;
  std::size_t page = 0;
  std::size_t limit = 25;
  std::optional<std::size_t> offset;
};

class Catalogue {
public:
  // This user owns the private chute.
  Catalogue(const std::string& username, const std::string& user_id);

  [[nodiscard]] const std::vector<Chute>& chutes() const { return m_chutes; }
  // Finds by id or exact name (case-sensitive); null if there is none.
  [[nodiscard]] const Chute* find(std::string_view id_or_name) const;
  [[nodiscard]] const Chute* find_slug(std::string_view slug) const;

  [[nodiscard]] static bool visible(const Chute& chute, const Viewer& viewer);
  // Returns the page object with `cord_refs`.
  [[nodiscard]] Json list(const ChuteQuery& query, const Viewer& viewer) const;

private:
  std::vector<Chute> m_chutes;
};

// Returns one chute with its cords and their schemas, as GET /chutes/{id or name} does.
[[nodiscard]] Json chute_details(const Chute& chute);
// Returns the answer of GET /v1/models on llm: USD per million tokens in both price forms.
[[nodiscard]] Json model_list(const Catalogue& catalogue);
// Returns the instances, always the same; empty for a chute that is not hot.
[[nodiscard]] Json chute_instances(const Chute& chute);

// Returns the public chutes, in order of popularity.
[[nodiscard]] std::vector<Chute> public_chutes();
// Returns the private chute of a user.
[[nodiscard]] Chute private_chute(const std::string& username, const std::string& user_id);

} // namespace chutes::sandbox
