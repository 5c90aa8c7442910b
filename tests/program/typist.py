"""Somebody at a real terminal: what the tests of terminals and of far sign-ins share."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
import urllib.error
import urllib.parse
import urllib.request

from harness import LOGIN, PATIENCE

TIOCGPTN = 0x80045430  # ioctl_tty(2): the number of the terminal under /dev/pts


class Typist:
    """Somebody at a terminal of their own, in which the client runs in the foreground."""

    def __init__(self, arguments, environment, program=LOGIN):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execve(program, [program, *arguments], environment)
        self.seen = ""
        self.code = None

    def read_until(self, pattern, since=0):
        """Waits until the pattern is to be seen behind the first `since` characters."""
        end = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.seen[since:])):
            if time.monotonic() > end or not self._read():
                raise AssertionError(f"waited in vain for {pattern!r} in:\n{self.seen}")
        return found

    def _read(self):
        if select.select([self.terminal], [], [], 1)[0]:
            try:
                piece = os.read(self.terminal, 65536)
            except OSError:
                return False
            self.seen += piece.decode("utf-8", "replace")
            return bool(piece)
        return True

    def type(self, text):
        os.write(self.terminal, text.encode())

    def echoes(self):
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ECHO)

    def reads_lines(self):
        """False while the line editor of a shell reads each key."""
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ICANON)

    def hold(self):
        """One more descriptor of the terminal, which would go with its last process: its state can be looked at afterwards."""
        number = struct.unpack("i", fcntl.ioctl(self.terminal, TIOCGPTN, bytes(4)))[0]
        return os.open(f"/dev/pts/{number}", os.O_RDWR | os.O_NOCTTY)

    def result(self):
        """Everything up to the end; gives the exit code."""
        while self._read():
            pass
        return self.await_end()

    def await_end(self):
        """The exit code, negative for a signal; what it says meanwhile stays unread."""
        if self.code is None:
            _, status = os.waitpid(self.process, 0)
            self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def close(self):
        if self.code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)
            self.result()
        os.close(self.terminal)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def ends_on(address):
    """Where a browser on another machine ends: the redirect it cannot follow."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
    while True:
        try:
            opener.open(address, timeout=PATIENCE)
            raise AssertionError("the sandbox showed a page instead of redirecting")
        except urllib.error.HTTPError as answer:
            address = urllib.parse.urljoin(address, answer.headers["Location"])
        if "code=" in address or "error=" in address:
            return address
