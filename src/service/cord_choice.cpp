#include "service/cord_choice.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/terminal_text.hpp"

#include <algorithm>
#include <map>

namespace chutes::service {
namespace {

const std::map<std::string, std::string> standard_paths{
    {"vllm", "/v1/chat/completions"}, {"embedding", "/v1/embeddings"}, {"diffusion", "/generate"}};

std::string cords_text(const Chute& chute) {
  constexpr std::size_t longest = 800;
  std::vector<std::string> cords;
  for (const auto& cord : chute.cords)
    cords.push_back(cord.method + " " + cord.path + (cord.stream ? " (streams)" : ""));
  return one_line(join(cords, ", "), longest);
}

[[noreturn]] void refuse(const Chute& chute, const std::string& what) {
  throw Error{ErrorKind::usage, one_line(chute.name, 100) + " has " + what,
              chute.cords.empty() ? "the service lists no cords for it"
                                  : "choose one of its cords: " + cords_text(chute)};
}

// The path asked for, else the standard one of the template, else the only one.
std::string chosen_path(const Chute& chute, const CordSelector& selector) {
  if (selector.path)
    return selector.path->starts_with('/') ? *selector.path : "/" + *selector.path;
  const auto standard = standard_paths.find(chute.standard_template);
  if (standard != standard_paths.end())
    return standard->second;
  const bool one_path = std::all_of(chute.cords.begin(), chute.cords.end(),
                                    [&](const Cord& cord) { return cord.path == chute.cords.front().path; });
  if (chute.cords.empty() || !one_path)
    refuse(chute, chute.cords.empty() ? "no cords" : "several cords, and no path selects one");
  return chute.cords.front().path;
}

} // namespace

Cord choose_cord(const Chute& chute, const CordSelector& selector) {
  const auto path = chosen_path(chute, selector);
  std::vector<Cord> fitting;
  for (const auto& cord : chute.cords)
    if (cord.path == path && (!selector.method || cord.method == *selector.method))
      fitting.push_back(cord);
  if (fitting.empty())
    refuse(chute, "no cord " + (selector.method ? *selector.method + " " : "") + one_line(path, 100));
  const auto streaming = std::find_if(fitting.begin(), fitting.end(),
                                      [&](const Cord& cord) { return cord.stream == selector.stream; });
  return streaming == fitting.end() ? fitting.front() : *streaming;
}

} // namespace chutes::service
