#include "cli/app/secrets/file_destinations.hpp"

#include "base/error.hpp"
#include "base/terminal_text.hpp"
#include "cli/app/secrets/env_file.hpp"
#include "cli/app/secrets/git_ignore.hpp"
#include "oauth/scope.hpp"

namespace chutes::cli {
namespace {

constexpr std::size_t longest_shown = 300;

class FileDestination final : public SecretDestination {
public:
  FileDestination(std::string path, bool replace, UserSecretFiles& files)
      : m_path(std::move(path)), m_replace(replace), m_files(files) {}

  void prepare() override {
    m_files.check(m_path);
    if (!m_replace && m_files.read(m_path))
      throw Error{ErrorKind::usage, m_path + " already exists",
                  "give another path, or --force to replace the file"};
  }
  void store(const AppSecret& secret) override {
    const Secret line{secret.client_secret.reveal() + "\n"};
    if (m_replace)
      m_files.replace(m_path, line);
    else
      m_files.create(m_path, line);
  }
  [[nodiscard]] std::string place() const override { return "in " + one_line(m_path, longest_shown); }

private:
  std::string m_path;
  bool m_replace;
  UserSecretFiles& m_files;
};

class EnvFileDestination final : public SecretDestination {
public:
  EnvFileDestination(std::string path, Context& context) : m_path(std::move(path)), m_context(context) {}

  void prepare() override {
    auto& platform = m_context.platform;
    platform.secret_files.check(m_path);
    const auto there = platform.secret_files.read(m_path);
    if (there && there->open_to_others)
      m_context.notice("warning: other users can read " + shown() + "; run: chmod 600 '" + shown() + "'");
    if (const auto warning =
            commit_warning(m_path, platform.secret_files, platform.launcher, platform.environment))
      m_context.notice("warning: " + warning->message + "; " + warning->hint);
  }
  void store(const AppSecret& secret) override {
    Variables variables{{"CHUTES_OAUTH_CLIENT_ID", secret.client_id},
                        {"CHUTES_OAUTH_CLIENT_SECRET", secret.client_secret.reveal()}};
    if (secret.scopes)
      variables.emplace_back("CHUTES_OAUTH_SCOPES", oauth::scope_text(*secret.scopes));
    auto& files = m_context.platform.secret_files;
    const auto there = files.read(m_path);
    files.replace(m_path, Secret{with_variables(there ? there->content.reveal() : "", variables)});
  }
  [[nodiscard]] std::string place() const override { return "in " + shown(); }

private:
  [[nodiscard]] std::string shown() const { return one_line(m_path, longest_shown); }

  std::string m_path;
  Context& m_context;
};

} // namespace

std::unique_ptr<SecretDestination> make_file_destination(std::string path, bool replace, Context& context) {
  return std::make_unique<FileDestination>(std::move(path), replace, context.platform.secret_files);
}

std::unique_ptr<SecretDestination> make_env_file_destination(std::string path, Context& context) {
  return std::make_unique<EnvFileDestination>(std::move(path), context);
}

} // namespace chutes::cli
