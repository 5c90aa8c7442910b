"""A real terminal emulator (tmux) with a program in it: keys in, screens out."""

import os
import subprocess
import tempfile

from harness import eventually


class Emulator:
    """A program on a terminal of its own size; gone when closed."""

    def __init__(self, command, environment, columns=100, lines=30, folder=None):
        self._folder = tempfile.TemporaryDirectory(prefix="chutes-emulator.")
        self._socket = os.path.join(self._folder.name, "tmux")
        self._environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
                             "HOME": self._folder.name, "TMUX_TMPDIR": self._folder.name}
        words = ["env", "-i", "TERM=screen-256color", *[f"{name}={value}" for name, value in environment.items()], *command]
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(lines),
                   "-c", str(folder or self._folder.name), *words)

    def _tmux(self, *words):
        done = subprocess.run(["tmux", "-u", "-S", self._socket, *words], env=self._environment, capture_output=True,
                              text=True, timeout=30)
        if done.returncode:
            raise AssertionError(f"tmux {words[0]}: {done.stderr}")
        return done.stdout

    def type(self, text):
        self._tmux("send-keys", "-l", "--", text)

    def press(self, *keys):
        self._tmux("send-keys", *keys)

    def screen(self, escapes=False):
        """What is to be seen, without the blanks at the ends of lines and of the screen."""
        text = self._tmux("capture-pane", "-p", *(["-e"] if escapes else []))
        return "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n")

    def await_text(self, text):
        """Waits until the text is to be seen; returns the screen."""
        return eventually(lambda: (lambda screen: screen if text in screen else None)(self.screen()),
                          f"{text!r} is on the screen:\n{self.screen()}")

    def close(self):
        self._tmux("kill-server")
        self._folder.cleanup()
