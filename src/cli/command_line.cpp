#include "cli/command_line.hpp"

#include "base/error.hpp"
#include "base/secret.hpp"
#include "base/terminal_text.hpp"
#include "cli/configuration.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>

namespace chutes::cli {
namespace {

constexpr const char* root_footer = R"(
Endpoints, credentials and client registration can be given in the environment: see chutes-login(1).
Exit codes: 0 done, 2 usage, 3 sign in needed, 4 not authorized, 5 network, 6 service, 7 keychain,
8 forbidden, 9 limit, 10 incomplete, 126 and 127 the command of exec cannot be run, 130 interrupted.
)";

// Feeds declared words to CLI11.
class ParserWords final : public Words {
public:
  explicit ParserWords(CLI::App& app) : m_app(app) {}

  void flag(const char* names, bool& target, const char* help) override {
    m_app.add_flag(names, target, help);
  }
  void counted(const char* names, int& target, const char* help) override {
    m_app.add_flag(names, target, help);
  }
  void value(const char* names, std::optional<std::string>& target, const char* placeholder,
             const char* help) override {
    m_app
        .add_option_function<std::string>(
            names, [&target](const std::string& text) { target = text; }, help)
        ->type_name(placeholder);
  }
  void optional_value(const char* names, std::optional<std::string>& target, const char* implied,
                      const char* placeholder, const char* help) override {
    m_app
        .add_option_function<std::vector<std::string>>(
            names,
            [&target, implied](const std::vector<std::string>& words) {
              target = words.empty() || words.front().empty() ? implied : words.front();
            },
            help)
        ->expected(0, 1)
        ->type_name(placeholder);
  }
  void whole(const char* names, std::optional<long>& target, const char* placeholder,
             const char* help) override {
    m_app
        .add_option_function<long>(
            names, [&target](long number) { target = number; }, help)
        ->type_name(placeholder);
  }
  void decimal(const char* names, std::optional<double>& target, const char* placeholder,
               const char* help) override {
    m_app
        .add_option_function<double>(
            names, [&target](double number) { target = number; }, help)
        ->type_name(placeholder);
  }
  void choice(const char* names, std::string& target, const std::vector<std::string>& among,
              const char* help) override {
    m_app.add_option(names, target, help)->check(CLI::IsMember(among))->type_name("");
  }
  void list(const char* names, std::vector<std::string>& target, const char* placeholder,
            const char* help) override {
    // As in add_words: a value of any form stays one.
    m_app
        .add_option(
            names, [&target](const CLI::results_t& words) { return !(target = words).empty(); }, help)
        ->expected(1, CLI::detail::expected_max_vector_size)
        ->take_all()
        ->allow_extra_args(false)
        ->type_name(placeholder);
  }
  void argument(const char* name, std::optional<std::string>& target, const char* help) override {
    m_app
        .add_option_function<std::string>(
            name, [&target](const std::string& text) { target = text; }, help)
        ->type_name("");
  }
  void arguments(const char* name, std::vector<std::string>& target, const char* help) override {
    add_words(name, target, help);
  }
  void command(const char* name, std::vector<std::string>& target, const char* help) override {
    add_words(name, target, help);
    m_app.positionals_at_end();
  }

private:
  // A word of any form stays one word: CLI11's own vectors take "[a,b]" apart, and "{}" for nothing.
  void add_words(const char* name, std::vector<std::string>& target, const char* help) {
    m_app
        .add_option(
            name, [&target](const CLI::results_t& words) { return !(target = words).empty(); }, help)
        ->expected(CLI::detail::expected_max_vector_size, CLI::detail::expected_max_vector_size)
        ->allow_extra_args(false)
        ->take_all()
        ->type_name("");
  }

