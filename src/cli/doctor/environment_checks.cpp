// Checks of this computer: configuration, browser, proxy and completion.
#include "base/ascii.hpp"
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

// The proxies that the HTTP client can speak to; without a scheme it is http.
bool is_supported_proxy(const std::string& text) {
  const auto at = text.find("://");
  const auto scheme = lower(text.substr(0, at));
  return at == std::string::npos || scheme == "http" || scheme == "https" || scheme == "socks5" ||
         scheme == "socks5h";
}

// Where a shell looks for this program's completion, below a data folder.
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
  auto folders = split_words(environment.find("XDG_DATA_DIRS").value_or("/usr/local/share:/usr/share"), ':');
  for (const auto& own : {environment.user_directory("XDG_DATA_HOME", ".local/share"),
                          environment.user_directory("XDG_CONFIG_HOME", ".config")})
    if (own)
      folders.push_back(*own);
  std::erase_if(folders, [](const auto& folder) { return !folder.starts_with('/'); });
  return folders;
}

bool is_there(const std::string& file, PrivateFiles& files) {
  try {
    return files.read(file, FileOrigin::configuration).has_value();
  } catch (const Error& error) {
    return error.kind() == ErrorKind::file; // it exists, but with permissions a configuration must not have
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
  if (const auto& ignored = context.options.configuration_ignored)
    return warning("configuration", detail + "; " + ignored->what(), ignored->hint());
  const Configuration configuration{context.platform};
  if (configuration.path() && !configuration.read().settings.empty())
    detail += ", settings from " + *configuration.path();
  if (context.store == store::StoreKind::plaintext)
    return warning("configuration", detail + "; only the file mode protects that store",
                   "use '--store keychain' or '--store file'");
  return ok("configuration", detail);
}

Diagnostic browser_check(Context& context) {
  auto& browser = context.platform.browser;
  const auto found = session::assess_sign_in_environment(context.platform.environment, browser.machine(),
                                                         browser.available());
  const std::string place = std::string{session::name_of(found.place)} + ", because " + found.because;
  if (found.start_browser)
    return ok("browser", "will be opened here (" + place + ")");
  const auto forwarding = session::forwarding_command(context.platform.environment, 28417);
  return warning(
      "browser", "will not be opened here (" + place + ")",
      "'" + context.program + " login' prints the URL to open" +
          (forwarding ? "; to forward the callback, run this on the machine with the browser: " + *forwarding
                      : ""));
}

Diagnostic proxy_check(Context& context) {
  const auto& environment = context.platform.environment;
  const auto name = first_set(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  if (!name)
    return ok("proxy", "none");
  const auto proxy = environment.find(*name).value_or("");
  if (!is_supported_proxy(proxy))
    return failed("proxy", "no request can go through the proxy " + proxy_address(proxy) + " (" + *name + ")",
                  "set " + *name + " to an http://, https://, socks5:// or socks5h:// proxy, or unset it",
                  ErrorKind::usage);
  std::string detail = "requests go through " + proxy_address(proxy) + " (" + *name + ")";
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
          return ok("completion", std::string{shell}.append(" loads it from ").append(path_there));
      }
    return warning("completion", "not installed for " + shell, place.install);
  }
  return skipped("completion", "SHELL is not bash, zsh or fish");
}

} // namespace chutes::cli::doctor
