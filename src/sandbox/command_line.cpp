#include "sandbox/command_line.hpp"

#include "base/error.hpp"
#include "sandbox/faults/fault.hpp"

#include <algorithm>
#include <charconv>

namespace chutes::sandbox {
namespace {

Error wrong(const std::string& message) {
  return Error{ErrorKind::usage, message, "run 'chutes-sandbox --help' for a list of options"};
}

long whole_number(const std::string& text, const std::string& option, long lowest, long highest) {
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < lowest || number > highest)
    throw wrong(option + " must be between " + std::to_string(lowest) + " and " + std::to_string(highest));
  return number;
}

Approval approval(const std::string& text) {
  if (text == "auto")
    return Approval::automatic;
  if (text == "ask")
    return Approval::ask;
  if (text == "deny")
    return Approval::deny;
  throw wrong("--approve must be auto, ask or deny");
}

bool is_old(const std::string& text) {
  if (text != "old" && text != "new")
    throw wrong("--rules must be new or old");
  return text == "old";
}

// Reads words of the forms "--option VALUE" and "--option=VALUE".
class WordReader {
public:
  explicit WordReader(const std::vector<std::string>& words) : m_words(words) {}

  bool next() {
    if (m_at == m_words.size())
      return false;
    const auto& word = m_words[m_at++];
    const auto equals = word.find('=');
    m_has_value = word.starts_with("--") && equals != std::string::npos;
    m_name = m_has_value ? word.substr(0, equals) : word;
    m_value = m_has_value ? word.substr(equals + 1) : "";
    return true;
  }
  [[nodiscard]] const std::string& name() const { return m_name; }
  // Throws if the option was given a value.
  void require_no_value() const {
    if (m_has_value)
      throw wrong(m_name + " takes no value");
  }
  std::string value() {
    if (m_has_value)
      return m_value;
    if (m_at == m_words.size())
      throw wrong(m_name + " requires a value");
    return m_words[m_at++];
  }

private:
  const std::vector<std::string>& m_words;
  std::size_t m_at = 0;
  std::string m_name;
  std::string m_value;
  bool m_has_value = false;
};

void add_user(std::vector<std::string>& names, const std::string& name) {
  if (name.empty())
    throw wrong("--user requires a name");
  if (std::find(names.begin(), names.end(), name) != names.end())
    throw wrong("--user " + name + " is given twice");
  names.push_back(name);
}

// Reads an option without a value; returns false for any other word.
bool read_switch(WordReader& reader, CommandLine& line) {
  const auto& name = reader.name();
  if (name == "-h" || name == "--help")
    line.help = true;
  else if (name == "--version")
    line.version = true;
  else if (name == "--tls")
    line.server.tls = true;
  else if (name != "--print-env") // always done
    return false;
  reader.require_no_value();
  return true;
}

// Reads an option with a value; returns false for any other word.
bool read_setting(WordReader& reader, ServerOptions& server) {
  constexpr long highest_port = 65535;
  constexpr long longest_lifetime = 86400;
  const auto& name = reader.name();
  if (name == "--port")
    server.port = static_cast<std::uint16_t>(whole_number(reader.value(), name, 0, highest_port));
  else if (name == "--user")
    add_user(server.usernames, reader.value());
  else if (name == "--approve")
    server.rules.approval = approval(reader.value());
  else if (name == "--rules")
    server.rules.old_generation = is_old(reader.value());
  else if (name == "--token-lifetime")
    server.rules.token_lifetime =
        std::chrono::seconds{whole_number(reader.value(), name, 1, longest_lifetime)};
  else if (name == "--state")
    server.state_file = reader.value();
  else if (name == "--fault")
    server.faults.push_back(reader.value());
  else
    return false;
  return true;
}

} // namespace

CommandLine parse_command_line(const std::vector<std::string>& words) {
  CommandLine line;
  WordReader reader{words};
  while (reader.next())
    if (!read_switch(reader, line) && !read_setting(reader, line.server))
      throw wrong("unknown argument " + reader.name());
  return line;
}

std::string help_text() {
  return R"(A local imitation of the Chutes service: identity provider, account and model API.

Usage: chutes-sandbox [OPTIONS]

Options:
  --port N                 Listen on this port (default: any free port)
  --tls                    Serve https with a certificate created at start
  --user NAME              Create an account (repeatable; the first owns the demo app; default: ada)
  --approve auto|ask|deny  Approve sign-ins at once, show the pages, or deny at once (default: ask)
  --rules new|old          Follow the service's current rules, or those before 23 May 2026 (default: new)
  --token-lifetime SECONDS Set the lifetime of access tokens (default: 3600)
  --state FILE             Store accounts, apps and tokens in this file
  --fault SPEC             Inject a fault (repeatable, see below)
  --print-env              Print the variables that point a client here (always done)
  --version                Print the name and version
  -h, --help               Print this help

When it is ready to accept connections, it prints one line "export NAME='value'" for each variable
that points chutes-login at it, then the line "# ready". It runs until SIGTERM or SIGINT.

For tests: GET /_sandbox/log (the requests served), POST /_sandbox/clock {"advance": SECONDS},
POST /_sandbox/fault (one SPEC per line; an empty body removes all faults).

)" + fault_help();
}

} // namespace chutes::sandbox
