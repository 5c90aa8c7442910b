#include "linux/terminal/desktop_browser.hpp"

#include "base/ascii.hpp"
#include "base/shell_word.hpp"
#include "linux/process/file_descriptor.hpp"
#include "linux/process/process_hygiene.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace chutes::on_linux {
namespace {

// An opener that cannot open says so by ending badly, soon; one that goes on for this long is showing a
// browser. The listener is not served meanwhile, so this must not be longer than a browser takes to ask for
// its first page.
constexpr std::chrono::milliseconds soon{250};

// However slow the machine is: the contract's limit.
constexpr std::chrono::seconds longest{3};

constexpr char shown_verdict = '+';

// One entry of $BROWSER, with the address in place of %s or at the end. No shell sees it.
std::vector<std::string> with_address(std::vector<std::string> words, const std::string& address) {
  bool placed = false;
  for (auto& word : words)
    for (auto at = word.find("%s"); at != std::string::npos; at = word.find("%s", at + address.size())) {
      word.replace(at, 2, address);
      placed = true;
    }
  if (!placed)
    words.push_back(address);
  return words;
}

// What a browser and the programs that find it look at: the desktop and its bus, the user and the language,
// how the network is reached, and the editors and systems around that bring their own openers.
constexpr std::array<std::string_view, 42> browser_variables{
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LANGUAGE", "BROWSER", "TERM",
    // the desktop
    "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "DESKTOP_SESSION",
    "SESSION_MANAGER", "ICEAUTHORITY", "KDE_FULL_SESSION", "KDE_SESSION_VERSION", "KDE_SESSION_UID",
    "GNOME_DESKTOP_SESSION_ID", "GNOME_SETUP_DISPLAY", "GDK_BACKEND", "GDK_SCALE", "GTK_THEME",
    "GTK_IM_MODULE", "QT_QPA_PLATFORM", "QT_IM_MODULE", "XMODIFIERS", "MOZ_ENABLE_WAYLAND", "SWAYSOCK",
    // Windows around Linux, editors around a shell, programs in a sandbox
    "WSL_DISTRO_NAME", "WSL_INTEROP", "WSLENV", "VSCODE_IPC_HOOK_CLI", "CODESPACES", "container", "SNAP",
    "FLATPAK_ID",
    // the network
    "SSL_CERT_FILE", "SSL_CERT_DIR"};

bool is_for_browsers(std::string_view name) {
  if (std::find(browser_variables.begin(), browser_variables.end(), name) != browser_variables.end())
    return true;
  return name.starts_with("XDG_") || name.starts_with("LC_") ||
         lower(name).ends_with("_proxy"); // with the proxy's own credentials, which a browser needs
}

bool is_program(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

// Whether the words of an entry are one path, which a shell would need quotes for.
bool is_program_with_blanks(const std::vector<std::string>& words) {
  return words.size() > 1 && words.front().starts_with('/') && !is_program(words.front()) &&
         is_program(join(words, " "));
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// Leaves the terminal, our descriptors except `report`, our handling of signals and our file mode mask
// behind; `report` becomes descriptor 3 and does not survive exec.
void detach(int report) {
  constexpr int kept = STDERR_FILENO + 1;
  ::setsid();
  const int null = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd <= STDERR_FILENO; ++fd)
    ::dup2(null, fd);
  if (report != kept)
    ::dup3(report, kept, O_CLOEXEC);
  ::syscall(SYS_close_range, kept + 1, ~0U, 0U);
  for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP})
    static_cast<void>(::signal(number, SIG_DFL));
  ::umask(usual_umask());
}

