#include "cli/command_line.hpp"

#include "base/error.hpp"
#include "base/secret.hpp"
#include "base/terminal_text.hpp"
#include "cli/cache/name_cache.hpp"
#include "cli/command/command.hpp"
#include "cli/command/configuration.hpp"
#include "cli/help/help_page.hpp"
#include "cli/help/help_topics.hpp"
#include "cli/parser_declarer.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>

namespace chutes::cli {
namespace {

// Returns a word of the command line without what may be secret: an option's value, after '=' or attached to
// its letter, and anything that looks like a credential.
std::string showable(const std::string& word) {
  std::string name = word;
  if (word.starts_with("--"))
    name = word.substr(0, word.find('='));
  else if (word.starts_with('-'))
    name = word.substr(0, 2);
  return looks_like_a_secret(name) ? "(not shown: it looks like a secret)" : one_line(name, 80);
}

// Returns the parser's message about an option's value without the value.
std::string without_value(const std::string& text) {
  constexpr std::string_view unconvertible = "Could not convert: ";
  constexpr std::string_view before_choices = " not in {";
  if (text.starts_with(unconvertible)) {
    const auto option = text.substr(unconvertible.size());
    return option.substr(0, option.find(" = ")) + " does not accept this value";
  }
  if (const auto at = text.rfind(before_choices); at != std::string::npos) {
    const auto choices = text.substr(at + before_choices.size());
    return text.substr(0, text.find(": ")) + " must be one of " + choices.substr(0, choices.find('}'));
  }
  return looks_like_a_secret(text) ? "an option has an invalid value" : one_line(text, 200);
}

// Returns the first word the parser does not expect, options first: the value of an unknown option is
// unexpected too.
std::string unexpected_word(const CLI::App& root) {
  const auto words = root.remaining(true);
  const auto option =
      std::find_if(words.begin(), words.end(), [](const auto& word) { return word.starts_with('-'); });
  return words.empty() ? "" : unmarked(option == words.end() ? words.front() : *option);
}

// "did you mean --color? ", if one of `known` is close to what was typed.
std::string did_you_mean(const std::string& typed, const std::vector<std::string>& known) {
  if (looks_like_a_secret(typed) || (typed.starts_with('-') && !typed.starts_with("--")))
    return "";
  const auto near = near_names(typed.substr(0, typed.find('=')), known);
  return near.empty() ? "" : "did you mean " + near.front() + "? ";
}

// Whether `help` names a command, as in git and gh, and not a topic, which the command `help` handles.
bool asks_about_a_command(const std::vector<std::string>& words) {
  return !words.empty() && words.front() == "help" &&
         std::none_of(words.begin(), words.end(),
                      [](const auto& word) { return find_topic(word) != nullptr; });
}

// Whether the command works in any home, or none: its result depends on nothing but its arguments.
bool needs_no_configuration(const std::string& command) {
  return command == "completion" || command == "help";
}

} // namespace

struct CommandLine::Parser {
  CLI::App root;
  GlobalOptions options;
  const std::vector<Command>& all;
  std::vector<std::pair<CLI::App*, const Command*>> commands;
  mutable std::vector<CommandEntry> made_table; // empty until it is needed
  std::string program;                          // the name it was called by
  Platform& platform;

  Parser(std::string name, const std::vector<Command>& of, Platform& on)
      : root("The terminal client for Sign in with Chutes.", name),
        all(of),
        program(std::move(name)),
        platform(on) {
    root.set_version_flag("--version", std::string{"chutes-login "} + CHUTES_VERSION);
    root.require_subcommand(0, 1);
    declare_global(*parser_declarer(root), options);
  }

  // Adds the commands whose names occur in `words`: a few of forty.
  void add_named(const std::vector<std::string>& words) {
    const auto occurs = [&](const std::string& name) {
      return std::find(words.begin(), words.end(), name) != words.end();
    };
    for (const auto& command : all)
      if (occurs(command.name.substr(0, command.name.find(' '))) && occurs(last_word(command.name)))
        add(command);
  }

