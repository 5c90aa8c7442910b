#include "cli/parser_declarer.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <string_view>

namespace chutes::cli {
namespace {

constexpr std::string_view no_value = "\x01no value\x01";

// The number that is all of `text`; absent if it is none, or does not fit.
template <typename Number>
std::optional<Number> number_in(const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

// Declares a command's options to CLI11. No option accepts an empty value: it is what `--seed "$UNSET"`
// gives, and stands for nothing that leaving the option out would not say.
class ParserDeclarer final : public OptionDeclarer {
public:
  explicit ParserDeclarer(CLI::App& app) : m_app(app) {}

  void group(const char* /*heading*/) override {} // help pages come from the table of commands
  void flag(const char* names, bool& target, const char* help) override {
    m_app.add_flag(names, target, help);
  }
  void counted(const char* names, int& target, const char* help) override {
    m_app.add_flag(names, target, help);
  }
  void value(const char* names, std::optional<std::string>& target, const char* placeholder,
             const char* help) override {
    add_value(
        names, [&target](std::string text) { target = std::move(text); }, placeholder, help);
  }
  void optional_value(const char* names, std::optional<std::string>& target, const char* implied,
                      const char* placeholder, const char* help) override {
    m_app
        .add_option_function<std::vector<std::string>>(
            names,
            [&target, implied, names](const std::vector<std::string>& words) {
              target = words.empty() || words.front().empty() ? implied : required(names, words.front());
            },
            help)
        ->expected(0, 1)
        ->type_name(placeholder);
  }
  void whole(const char* names, std::optional<long>& target, const char* placeholder,
             const char* help) override {
    add_value(
        names, [&target, names](const std::string& text) { target = fitting(names, number_in<long>(text)); },
        placeholder, help);
  }
  void decimal(const char* names, std::optional<double>& target, const char* placeholder,
               const char* help) override {
    add_value(
        names,
        [&target, names](const std::string& text) {
          target = fitting(names, number_in<double>(text));
          if (!std::isfinite(*target))
            throw unacceptable(names);
        },
        placeholder, help);
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
            names,
            [&target, names](const CLI::results_t& words) {
              target.clear();
              std::transform(words.begin(), words.end(), std::back_inserter(target),
                             [&](const auto& word) { return required(names, word); });
              return !target.empty();
            },
            help)
        ->expected(1, CLI::detail::expected_max_vector_size)
        ->take_all()
        ->allow_extra_args(false)
        ->type_name(placeholder);
  }
  void argument(const char* name, std::optional<std::string>& target, const char* help) override {
    m_app
        .add_option_function<std::string>(
            name, [&target](const std::string& text) { target = unmarked(text); }, help)
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
  // "--seed" of "-s,--seed"
  static std::string long_name(const char* names) {
    const std::string_view all = names;
    return std::string{all.substr(all.rfind(',') + 1)}; // npos + 1 is 0
  }
  static CLI::ConversionError unacceptable(const char* names) {
    return CLI::ConversionError{"Could not convert: " + long_name(names) + " = "};
  }
  static std::string required(const char* names, const std::string& word) {
    auto value = unmarked(word);
    if (value.empty())
      throw CLI::ArgumentMismatch{long_name(names) + ": it is empty"};
    return value;
  }
  template <typename Number>
  static Number fitting(const char* names, std::optional<Number> number) {
    if (!number)
      throw unacceptable(names);
    return *number;
  }

  template <typename Take>
  void add_value(const char* names, Take take, const char* placeholder, const char* help) {
    m_app
        .add_option_function<std::string>(
            names, [names, take](const std::string& word) { take(required(names, word)); }, help)
        ->type_name(placeholder);
  }

  // A word of any form stays one word: CLI11's own vectors take "[a,b]" apart, and "{}" for nothing.
  void add_words(const char* name, std::vector<std::string>& target, const char* help) {
    m_app
        .add_option(
            name,
            [&target](const CLI::results_t& words) {
              target.clear();
              std::transform(words.begin(), words.end(), std::back_inserter(target), unmarked);
              return !target.empty();
            },
            help)
        ->expected(CLI::detail::expected_max_vector_size, CLI::detail::expected_max_vector_size)
        ->allow_extra_args(false)
        ->take_all()
        ->type_name("");
  }

  CLI::App& m_app;
};

} // namespace

std::unique_ptr<OptionDeclarer> parser_declarer(CLI::App& app) {
  return std::make_unique<ParserDeclarer>(app);
}

std::string marked(std::string word) {
  if (word.empty() || (word.starts_with("--") && word.size() > 3 && word.find('=') == word.size() - 1))
    word += no_value;
  return word;
}

std::string unmarked(std::string word) {
  if (word.ends_with(no_value))
    word.resize(word.size() - no_value.size());
  return word;
}

} // namespace chutes::cli
