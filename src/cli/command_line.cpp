#include "cli/command_line.hpp"

#include "base/error.hpp"
#include "base/secret.hpp"
#include "base/terminal_text.hpp"
#include "cli/cache/name_cache.hpp"
#include "cli/command/command.hpp"
#include "cli/command/configuration.hpp"
#include "cli/help/help_page.hpp"
#include "cli/help/help_topics.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>

namespace chutes::cli {
namespace {

// Feeds declared words to CLI11.
class ParserDeclarer final : public OptionDeclarer {
public:
  explicit ParserDeclarer(CLI::App& app) : m_app(app) {}

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

// The first word the parser has no place for; options before others, because one that is unknown leaves its
// value behind too.
std::string unexpected_word(const CLI::App& root) {
  const auto words = root.remaining(true);
  const auto option =
      std::find_if(words.begin(), words.end(), [](const auto& word) { return word.starts_with('-'); });
  return words.empty() ? "" : option == words.end() ? words.front() : *option;
}

// "did you mean --color? ", if one of `known` is close to what was typed.
std::string did_you_mean(const std::string& typed, const std::vector<std::string>& known) {
  if (looks_like_a_secret(typed) || (typed.starts_with('-') && !typed.starts_with("--")))
    return "";
  const auto near = near_names(typed.substr(0, typed.find('=')), known);
  return near.empty() ? "" : "did you mean " + near.front() + "? ";
}

// As in git and gh: help [COMMAND]. A topic is a matter of the command `help`.
bool asks_about_a_command(const std::vector<std::string>& words) {
  return !words.empty() && words.front() == "help" &&
         std::none_of(words.begin(), words.end(),
                      [](const auto& word) { return find_topic(word) != nullptr; });
}

} // namespace

struct CommandLine::Parser {
  CLI::App root;
  GlobalOptions options;
  const std::vector<Command>& all;
  std::vector<std::pair<CLI::App*, const Command*>> commands;
  mutable std::vector<CommandEntry> written; // once it was asked for
  std::string program;
  Platform& platform;

  Parser(std::string name, const std::vector<Command>& of, Platform& on)
      : root("The terminal client for Sign in with Chutes.", name),
        all(of),
        program(std::move(name)),
        platform(on) {
    root.set_version_flag("--version", std::string{"chutes-login "} + CHUTES_VERSION);
    root.require_subcommand(0, 1);
    ParserDeclarer global{root};
    declare_global(global, options);
  }

  // The commands that `words` may mean: of forty, the few whose names stand among them.
  void add_named(const std::vector<std::string>& words) {
    const auto stands = [&](const std::string& name) {
      return std::find(words.begin(), words.end(), name) != words.end();
    };
    for (const auto& command : all)
      if (stands(command.name.substr(0, command.name.find(' '))) && stands(last_word(command.name)))
        add(command);
  }

  [[nodiscard]] const Command* find(const std::string& name) const {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& command) { return command.name == name; });
    return found == all.end() ? nullptr : &*found;
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
    if (parent != &root)
      parent->require_subcommand(0, 1);
    ParserDeclarer words{*app};
    command.declare(words);
    commands.emplace_back(app, &command);
  }

  // For pages and mistakes.
  [[nodiscard]] const std::vector<CommandEntry>& table() const {
    if (written.empty())
      written = command_table(all);
    return written;
  }