  [[nodiscard]] const Command* find(const std::string& name) const {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& command) { return command.name == name; });
    return found == all.end() ? nullptr : &*found;
  }

  // The parent of a command of two words ("profile list") is the command of the first word, which is declared
  // before it.
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
    command.declare(*parser_declarer(*app));
    commands.emplace_back(app, &command);
  }

  // The table of commands, for help pages and error messages.
  [[nodiscard]] const std::vector<CommandEntry>& table() const {
    if (made_table.empty())
      made_table = command_table(all);
    return made_table;
  }

  // The help page of the command that was given.
  [[nodiscard]] std::string help() const {
    const auto* entry = typed();
    return help_page(entry == nullptr ? "" : entry->second->name, table(), program,
                     platform.terminal.width());
  }

  // The command that was given, the innermost one; null if there is none.
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
           (command->run ? "its options" : "its commands");
  }

  [[nodiscard]] const CommandEntry& typed_entry() const {
    const auto* entry = typed();
    const auto found = std::find_if(table().begin(), table().end(), [&](const CommandEntry& one) {
      return one.name == (entry == nullptr ? "" : entry->second->name);
    });
    return found == table().end() ? table().front() : *found;
  }

  // The options of the command that was given, and the global ones.
  [[nodiscard]] std::vector<OptionWord> options_here() const {
    auto words = typed_entry().options;
    if (!typed_entry().name.empty())
      words.insert(words.end(), table().front().options.begin(), table().front().options.end());
    return words;
  }

  // The error for an unexpected word, with similar names as its hint.
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
    const bool expects_command = entry.name.empty() || entry.heading;
    return Error{ErrorKind::usage,
                 (expects_command ? "unknown command " : "unexpected argument ") + showable(word),
                 (expects_command ? did_you_mean(word, names) : "") + hint()};
  }

  // The option with a value that the parser's message begins with; null if there is none.
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
    return Error{ErrorKind::usage, option->names.back() + " requires a value: " + option->placeholder,
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

  // Applies the configuration file to options that neither the command line nor the environment sets.
  void take_defaults_from_configuration() {
    const Configuration configuration{platform};
    const auto content = configuration.read();
    options.configuration_ignored = content.ignored;
    for (const auto& setting : content.settings) {
      const auto place = *configuration.path() + ", line " + std::to_string(setting.line) + ": ";
      auto* option = root.get_option_no_throw("--" + setting.name);
      if (option == nullptr || setting.name == "help" || setting.name == "version")
        throw Error{ErrorKind::usage, place + "unknown setting " + showable(setting.name),
                    "'" + program +
                        " --help' lists the global options; a setting is the name of one without its dashes"};
      try {
        if (option->count() > 0 || in_environment(setting.name))
          continue;
        option->add_result(setting.value);
        option->run_callback();
        require_valid(options);
      } catch (const Error& error) {
        throw Error{ErrorKind::usage, place + error.what(), "change or remove this line"};
      } catch (const CLI::ParseError&) {
        throw Error{ErrorKind::usage, place + "'" + setting.name + "' does not accept this value",
                    "'" + program + " --help' lists the accepted values"};
      }
    }
  }

  // Applies the configuration file if all of it is valid.
  void take_defaults_from_valid_configuration() {
    const auto given = options;
    try {
      take_defaults_from_configuration();
    } catch (const Error&) {
      options = given;
    }
  }

  void take_defaults_from_environment() {
    if (!options.profile)
      options.profile = platform.environment.find("CHUTES_PROFILE");
    options.profile_named = options.profile.has_value();
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
  std::transform(words.begin(), words.end(), words.begin(), marked);
  std::reverse(words.begin(), words.end()); // CLI11 takes them in reverse order
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
  require_valid(parser.options); // so that the error does not name a setting
  const auto* entry = parser.typed();
  if (entry != nullptr && entry->second->name == "doctor") {
    parser.take_defaults_from_valid_configuration();
    parser.options.configuration_error = error_in_configuration(parser.program, parser.platform);
  } else if (entry == nullptr || !needs_no_configuration(entry->second->name)) {
    parser.take_defaults_from_configuration();
  }
  if (entry != nullptr) {
    if (!entry->second->run) // only the first word of other commands
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