  CLI::App& m_app;
};

void declare_global(Words& words, GlobalOptions& options) {
  words.value("--profile", options.profile, "NAME",
              "Which stored session (CHUTES_PROFILE; default: default)");
  words.value("--issuer", options.issuer, "URL",
              "Take the endpoints from this issuer's discovery document (CHUTES_OIDC_ISSUER)");
  words.value("--store", options.store, "WHERE",
              "Where secrets are kept: keychain, file or plaintext (CHUTES_STORE; default: keychain)");
  words.whole("--timeout", options.timeout, "SECONDS",
              "Limit for a request without progress (default: 30; invoke: 1800)");
  words.choice("--color", options.color, {"auto", "always", "never"},
               "Colour: auto, always or never (NO_COLOR)");
  words.flag("--json", options.json,
             "Results as one JSON document, a failure as one JSON line on standard error");
  words.flag("-q,--quiet", options.quiet, "No notices; results and errors only");
  words.counted("-v,--verbose", options.verbose,
                "One line per HTTP request on standard error; -vv adds headers and bodies");
  words.flag("--no-input", options.no_input, "Never ask");
}

// A word of the command line that may be shown: what looks like a credential is not repeated, nor is an
// option's value, be it behind '=' or stuck to a letter.
std::string showable(const std::string& word) {
  std::string name = word;
  if (word.starts_with("--"))
    name = word.substr(0, word.find('='));
  else if (word.starts_with('-'))
    name = word.substr(0, 2);
  return looks_like_a_secret(name) ? "(not shown, it looks like a secret)" : one_line(name, 80);
}

// What the parser says of an option's value, without the value.
std::string without_value(const std::string& text) {
  constexpr std::string_view unconvertible = "Could not convert: ";
  constexpr std::string_view before_choices = " not in {";
  if (text.starts_with(unconvertible)) {
    const auto option = text.substr(unconvertible.size());
    return option.substr(0, option.find(" = ")) + " does not take that value";
  }
  if (const auto at = text.rfind(before_choices); at != std::string::npos) {
    const auto choices = text.substr(at + before_choices.size());
    return text.substr(0, text.find(": ")) + " takes one of " + choices.substr(0, choices.find('}'));
  }
  return looks_like_a_secret(text) ? "an option has a value it does not take" : one_line(text, 200);
}

std::string unexpected_word(const CLI::App& root) {
  const auto words = root.remaining(true);
  const auto option =
      std::find_if(words.begin(), words.end(), [](const auto& word) { return word.starts_with('-'); });
  return words.empty() ? "" : showable(option == words.end() ? words.front() : *option);
}

// The options of the root, for the end of every command's help.
std::string inherited_options(const CLI::App& root, const std::string& program) {
  std::string names;
  for (const auto* option : root.get_options())
    if (option->get_lnames().front() != "help" && option->get_lnames().front() != "version")
      names += " " + option->get_name(false, true);
  return "\nAnd the options of every command ('" + program + " --help' explains them):\n " + names + "\n";
}

} // namespace

struct CommandLine::Parser {
  CLI::App root;
  GlobalOptions options;
  std::vector<std::pair<CLI::App*, const Command*>> commands;
  std::string program;
  Platform& platform;

  Parser(std::string name, Platform& on)
      : root("The terminal client for Sign in with Chutes.", name), program(std::move(name)), platform(on) {}

  [[nodiscard]] const Command* find(const std::string& name) const {
    for (const auto& [app, command] : commands)
      if (command->name == name)
        return command;
    return nullptr;
  }

  // A command of two words ("profile list") stands under the command of its first, which is declared before
  // it.
  CLI::App* parent_of(const Command& command) {
    const auto space = command.name.find(' ');
    return space == std::string::npos ? &root : root.get_subcommand(command.name.substr(0, space));
  }

  void add(const Command& command) {
    auto* parent = parent_of(command);
    auto* app = parent->add_subcommand(command.name.substr(command.name.find(' ') + 1), command.purpose);
    app->fallthrough();
    app->group(parent == &root ? command.group : "Commands");
    app->footer((command.footer.empty() ? "" : "\n" + command.footer) + inherited_options(root, program));
    if (parent != &root)
      parent->require_subcommand(0, 1);
    ParserWords words{*app};
    command.declare(words);
    commands.emplace_back(app, &command);
  }

  // What was typed of the commands; the one under another stands for both. Null: none.
  [[nodiscard]] const std::pair<CLI::App*, const Command*>* typed() const {
    const std::pair<CLI::App*, const Command*>* found = nullptr;
    for (const auto& entry : commands)
      if (entry.first->parsed())
        found = &entry;
    return found;
  }

