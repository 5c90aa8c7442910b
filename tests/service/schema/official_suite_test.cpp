// The official JSON-Schema-Test-Suite, as Debian has it in libtest-json-schema-acceptance-perl: each verdict
// is the suite's, or the check says that it is not certain. What is not, and where the program judges
// otherwise, is counted here; the numbers are those of the newest suite, older ones have fewer.
#include "service/schema/json_schema.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace chutes;
using namespace chutes::service;

namespace {

namespace fs = std::filesystem;

const fs::path suite{"/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance/tests"};

struct Outcome {
  int right = 0;
  std::map<std::string, int> unchecked; // by file
  std::map<std::string, int> otherwise;
};

Json content_of(const fs::path& path) {
  std::ifstream file{path};
  std::stringstream text;
  text << file.rdbuf();
  return parse_json(text.str()).value_or(Json::array());
}

void run_file(const fs::path& path, const fs::path& folder, const std::string& dialect, Outcome& outcome) {
  const auto name = fs::relative(path, folder).string();
  for (const auto& group : content_of(path)) {
    auto schema = group["schema"];
    if (schema.is_object() && !schema.contains("$schema"))
      schema["$schema"] = dialect;
    for (const auto& test : group["tests"]) {
      const auto report = check_against_schema(test["data"], schema);
      if (!report.violation && !report.unchecked.empty())
        ++outcome.unchecked[name];
      else if (report.violation.has_value() == test["valid"].get<bool>())
        ++outcome.otherwise[name];
      else
        ++outcome.right;
    }
  }
}

Outcome run(const std::string& draft, const std::string& dialect) {
  Outcome outcome;
  REQUIRE_MESSAGE(fs::is_directory(suite / draft), "tests/run.sh installs the suite");
  for (const auto& entry : fs::recursive_directory_iterator(suite / draft))
    if (entry.path().extension() == ".json")
      run_file(entry.path(), suite / draft, dialect, outcome);
  return outcome;
}

// Each count is at most the expected one.
void check_counts(const std::map<std::string, int>& counts, const std::map<std::string, int>& most) {
  for (const auto& [file, count] : counts) {
    CAPTURE(file);
    const auto expected = most.find(file);
    CHECK(count <= (expected == most.end() ? 0 : expected->second));
  }
}

// Other documents, which are not fetched: metaschemas, and those of the suite at localhost:1234.
const std::map<std::string, int> elsewhere{
    {"anchor.json", 3},
    {"definitions.json", 2},
    {"defs.json", 2},
    {"dynamicRef.json", 13},
    {"format.json", 1},
    {"id.json", 13},
    {"optional/cross-draft.json", 2},
    {"optional/ecmascript-regex.json", 1},
    {"ref.json", 3},
    {"refRemote.json", 31},
    // Which characters a host name may have beyond ASCII is IDNA's to say.
    {"optional/format/hostname.json", 1},
    {"optional/format/idn-hostname.json", 47}};

} // namespace

TEST_CASE("draft 2020-12 is applied as its official suite has it") {
  const auto outcome = run("draft2020-12", "https://json-schema.org/draft/2020-12/schema");
  CHECK(outcome.right >= 1682);
  check_counts(outcome.unchecked, elsewhere);
  // Formats are asserted, and a metaschema of one's own cannot leave keywords out.
  check_counts(outcome.otherwise, {{"format.json", 18}, {"vocabulary.json", 1}});
}

TEST_CASE("draft 7 is applied as its official suite has it") {
  const auto outcome = run("draft7", "http://json-schema.org/draft-07/schema#");
  CHECK(outcome.right >= 1310);
  check_counts(outcome.unchecked, elsewhere);
  check_counts(outcome.otherwise, {{"optional/content.json", 4}}); // an annotation, as since draft 2019-09
}
