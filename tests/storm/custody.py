"""Shared by the storms: a sandbox, a session in one of the stores, and a clock that can be moved.

The client's clock is moved by libfaketime (Debian's package faketime), so that a session expires without anybody waiting
and without a switch in the program. Run under packaging/private-keyring.sh.
"""

import contextlib
import glob
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "program"))

from harness import LOGIN, Keyring, Sandbox, UserAgent, bare_environment, free_port  # noqa: E402

STORES = ("keychain", "file", "plaintext")
FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), None)


class Custody(contextlib.ExitStack):
    """A signed-in user, with the session in `store`."""

    def __init__(self, store):
        super().__init__()
        self.store = store
        self.hours = 0  # how far the client's clock is ahead
        self.sandbox = Sandbox("--approve", "auto")
        self.callback(self.sandbox.close)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chutes-storm."))
        self.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.environment = self._environment()
        if store == "keychain":
            Keyring().clear()
        self.sign_in()

    def _environment(self):
        home, runtime = self.folder / "home", self.folder / "run"
        home.mkdir()
        runtime.mkdir(mode=0o700)
        passphrase = self.folder / "passphrase"
        passphrase.touch(mode=0o600)
        passphrase.write_text("correct horse battery staple\n")
        browser = UserAgent(self.folder / "browser")
        service = {name: value for name, value in self.sandbox.variables.items() if name != "CHUTES_API_KEY"}
        registration = self.sandbox.register([f"http://127.0.0.1:{free_port()}/callback" for _ in range(3)])
        return {**bare_environment(), **service, **registration, "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime),
                "XDG_DATA_HOME": str(home / ".local/share"), "BROWSER": str(browser.program), "CHUTES_STORE": self.store,
                "CHUTES_STORE_PASSPHRASE_FILE": str(passphrase)}

    def place(self, name):
        """Returns a directory of this name, of the user's own."""
        directory = self.folder / name
        directory.mkdir(mode=0o700, exist_ok=True)
        return str(directory)

    def callers(self):
        """Returns what differs between callers that share the store, and so must exclude each other.

        A shell of the desktop; another one with a runtime directory of its own; a cron job, which has none; and a
        container, which shares the store's directory and the bus, and nothing else.
        """
        return ({},
                {"XDG_RUNTIME_DIR": self.place("run-2"), "XDG_STATE_HOME": self.place("state-2")},
                {"XDG_RUNTIME_DIR": None},
                {"XDG_RUNTIME_DIR": self.place("run-4"), "XDG_STATE_HOME": None, "HOME": self.place("home-4")})

    def clocked(self):
        """Returns the environment in which the client sees the moved clock."""
        return {**self.environment, "LD_PRELOAD": FAKETIME, "FAKETIME": f"+{self.hours}h", "DONT_FAKE_MONOTONIC": "1"}

    def expire(self):
        """Advances the client's clock by two hours; a token lasts one."""
        self.hours += 2

    def run(self, *arguments, prefix=()):
        return subprocess.run([*prefix, LOGIN, *arguments], env=self.clocked(), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120)

    def start(self, *arguments, caller=None):
        environment = {**self.clocked(), **(caller or {})}
        return subprocess.Popen([LOGIN, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True,
                                env={name: value for name, value in environment.items() if value is not None})

    def sign_in(self):
        done = self.run("login", "--quiet")
        assert done.returncode == 0, done.stderr

    def refreshes(self):
        """Returns the statuses of all refresh requests that the server has served."""
        return [entry["status"] for entry in self.sandbox.log("/idp/token") if entry["grant_type"] == "refresh_token"]