  [[nodiscard]] std::string hint() const {
    const auto* entry = typed();
    if (entry == nullptr)
      return "'" + program + " --help' lists the commands";
    const auto& [app, command] = *entry;
    return "'" + program + " " + command->name + " --help' lists " +
           (command->run ? "what it takes" : "its commands");
  }

  [[nodiscard]] bool in_environment(const std::string& setting) const {
    static constexpr std::array<std::pair<std::string_view, const char*>, 5> variables{
        {{"profile", "CHUTES_PROFILE"},
         {"issuer", "CHUTES_OIDC_ISSUER"},
         {"store", "CHUTES_STORE"},
         {"color", "NO_COLOR"},
         {"color", "CLICOLOR_FORCE"}}};
    return std::any_of(variables.begin(), variables.end(), [&](const auto& variable) {
      return variable.first == setting && platform.environment.find(variable.second);
    });
  }

  // The last resort after the command line and the environment.
  void take_defaults_from_configuration() {
    const Configuration configuration{platform};
    for (const auto& setting : configuration.read()) {
      const auto place = *configuration.path() + ", line " + std::to_string(setting.line) + ": ";
      auto* option = root.get_option_no_throw("--" + setting.name);
      if (option == nullptr || setting.name == "help" || setting.name == "version")
        throw Error{ErrorKind::usage, place + "there is no setting " + showable(setting.name),
                    "'" + program +
                        " --help' lists the options, whose names without dashes are the settings"};
      try {
        if (option->count() > 0 || in_environment(setting.name))
          continue;
        option->add_result(setting.value);
        option->run_callback();
        require_valid(options);
      } catch (const Error& error) {
        throw Error{ErrorKind::usage, place + error.what(), "change it there, or take it out"};
      } catch (const CLI::ParseError&) {
        throw Error{ErrorKind::usage, place + "'" + setting.name + "' does not take this value",
                    "'" + program + " --help' lists the values it takes"};
      }
    }
  }

  void take_defaults_from_environment() {
    if (!options.profile)
      options.profile = platform.environment.find("CHUTES_PROFILE");
    if (!options.issuer)
      options.issuer = platform.environment.find("CHUTES_OIDC_ISSUER");
    if (!options.store)
      options.store = platform.environment.find("CHUTES_STORE");
  }
};

CommandLine::CommandLine(const std::string& program, const std::vector<Command>& commands, Platform& platform)
    : m_parser(std::make_unique<Parser>(program, platform)) {
  auto& root = m_parser->root;
  root.set_version_flag("--version", std::string{"chutes-login "} + CHUTES_VERSION);
  root.require_subcommand(0, 1);
  root.footer(root_footer);
  root.get_formatter()->column_width(36);
  ParserWords global{root};
  declare_global(global, m_parser->options);
  for (const auto& command : commands)
    m_parser->add(command);
}

CommandLine::~CommandLine() = default;

CommandLine::Chosen CommandLine::parse(const std::vector<std::string>& arguments) {
  auto& parser = *m_parser;
  std::vector<std::string> words;
  if (!arguments.empty())
    words.assign(arguments.begin() + 1, arguments.end());
  if (!words.empty() && words.front() == "help") { // as in git and gh: help [COMMAND]
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  std::reverse(words.begin(), words.end()); // as CLI11 wants them
  try {
    parser.root.parse(std::move(words));
  } catch (const CLI::CallForVersion&) {
    return {nullptr, {}, parser.root.version() + "\n"};
  } catch (const CLI::Success&) {
    return {nullptr, {}, parser.root.help()};
  } catch (const CLI::ExtrasError&) {
    throw Error{ErrorKind::usage, "unexpected argument " + unexpected_word(parser.root), parser.hint()};
  } catch (const CLI::ParseError& error) {
    throw Error{ErrorKind::usage, without_value(error.what()), parser.hint()};
  }
  parser.take_defaults_from_environment();
  require_valid(parser.options); // before a setting could be blamed for it
  parser.take_defaults_from_configuration();
  if (const auto* entry = parser.typed()) {
    if (!entry->second->run) // only a heading for other commands
      return {nullptr, {}, parser.root.help()};
    return {entry->second, parser.options, {}};
  }
  if (parser.program == "chutes")
    return {nullptr, {}, parser.root.help()};
  return {parser.find("login"), parser.options, {}};
}

} // namespace chutes::cli