// Starts the opener as a grandchild of ours, so that it never becomes our zombie, and reports
// in one byte whether it shows the browser. From fork to exec only what signal-safety(7) allows.
[[noreturn]] void oversee(char* const* words, char* const* variables, int report) {
  detach(report);
  const pid_t opener = ::_Fork();
  if (opener == 0) {
    ::execve(words[0], words, variables);
    ::_exit(127);
  }
  pollfd ended{static_cast<int>(::syscall(SYS_pidfd_open, opener, 0)), POLLIN, 0};
  bool shown = opener > 0; // still running: it shows the browser, or is it
  if (shown && ::poll(&ended, 1, static_cast<int>(soon.count())) == 1) {
    int status = 0;
    ::waitpid(opener, &status, 0);
    shown = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  const char verdict = shown ? shown_verdict : '-';
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO + 1, &verdict, 1);
  ::_exit(0);
}

// Ends and collects the overseer, which has nothing left to do.
class Overseer {
public:
  explicit Overseer(pid_t process) : m_process(process) {}
  ~Overseer() {
    ::kill(m_process, SIGKILL);
    ::waitpid(m_process, nullptr, 0);
  }
  Overseer(const Overseer&) = delete;
  Overseer& operator=(const Overseer&) = delete;

private:
  pid_t m_process;
};

} // namespace

std::vector<std::string> browser_environment(const Environment& environment) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment.all())
    if (is_for_browsers(name))
      variables.push_back(std::string{name}.append("=").append(value));
  return variables;
}

std::string DesktopBrowser::find_program(const std::string& name) const {
  if (name.find('/') != std::string::npos)
    return is_program(name) ? name : "";
  for (const auto& directory :
       split_words(m_environment.find("PATH").value_or("/usr/local/bin:/usr/bin:/bin"), ':')) {
    std::string path = std::string{directory}.append("/").append(name);
    if (is_program(path))
      return path;
  }
  return {};
}

std::vector<DesktopBrowser::CommandWords> DesktopBrowser::candidates(const std::string& address) const {
  std::vector<CommandWords> found;
  const auto add = [&](CommandWords words) {
    words.front() = find_program(words.front());
    if (!words.front().empty())
      found.push_back(std::move(words));
  };
  if (const auto chosen = m_environment.find("BROWSER"))
    for (const auto& entry : split_command_lines(*chosen, ':'))
      add(with_address(is_program_with_blanks(entry) ? CommandWords{join(entry, " ")} : entry, address));
  const bool windows = m_environment.find("WSL_DISTRO_NAME").has_value();
  if (windows)
    add({"wslview", address});
  if (windows || m_environment.find("DISPLAY") || m_environment.find("WAYLAND_DISPLAY"))
    for (const char* opener : {"xdg-open", "x-www-browser", "sensible-browser"})
      add({opener, address});
  return found;
}

MachineFacts DesktopBrowser::machine() const {
  std::ifstream release{"/proc/sys/kernel/osrelease"};
  std::string name;
  std::getline(release, name);
  const auto exists = [](const char* path) { return ::access(path, F_OK) == 0; };
  return {.windows_kernel = lower(name).find("microsoft") != std::string::npos,
          .container = exists("/.dockerenv") || exists("/run/.containerenv")};
}

bool DesktopBrowser::open(const Url& url) {
  if (!url.is_protected())
    return false;
  for (const auto& words : candidates(url.text()))
    if (start(words))
      return true;
  return false;
}

bool DesktopBrowser::start(const CommandWords& command) const {
  CommandWords words = command;
  auto variables = browser_environment(m_environment);
  const auto word_pointers = pointers(words);
  const auto variable_pointers = pointers(variables);
  std::array<int, 2> report{-1, -1};
  if (::pipe2(report.data(), O_CLOEXEC) != 0)
    return false;
  FileDescriptor read_end{report[0]};
  FileDescriptor write_end{report[1]};
  const pid_t process = ::fork();
  if (process == 0)
    oversee(word_pointers.data(), variable_pointers.data(), report[1]);
  write_end.close();
  if (process < 0)
    return false;
  const Overseer overseer{process};
  char verdict = 0;
  return m_signals.wait(read_end.get(), POLLIN, std::chrono::steady_clock::now() + longest) &&
         ::read(read_end.get(), &verdict, 1) == 1 && verdict == shown_verdict;
}

} // namespace chutes::on_linux
