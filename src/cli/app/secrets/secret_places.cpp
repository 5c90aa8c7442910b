#include "cli/app/secrets/secret_places.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cctype>
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

bool has_room_for_several(const std::string& place) {
  return place == "keychain" || place.find(placeholder) != std::string::npos;
}

void require_room(const std::string& place, const std::vector<std::string>& names) {
  if (names.size() > 1 && !has_room_for_several(place))
    throw Error{ErrorKind::usage,
                std::to_string(names.size()) +
                    " apps are to be created, and --secret-to names room for one secret",
                "put {name} into it, for example --secret-to 'file:secrets/{name}.txt', or choose keychain"};
  std::set<std::string> taken;
  for (const auto& name : names)
    if (place != "keychain" && !taken.insert(file_name_of(name)).second)
      throw Error{ErrorKind::usage,
                  "two of the new apps would have their secrets in one place, " +
                      with_name(place, file_name_of(name)),
                  "apply one after the other, each with a --secret-to of its own"};
}

} // namespace

std::string file_name_of(const std::string& app_name) {
  std::string name = app_name;
  std::replace_if(
      name.begin(), name.end(),
      [](unsigned char c) {
        return std::isalnum(c) == 0 &&
               std::string_view{"._-"}.find(static_cast<char>(c)) == std::string_view::npos;
      },
      '-');
  return name.starts_with('.') ? "-" + name : name;
}

SecretPlaces::SecretPlaces(const SecretOptions& options, const std::vector<std::string>& names,
                           Context& context) {
  const auto place = options.to.value_or("keychain");
  m_take_output = make_secret_destination(options, context)->takes_output(); // also where nothing is created
  require_room(place, names);
  for (const auto& name : names)
    m_places[name] = make_secret_destination({with_name(place, file_name_of(name)), options.force}, context);
}

void SecretPlaces::prepare() const {
  for (const auto& [name, place] : m_places)
    place->prepare();
}

} // namespace chutes::cli