  // The help page of what was typed.
  [[nodiscard]] std::string help() const {
    const auto* entry = typed();
    return help_page(entry == nullptr ? "" : entry->second->name, table(), program,
                     platform.terminal.width());
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

  [[nodiscard]] const CommandEntry& typed_entry() const {
    const auto* entry = typed();
    const auto found = std::find_if(table().begin(), table().end(), [&](const CommandEntry& one) {
      return one.name == (entry == nullptr ? "" : entry->second->name);
    });
    return found == table().end() ? table().front() : *found;
  }

  // The options that may stand where the parser is.
  [[nodiscard]] std::vector<OptionWord> options_here() const {
    auto words = typed_entry().options;
    if (!typed_entry().name.empty())
      words.insert(words.end(), table().front().options.begin(), table().front().options.end());
    return words;
  }

  // What has no place on the command line, and what may have been meant.
  [[nodiscard]] Error unexpected(const std::string& word) const {
    const auto& entry = typed_entry();
    if (word.starts_with('-')) {
      std::vector<std::string> names;
      for (const auto& option : options_here())
        names.insert(names.end(), option.names.begin(), option.names.end());
      return Error{ErrorKind::usage, "unexpected argument " + showable(word),
                   did_you_mean(word, names) + hint()};
    }
    std::vector<std::string> names;
    for (const auto* command : commands_below(entry.name, table()))
      names.push_back(last_word(command->name));
    const bool command_wanted = entry.name.empty() || entry.heading;
    return Error{ErrorKind::usage,
                 (command_wanted ? "there is no command " : "unexpected argument ") + showable(word),
                 (command_wanted ? did_you_mean(word, names) : "") + hint()};
  }

  // The option that the parser's message begins with; null: it begins with none that takes a value.
  [[nodiscard]] static const OptionWord* option_in(const std::string& message,
                                                   const std::vector<OptionWord>& options) {
    for (const auto& option : options)
      for (const auto& name : option.names)
        if (!option.placeholder.empty() &&
            (message.starts_with(name + ":") || message.starts_with(name + " ") ||
             message.starts_with(name + " =")))
          return &option;
    return nullptr;
  }

  [[nodiscard]] Error without_its_value(const std::string& message) const {
    const auto here = options_here();
    const auto* option = option_in(message, here);
    if (option == nullptr)
      return Error{ErrorKind::usage, without_value(message), hint()};
    return Error{ErrorKind::usage, option->names.back() + " wants a value: " + option->placeholder,
                 spelling_of(*option) + ": " + option->help};
  }

  [[nodiscard]] Error with_a_wrong_value(const std::string& message) const {
    const auto text = without_value(message);
    const auto here = options_here();
    const auto* option = option_in(text, here);
    return Error{ErrorKind::usage, text,
                 option == nullptr ? hint() : spelling_of(*option) + ": " + option->help};
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

  // All of them, or where something is wrong with one, none.
  void take_defaults_from_sound_configuration() {
    const auto said = options;
    try {
      take_defaults_from_configuration();
    } catch (const Error&) {
      options = said;
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
    : m_parser(std::make_unique<Parser>(program, commands, platform)) {}

CommandLine::~CommandLine() = default;

CommandLine::Chosen CommandLine::parse(const std::vector<std::string>& arguments) {
  auto& parser = *m_parser;
  std::vector<std::string> words;
  if (!arguments.empty())
    words.assign(arguments.begin() + 1, arguments.end());
  if (asks_about_a_command(words)) {
    if (words.size() > 1 && !words[1].starts_with('-') && parser.find(words[1]) == nullptr)
      throw parser.unexpected(words[1]);
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  parser.add_named(words);
  std::reverse(words.begin(), words.end()); // as CLI11 wants them
  try {
    parser.root.parse(std::move(words));
  } catch (const CLI::CallForVersion&) {
    return {nullptr, {}, parser.root.version() + "\n"};
  } catch (const CLI::Success&) {
    return {nullptr, {}, parser.help()};
  } catch (const CLI::ExtrasError&) {
    throw parser.unexpected(unexpected_word(parser.root));
  } catch (const CLI::ArgumentMismatch& error) {
    throw parser.without_its_value(error.what());
  } catch (const CLI::ParseError& error) {
    throw parser.with_a_wrong_value(error.what());
  }
  parser.take_defaults_from_environment();
  require_valid(parser.options); // before a setting could be blamed for it
  const auto* entry = parser.typed();
  if (entry != nullptr && entry->second->name == "doctor") {
    parser.take_defaults_from_sound_configuration();
    parser.options.configuration_error = error_in_configuration(parser.program, parser.platform);
  } else {
    parser.take_defaults_from_configuration();
  }
  if (entry != nullptr) {
    if (!entry->second->run) // only a heading for other commands
      return {nullptr, {}, parser.help()};
    return {entry->second, parser.options, {}};
  }
  if (parser.program == "chutes")
    return {nullptr, {}, parser.help()};
  return {parser.find("login"), parser.options, {}};
}

std::optional<Error> CommandLine::error_in_configuration(const std::string& program, Platform& platform) {
  const std::vector<Command> none;
  try {
    Parser{program, none, platform}.take_defaults_from_configuration();
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  }
}

} // namespace chutes::cli
