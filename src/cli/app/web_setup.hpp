// `setup --web`: registers a web application and writes the env file that the official SDK reads.
#pragma once

#include "cli/command/admin_key.hpp"
#include "cli/command/context.hpp"
#include "cli/command/option_declarer.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chutes::cli {

struct WebSetupOptions {
  bool wanted = false; // --web
  std::optional<std::string> homepage_url;
  std::vector<std::string> redirect_uris;
  std::optional<std::string> env_file;
};

void declare_web_setup(OptionDeclarer& declarer, WebSetupOptions& options);

// Throws Error{usage} for one of these options without --web.
void require_valid(const WebSetupOptions& options);

// Registers the app, or finds the one that the env file names, and sets the variables that the SDK needs in
// the file; keeps the rest of it. On a terminal, asks for what no option gives. Does not sign in.
void set_up_web_application(const WebSetupOptions& options, const std::optional<std::string>& name,
                            const std::vector<std::string>& scopes, const AdminKeyOptions& key,
                            Context& context);

} // namespace chutes::cli
