"""Session buses of a test's own, with the Secret Services that a person may have on them: gnome-keyring, KeePassXC, or none.

Everything is started as a child of the test and ended by its process id; data lies in a folder that the test gives.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

import secretstorage
from jeepney import DBusAddress, MessageType, message_bus, new_method_call
from jeepney.io.blocking import open_dbus_connection

from harness import PATIENCE, bare_environment, eventually

# A bus that starts nothing by itself but what a test puts among its services: what is on it is the test's.
BUS = """<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
SECRETS = "org.freedesktop.secrets"
KDE_SECRETS = "org.kde.secretservicecompat"
PROMPTER = "org.gnome.keyring.SystemPrompter"
PROMPTER_PROGRAMS = ("/usr/libexec/gcr-prompter", "/usr/lib/gcr/gcr-prompter")
KEEPASS = """[Security]
NoConfirmMoveEntryToRecycleBin={quiet}
[FdoSecrets]
Enabled=true
ConfirmAccessItem={asks}
ConfirmDeleteItem={asks}
ShowNotification=false
UnlockBeforeSearch={unlocks}
"""
KEEPASS_DATABASE = """<KeePassFile>
  <Meta><CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{{{uuid}}}</Value></Item></CustomData></Meta>
  <Root><Group><UUID>{base64}</UUID><Name>Root</Name></Group></Root>
</KeePassFile>
"""


