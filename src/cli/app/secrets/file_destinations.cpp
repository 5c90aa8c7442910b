#include "cli/app/secrets/file_destinations.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/app/secrets/git_ignore.hpp"
#include "oauth/scope.hpp"

namespace chutes::cli {
namespace {

constexpr std::size_t longest_shown = 300;
constexpr std::size_t longest_secret = 4096; // bytes, far more than the service's

// Asks before a secret is written to a file that others can read; throws Error{usage} unless the user agrees.
void require_agreement(const ChosenFile& file, const std::string& path, Context& context) {
  if (!file.open_to_others)
    return;
  const auto shown = one_line(path, longest_shown);
  const auto answer = context.options.no_input
                          ? std::nullopt
                          : context.platform.terminal.ask("Other users can read " + shown +
                                                          ". Type y to write the secret there anyway: ");
  if (answer != "y" && answer != "Y" && answer != "yes")
    throw Error{ErrorKind::usage, "other users can read " + shown + ", so no secret is written there",
                "run: chmod 600 '" + shown + "'"};
}

class FileDestination final : public SecretDestination {
public:
  FileDestination(std::string path, bool replace, Context& context)
      : m_path(std::move(path)), m_replace(replace), m_context(context) {}

  void prepare() override {
    auto& files = m_context.platform.secret_files;
    files.check(m_path, longest_secret);
    const auto there = files.read(m_path);
    if (there && !m_replace)
      throw Error{ErrorKind::usage, m_path + " already exists",
                  "give another path, or --force to replace the file"};
    if (there)
      require_agreement(*there, m_path, m_context);
  }
  void store(const AppSecret& secret) override {
    auto& files = m_context.platform.secret_files;
    const Secret line{secret.client_secret.reveal() + "\n"};
    if (m_replace)
      files.replace(m_path, line);
    else
      files.create(m_path, line);
  }
  [[nodiscard]] std::string place() const override { return "in " + one_line(m_path, longest_shown); }

private:
  std::string m_path;
  bool m_replace;
  Context& m_context;
};

// An application reads the file as a whole: it would send the secret to the address beside it.
void require_same_service(const EnvFile& file, const std::string& path, const Context& context) {
  auto variables = context.platform.environment.all();
  for (const auto* name : {"CHUTES_API_URL", "CHUTES_IDP_BASE_URL"})
    if (const auto value = file.variables.find(name); value != file.variables.end())
      variables[name] = value->second.reveal();
  if (service::Endpoints::from(Environment{std::move(variables)}).idp != context.endpoints.idp)
    throw Error{ErrorKind::usage,
                one_line(path, longest_shown) +
                    " names another service than the one that issues the secret, which would be sent there",
                "correct or remove CHUTES_IDP_BASE_URL and CHUTES_API_URL in it"};
}

class EnvFileDestination final : public SecretDestination {
public:
  EnvFileDestination(std::string path, Variables more, Context& context)
      : m_path(std::move(path)), m_more(std::move(more)), m_context(context) {}

  // Writes a stand-in for the secret into the text that is there, which is then read back.
  void prepare() override {
    auto& platform = m_context.platform;
    const auto there = platform.secret_files.read(m_path);
    if (there)
      require_agreement(*there, m_path, m_context);
    const auto text = with_secret(
        there, {"cid_0", Secret{"csc_0"}, std::vector<std::string>{"openid", "profile"}, nullptr});
    require_same_service(parse_env_file(text.reveal()), m_path, m_context);
    platform.secret_files.check(m_path, text.reveal().size() + longest_secret);
    if (const auto warning =
            commit_warning(m_path, platform.secret_files, platform.launcher, platform.environment))
      m_context.notice("warning: " + warning->message + "; " + warning->hint);
  }
  void store(const AppSecret& secret) override {
    auto& files = m_context.platform.secret_files;
    files.replace(m_path, with_secret(files.read(m_path), secret));
  }
  [[nodiscard]] std::string place() const override { return "in " + shown(); }

private:
  [[nodiscard]] std::string shown() const { return one_line(m_path, longest_shown); }
  [[nodiscard]] Secret with_secret(const std::optional<ChosenFile>& there, const AppSecret& secret) const {
    Variables variables{{"CHUTES_OAUTH_CLIENT_ID", secret.client_id},
                        {"CHUTES_OAUTH_CLIENT_SECRET", secret.client_secret.reveal()}};
    if (secret.scopes)
      variables.emplace_back("CHUTES_OAUTH_SCOPES", oauth::scope_text(*secret.scopes));
    variables.insert(variables.end(), m_more.begin(), m_more.end());
    return Secret{with_variables(there ? there->content.reveal() : "", variables, m_path)};
  }

  std::string m_path;
  Variables m_more;
  Context& m_context;
};

} // namespace

std::unique_ptr<SecretDestination> make_file_destination(std::string path, bool replace, Context& context) {
  return std::make_unique<FileDestination>(std::move(path), replace, context);
}

std::unique_ptr<SecretDestination> make_env_file_destination(std::string path, Variables more,
                                                             Context& context) {
  return std::make_unique<EnvFileDestination>(std::move(path), std::move(more), context);
}

} // namespace chutes::cli
