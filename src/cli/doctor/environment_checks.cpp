// What is on this side of the network: configuration, browser, proxy and completion.
#include "cli/command/chosen_store.hpp"
#include "cli/command/configuration.hpp"
#include "cli/doctor/checks.hpp"
#include "session/sign_in_environment.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace chutes::cli::doctor {
namespace {

std::optional<std::string> first_set(const Environment& environment,
                                     std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (environment.find(name))
      return name;
  return std::nullopt;
}

// "host:port" of a proxy's URL, without a user and a password.
std::string proxy_address(std::string text) {
  if (const auto at = text.find("://"); at != std::string::npos)
    text.erase(0, at + 3);
  text.resize(std::min(text.find('/'), text.size()));
  return text.substr(text.rfind('@') + 1); // npos + 1 is 0
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(':', at), text.size());
    if (end > at)
      parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// Where a shell looks for completions, below a data folder, and the file of ours there.
struct ShellPlace {
  const char* shell;
  std::array<const char*, 2> files;
  const char* install;
};

constexpr std::array<ShellPlace, 3> shell_places{{
    {"bash",
     {"bash-completion/completions/chutes-login", "bash-completion/completions/chutes-login.bash"},
     "mkdir -p ~/.local/share/bash-completion/completions && chutes-login completion bash "
     ">~/.local/share/bash-completion/completions/chutes-login"},
    {"zsh",
     {"zsh/site-functions/_chutes-login", "zsh/vendor-completions/_chutes-login"},
     "chutes-login completion zsh >\"${fpath[1]}/_chutes-login\""},
    {"fish",
     {"fish/vendor_completions.d/chutes-login.fish", "fish/completions/chutes-login.fish"},
     "chutes-login completion fish >~/.config/fish/completions/chutes-login.fish"},
}};

std::vector<std::string> completion_folders(const Environment& environment) {
  const auto home = environment.find("HOME").value_or("");
  auto folders = split(environment.find("XDG_DATA_DIRS").value_or("/usr/local/share:/usr/share"));
  folders.push_back(environment.find("XDG_DATA_HOME").value_or(home + "/.local/share"));
  folders.push_back(environment.find("XDG_CONFIG_HOME").value_or(home + "/.config"));
  return folders;
}

bool is_there(const std::string& file, PrivateFiles& files) {
  try {
    return files.read(file, FileOrigin::configuration).has_value();
  } catch (const Error& error) {
    return error.kind() == ErrorKind::file; // there, though not as we would read a configuration
  }
}

} // namespace

Diagnostic configuration_check(Context& context) {
  if (const auto& error = context.options.configuration_error)
    return failed("configuration", *error);
  std::string detail = "profile " + context.profile() + ", secrets in " +
                       (context.store == store::StoreKind::keychain
                            ? "the keychain"
                            : "the store '" + std::string{store::name_of(context.store)} + "'") +
                       ", " + (context.options.issuer ? "issuer " : "service ") + context.issuer();
  const Configuration configuration{context.platform};
  if (configuration.path() && !configuration.read().empty())
    detail += ", settings from " + *configuration.path();
  if (context.store == store::StoreKind::plaintext)
    return warning("configuration", detail + "; nothing but a file mode protects that store",
                   "'--store keychain' or '--store file' does better");
  return ok("configuration", detail);
}

Diagnostic browser_check(Context& context) {
  auto& browser = context.platform.browser;
  const auto found = session::assess_sign_in_environment(context.platform.environment, browser.machine(),
                                                         browser.available());
  const std::string place = std::string{session::name_of(found.place)} + ", because " + found.because;
  if (found.start_browser)
    return ok("browser", "will be started here (" + place + ")");
  const auto forwarding = session::forwarding_command(context.platform.environment, 28417);
  return warning(
      "browser", "none will be started here (" + place + ")",
      "'" + context.program + " login' prints the address to open" +
          (forwarding ? "; forward the port from the machine in front of you: " + *forwarding : ""));
}

Diagnostic proxy_check(Context& context) {
  const auto& environment = context.platform.environment;
  const auto name = first_set(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  if (!name)
    return ok("proxy", "none");
  std::string detail = "requests go through " + proxy_address(*environment.find(*name)) + " (" + *name + ")";
  if (const auto exceptions = first_set(environment, {"no_proxy", "NO_PROXY"}))
    detail += ", except for " + *environment.find(*exceptions);
  return ok("proxy", detail);
}

Diagnostic completion_check(Context& context) {
  const auto& environment = context.platform.environment;
  const auto path = environment.find("SHELL").value_or("");
  const auto shell = path.substr(path.rfind('/') + 1);
  for (const auto& place : shell_places) {
    if (place.shell != shell)
      continue;
    for (const auto& folder : completion_folders(environment))
      for (const char* file : place.files) {
        std::string path_there = folder;
        path_there.append("/").append(file);
        if (is_there(path_there, context.platform.files))
          return ok("completion", std::string{shell}.append(" finds it in ").append(path_there));
      }
    return warning("completion", shell + " has none of ours where it looks by itself", place.install);
  }
  return skipped("completion", "SHELL names neither bash nor zsh nor fish");
}

} // namespace chutes::cli::doctor