class Desk:
    """One person's session bus, home and runtime directory, and whatever serves secrets there."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self._children = []
        home, runtime = self.folder / "home", self.folder / "run"
        home.mkdir(parents=True, exist_ok=True)
        runtime.mkdir(mode=0o700, exist_ok=True)
        config = self.folder / "bus.conf"
        self.services = self.folder / "services"
        self.services.mkdir(exist_ok=True)
        config.write_text(BUS.format(folder=runtime, services=self.services))
        self.address = f"unix:path={runtime}/bus"
        self.environment = {**bare_environment(), "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime),
                            "XDG_DATA_HOME": str(home / ".local/share"), "DBUS_SESSION_BUS_ADDRESS": self.address}
        self._start(["dbus-daemon", f"--config-file={config}", "--nofork", "--nosyslog"])
        eventually((runtime / "bus").exists, "the bus listens")

    def _start(self, arguments, stdin=None, **variables):
        child = subprocess.Popen(arguments, env={**self.environment, **variables}, stderr=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE)
        self._children.append(child)
        if stdin is not None:
            child.stdin.write(stdin.encode())
            child.stdin.close()
        return child

    @contextlib.contextmanager
    def connection(self):
        bus = open_dbus_connection(self.address)
        try:
            yield bus
        finally:
            bus.close()

    def served(self, name=SECRETS):
        """Whether anybody on the bus has that name, by default the Secret Service's."""
        with contextlib.suppress(OSError), self.connection() as bus:  # the bus itself may still be starting
            return bus.send_and_get_reply(message_bus.NameHasOwner(name)).body[0]
        return False

    def start_gnome_keyring(self, password):
        """The login keyring, made with this password if there is none; locked if it is another one's."""
        daemon = self._start(["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"], stdin=password)
        eventually(self.served, "the keyring is on the bus")
        return daemon

    def unlock(self, password):
        """What the person does, and what the program's hint names; ends with the bus."""
        subprocess.run(["gnome-keyring-daemon", "--replace", "--unlock"], env=self.environment, input=password.encode(), check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE)

    def make_default(self, collection):
        """What a keyring viewer's "Set as Default" does."""
        service = DBusAddress("/org/freedesktop/secrets", bus_name=SECRETS, interface="org.freedesktop.Secret.Service")
        path = "/org/freedesktop/secrets/collection/" + collection
        with self.connection() as bus:
            reply = bus.send_and_get_reply(new_method_call(service, "SetAlias", "so", ("default", path)))
            assert reply.header.message_type == MessageType.method_return, reply.body

    def start_prompter(self, display):
        """What shows gnome-keyring's dialogs, on this display."""
        program = next(path for path in PROMPTER_PROGRAMS if os.path.exists(path))
        self._start([program], DISPLAY=display.name, GDK_BACKEND="x11", NO_AT_BRIDGE="1")
        eventually(lambda: self.served(PROMPTER), "the prompter is on the bus")

    def offer_as_kde_does(self, other, activated):
        """Another desk's Secret Service under the name that KDE gives its own: now, or once somebody asks for it."""
        command = [sys.executable, str(pathlib.Path(__file__).with_name("forwarder.py")), other.address, KDE_SECRETS]
        if activated:
            (self.services / f"{KDE_SECRETS}.service").write_text(
                f"[D-BUS Service]\nName={KDE_SECRETS}\nExec={' '.join(command)}\n")
            with self.connection() as bus:
                bus.send_and_get_reply(message_bus.ReloadConfig())
        else:
            self._start(command)
            eventually(lambda: self.served(KDE_SECRETS), "the forwarder is on the bus")

    def start_keepassxc(self, password, display=None, asks=False, unlocked=True, unlocks=False):
        """KeePassXC with a database whose root group it exposes, on a display or without one.

        `asks`: before a program reads or deletes an item; `unlocks`: by a dialog of its own as soon as a locked database is searched.
        """
        database, settings = self.folder / "secrets.kdbx", self.folder / "keepassxc.ini"
        if not database.exists():
            plan = self.folder / "database.xml"
            plan.write_text(KEEPASS_DATABASE.format(uuid="00112233-4455-6677-8899-aabbccddeeff",
                                                    base64="ABEiM0RVZneImaq7zN3u/w=="))
            subprocess.run(["keepassxc-cli", "import", "--set-password", str(plan), str(database)], env=self.environment,
                           input=f"{password}\n{password}\n".encode(), check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=PATIENCE)
        words = {"asks": asks, "quiet": not asks, "unlocks": unlocks}
        settings.write_text(KEEPASS.format(**{word: str(value).lower() for word, value in words.items()}))
        surface = {"DISPLAY": display.name} if display else {"QT_QPA_PLATFORM": "offscreen"}
        surface["TMPDIR"] = str(self.folder)  # where it looks for another instance, to hand the database to it and end
        command = ["keepassxc", "--config", str(settings), "--localconfig", str(self.folder / "local.ini")]
        self.keepassxc = self._start([*command, *(["--pw-stdin"] if unlocked else []), str(database)],
                                     stdin=password + "\n", **surface)
        eventually(self.served, "KeePassXC is on the bus")
        if unlocked:
            eventually(self.unlocked, "KeePassXC has opened its database")
        return self.keepassxc

    def unlocked(self):
        """Whether there is an open default keyring."""
        with contextlib.suppress(OSError, secretstorage.exceptions.SecretStorageException), self.connection() as bus:
            return not secretstorage.Collection(bus).is_locked()
        return False

    def end(self, child, number=signal.SIGKILL):
        if child.poll() is None:
            child.send_signal(number)
            child.send_signal(signal.SIGCONT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(PATIENCE / 4)
            child.kill()  # KeePassXC may be deaf to the first, and has saved all the same
            child.wait(PATIENCE)

    def close(self):
        for child in reversed(self._children):
            self.end(child)
        shutil.rmtree(self.folder, ignore_errors=True)


class Display:
    """A screen that nobody sees (Xvfb), and what a person does in front of it (xdotool)."""

    def __init__(self):
        reading, writing = os.pipe()
        self._server = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp"], pass_fds=[writing],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as number:
            self.name = ":" + number.readline().strip()

    def _tool(self, *words):
        return subprocess.run(["xdotool", *words], env={**bare_environment(), "DISPLAY": self.name}, capture_output=True,
                              text=True, check=False, timeout=PATIENCE).stdout.strip()

    def windows(self):
        """The visible windows that have a title, by their ids."""
        return {window: self._tool("getwindowname", window)
                for window in self._tool("search", "--onlyvisible", "--name", ".").split()}

    def press(self, window, keys, text=""):
        typing = ["key", "ctrl+a", "type", "--delay", "5", text] if text else []  # in place of what may be there
        self._tool("windowfocus", window, *typing)
        self._tool("key", *keys.split())

    def close(self):
        self._server.terminate()
        self._server.wait(PATIENCE)


class Person(threading.Thread):
    """Answers each dialog whose title has one of some words in it: with keys, after a text if there is one.

    Leaves all other windows alone; `answered` lists the words of the dialogs in the order they came.
    """

    def __init__(self, display, answers):
        super().__init__(daemon=True)
        self._display = display
        self._answers = answers
        self._over = threading.Event()
        self._seen = {}
        self._due = {}  # when each window is answered, the next time
        self.start()

    @property
    def answered(self):
        return list(self._seen.values())

    def run(self):
        while not self._over.wait(0.05):
            for window, title in self._display.windows().items():
                for word, answer in self._answers.items():
                    if word in title:
                        self._answer(window, word, answer)

    def _answer(self, window, word, answer):
        """At the second look, when the window is ready for it; again if it is still there three seconds later."""
        now = time.monotonic()
        if now >= self._due.setdefault(window, now + 0.1):
            self._seen.setdefault(window, word)
            self._display.press(window, *answer)
            self._due[window] = time.monotonic() + 3

    def close(self):
        self._over.set()
        self.join(PATIENCE)
