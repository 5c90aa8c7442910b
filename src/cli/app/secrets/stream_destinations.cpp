#include "cli/app/secrets/stream_destinations.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "platform/random_text.hpp"

#include <nlohmann/json.hpp>

namespace chutes::cli {
namespace {

class StdoutDestination final : public SecretDestination {
public:
  explicit StdoutDestination(Context& context) : m_context(context) {}

  void prepare() override {}
  void store(const AppSecret& secret) override {
    Json document = *secret.document;
    document["client_secret"] = secret.client_secret.reveal();
    m_context.result(document, secret.client_secret.reveal() + "\n");
  }
  [[nodiscard]] std::string place() const override { return "on standard output"; }
  [[nodiscard]] bool uses_stdout() const override { return true; }

private:
  Context& m_context;
};

// Escapes the three characters that are special in the data of a workflow command.
std::string command_data(const std::string& text) {
  std::string data;
  for (const char c : text)
    data += c == '%' ? "%25" : c == '\r' ? "%0D" : c == '\n' ? "%0A" : std::string{c};
  return data;
}

// Whether text that follows would belong to a value whose closing line ("NAME<<LINE") is missing.
bool ends_within_value(const std::string& outputs) {
  std::optional<std::string> closing;
  for (const auto& line : split(outputs, '\n')) {
    const auto text = trim(line, "\r");
    const auto mark = text.find("<<");
    if (closing && text == *closing)
      closing.reset();
    else if (!closing && mark < text.find('='))
      closing = text.substr(mark + 2);
  }
  return closing.has_value();
}

class GithubDestination final : public SecretDestination {
public:
  explicit GithubDestination(Context& context) : m_context(context) {}

  void prepare() override {
    const auto path = m_context.platform.environment.find("GITHUB_OUTPUT");
    if (!path)
      throw Error{ErrorKind::usage, "GITHUB_OUTPUT is not set: not running in a step of a GitHub workflow",
                  "choose another destination with --secret-to"};
    m_path = *path;
    constexpr std::size_t longest_outputs = 4096; // bytes
    auto& files = m_context.platform.secret_files;
    files.check_append(m_path, longest_outputs);
    const auto there = files.read(m_path);
    if (there && ends_within_value(there->content.reveal()))
      throw Error{ErrorKind::usage,
                  "the file of GITHUB_OUTPUT ends within a value, which would take in the secret",
                  "end the value that an earlier command of this step began with NAME<<LINE"};
  }
  // The mask comes first: whatever happens next, the runner does not show the secret.
  void store(const AppSecret& secret) override {
    m_context.platform.terminal.print("::add-mask::" + command_data(secret.client_secret.reveal()) + "\n");
    std::string text =
        output("client_id", secret.client_id) + output("client_secret", secret.client_secret.reveal());
    if (const auto app_id = string_field(*secret.document, "app_id"))
      text += output("app_id", *app_id);
    m_context.platform.secret_files.append(m_path, Secret{std::move(text)});
  }
  [[nodiscard]] std::string place() const override {
    return "in the step outputs client_id, client_secret and app_id";
  }
  [[nodiscard]] bool uses_stdout() const override { return true; }

private:
  // A value may hold any line but the delimiter, which is random.
  [[nodiscard]] std::string output(const std::string& name, const std::string& value) const {
    constexpr std::size_t bytes = 16;
    const auto delimiter = "chutes_" + random_text(m_context.platform.random, bytes);
    return name + "<<" + delimiter + "\n" + value + "\n" + delimiter + "\n";
  }

  Context& m_context;
  std::string m_path;
};

} // namespace

std::unique_ptr<SecretDestination> make_stdout_destination(Context& context) {
  return std::make_unique<StdoutDestination>(context);
}

std::unique_ptr<SecretDestination> make_github_destination(Context& context) {
  if (context.options.json)
    throw Error{ErrorKind::usage, "--json and --secret-to github cannot be used together",
                "omit --json; the step outputs hold the ids"};
  return std::make_unique<GithubDestination>(context);
}

} // namespace chutes::cli
