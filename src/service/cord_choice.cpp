#include "service/cord_choice.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"

#include <algorithm>
#include <cctype>
#include <map>

namespace chutes::service {
namespace {

const std::map<std::string, std::string> standard_paths{
    {"vllm", "/v1/chat/completions"}, {"embedding", "/v1/embeddings"}, {"diffusion", "/generate"}};

std::string cords_text(const Chute& chute) {
  constexpr std::size_t longest = 800;
  std::string text;
  for (const auto& cord : chute.cords)
    text += (text.empty() ? "" : ", ") + cord.method + " " + cord.path + (cord.stream ? " (streams)" : "");
  return one_line(text, longest);
}

[[noreturn]] void refuse(const Chute& chute, const std::string& what) {
  throw Error{ErrorKind::usage, one_line(chute.name, 100) + " has " + what,
              chute.cords.empty() ? "the service lists no cord of it" : "its cords: " + cords_text(chute)};
}

// What the path wished for would be, or what stands for it.
std::string wished_path(const Chute& chute, const CordWish& wish) {
  if (wish.path)
    return wish.path->starts_with('/') ? *wish.path : "/" + *wish.path;
  const auto standard = standard_paths.find(chute.standard_template);
  if (standard != standard_paths.end())
    return standard->second;
  const bool one_path = std::all_of(chute.cords.begin(), chute.cords.end(),
                                    [&](const Cord& cord) { return cord.path == chute.cords.front().path; });
  if (chute.cords.empty() || !one_path)
    refuse(chute, "several cords, and none was named");
  return chute.cords.front().path;
}

} // namespace

Cord choose_cord(const Chute& chute, const CordWish& wish) {
  const auto path = wished_path(chute, wish);
  std::vector<Cord> fitting;
  for (const auto& cord : chute.cords)
    if (cord.path == path && (!wish.method || cord.method == *wish.method))
      fitting.push_back(cord);
  if (fitting.empty())
    refuse(chute, "no cord " + (wish.method ? *wish.method + " " : "") + one_line(path, 100));
  const auto streaming = std::find_if(fitting.begin(), fitting.end(),
                                      [&](const Cord& cord) { return cord.stream == wish.stream; });
  return streaming == fitting.end() ? fitting.front() : *streaming;
}

bool is_text(const std::string& content_type) {
  std::string type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' '))
    type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type.empty() || type.starts_with("text/") || type == "application/json" || type.ends_with("+json") ||
         type.ends_with("+xml") || type == "application/xml" || type == "application/x-ndjson" ||
         type == "application/jsonl";
}

} // namespace chutes::service
