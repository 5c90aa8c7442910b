#include "sandbox/command_line.hpp"

#include "base/error.hpp"
#include "sandbox/faults/fault.hpp"

#include <algorithm>
#include <charconv>

namespace chutes::sandbox {
namespace {

Error wrong(const std::string& message) {
  return Error{ErrorKind::usage, message, "'chutes-sandbox --help' lists what it takes"};
}

long whole_number(const std::string& text, const std::string& option, long lowest, long highest) {
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < lowest || number > highest)
    throw wrong(option + " wants a number from " + std::to_string(lowest) + " to " + std::to_string(highest));
  return number;
}

Approval approval(const std::string& text) {
  if (text == "auto")
    return Approval::automatic;
  if (text == "ask")
    return Approval::ask;
  if (text == "deny")
    return Approval::deny;
  throw wrong("--approve wants auto, ask or deny");
}

bool is_old(const std::string& text) {
  if (text != "old" && text != "new")
    throw wrong("--rules wants new or old");
  return text == "old";
}

// Walks over words of the forms "--option VALUE" and "--option=VALUE".
class Words {
public:
  explicit Words(const std::vector<std::string>& words) : m_words(words) {}

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
  // Called for an option that is complete without a value.
  void no_value() const {
    if (m_has_value)
      throw wrong(m_name + " takes no value");
  }
  std::string value() {
    if (m_has_value)
      return m_value;
    if (m_at == m_words.size())
      throw wrong(m_name + " wants a value");
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
    throw wrong("--user wants a name");
  if (std::find(names.begin(), names.end(), name) != names.end())
    throw wrong("there cannot be two users called " + name);
  names.push_back(name);
}

// Options that are complete without a value. False: it is none of them.
bool read_switch(Words& walk, CommandLine& line) {
  const auto& name = walk.name();
  if (name == "-h" || name == "--help")
    line.help = true;
  else if (name == "--version")
    line.version = true;
  else if (name == "--tls")
    line.server.tls = true;
  else if (name != "--print-env") // what it prints at its start anyway
    return false;
  walk.no_value();
  return true;
}

// Options with a value. False: it is none of them.
bool read_setting(Words& walk, ServerOptions& server) {
  constexpr long highest_port = 65535;
  constexpr long longest_lifetime = 86400;
  const auto& name = walk.name();
  if (name == "--port")
    server.port = static_cast<std::uint16_t>(whole_number(walk.value(), name, 0, highest_port));
  else if (name == "--user")
    add_user(server.usernames, walk.value());
  else if (name == "--approve")
    server.rules.approval = approval(walk.value());
  else if (name == "--rules")
    server.rules.old_generation = is_old(walk.value());
  else if (name == "--token-lifetime")
    server.rules.token_lifetime = std::chrono::seconds{whole_number(walk.value(), name, 1, longest_lifetime)};
  else if (name == "--state")
    server.state_file = walk.value();
  else if (name == "--fault")
    server.faults.push_back(walk.value());
  else
    return false;
  return true;
}

} // namespace

CommandLine parse_command_line(const std::vector<std::string>& words) {
  CommandLine line;
  Words walk{words};
  while (walk.next())
    if (!read_switch(walk, line) && !read_setting(walk, line.server))
      throw wrong("unexpected argument " + walk.name());
  return line;
}

std::string help_text() {
  return R"(A stand-in for the Chutes service on loopback: identity provider, account and model API.

Usage: chutes-sandbox [OPTIONS]

Options:
  --port N                 Listen on this port (default: any free one)
  --tls                    Serve https with a certificate made at start
  --user NAME              An account (repeatable; the first owns the demo application; default: ada)
  --approve auto|ask|deny  Answer sign-ins at once, show the pages, or decline at once (default: ask)
  --rules new|old          The service's rules of today, or from before 23 May 2026 (default: new)
  --token-lifetime SECONDS How long access tokens live (default: 3600)
  --state FILE             Keep accounts, applications and tokens in this file
  --fault SPEC             Answer badly on purpose (repeatable, see below)
  --print-env              Print the variables that point a client here (always done)
  --version                Print name and version
  -h, --help               Print this

Once it accepts connections it prints one line "export NAME='value'" for each variable that points
chutes-login at it, then the line "# ready". It ends on SIGTERM or SIGINT.

For tests: GET /_sandbox/log (the requests served), POST /_sandbox/clock {"advance": SECONDS},
POST /_sandbox/fault (a SPEC a line; an empty body clears them).

)" + fault_help();
}

} // namespace chutes::sandbox
