#include "cli/http/secret_encodings.hpp"

#include "base/base64.hpp"
#include "base/form.hpp"
#include "base/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace chutes::cli {
namespace {

std::string with_escaped_slashes(std::string text) {
  for (auto at = text.find('/'); at != std::string::npos; at = text.find('/', at + 2))
    text.insert(at, 1, '\\');
  return text;
}

} // namespace

std::vector<std::string> secret_encodings(const std::string& secret) {
  const auto quoted = json_line(secret);
  const auto json = quoted.substr(1, quoted.size() - 2);
  std::vector<std::string> forms;
  for (const auto& form : {secret, percent_encode(secret), base64_encode(secret), base64url_encode(secret),
                           json, with_escaped_slashes(json)})
    if (std::find(forms.begin(), forms.end(), form) == forms.end())
      forms.push_back(form);
  std::sort(forms.begin(), forms.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return forms;
}

} // namespace chutes::cli
