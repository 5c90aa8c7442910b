#include "cli/app/secrets/secret_places.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <set>

namespace chutes::cli {
namespace {

constexpr std::string_view placeholder = "{name}";

std::string with_name(std::string place, const std::string& name) {
  for (auto at = place.find(placeholder); at != std::string::npos; at = place.find(placeholder, at)) {
    place.replace(at, placeholder.size(), name);
    at += name.size();
  }
  return place;
}

bool holds_several_secrets(const std::string& place) {
  return place == "keychain" || place.find(placeholder) != std::string::npos;
}

void require_places(const std::string& place, const std::vector<std::string>& names) {
  if (names.size() > 1 && !holds_several_secrets(place))
    throw Error{ErrorKind::usage,
                "--secret-to holds one secret, but " + std::to_string(names.size()) +
                    " apps would be created",
                "put {name} into it, for example --secret-to 'file:secrets/{name}.txt', or use keychain"};
  std::set<std::string> taken;
  for (const auto& name : names)
    if (place != "keychain" && !taken.insert(file_name_of(name)).second)
      throw Error{ErrorKind::usage,
                  "the secrets of two new apps would be written to the same place, " +
                      with_name(place, file_name_of(name)),
                  "apply the apps one by one, each with its own --secret-to"};
}

} // namespace

std::string file_name_of(const std::string& app_name) {
  std::string name = app_name;
  std::replace_if(
      name.begin(), name.end(),
      [](char c) {
        return !is_letter(c) && !is_digit(c) && std::string_view{"._-"}.find(c) == std::string_view::npos;
      },
      '-');
  return name.starts_with('.') ? "-" + name : name;
}

SecretPlaces::SecretPlaces(const SecretOptions& options, const std::vector<std::string>& names,
                           Context& context) {
  const auto place = options.to.value_or("keychain");
  m_use_stdout =
      make_secret_destination(options, context)->uses_stdout(); // checked even if no app is created
  require_places(place, names);
  for (const auto& name : names)
    m_places[name] = make_secret_destination({with_name(place, file_name_of(name)), options.force}, context);
}

void SecretPlaces::prepare() const {
  for (const auto& [name, place] : m_places)
    place->prepare();
}

} // namespace chutes::cli
