"""Session buses of a test's own, with the Secret Services that a person may have on them: gnome-keyring, KeePassXC, or none.

Everything is started as a child of the test and ended by its process id; data lies in a folder that the test gives.
"""

import contextlib
import pathlib
import shutil
import signal
import subprocess

from jeepney import DBusAddress, MessageType, message_bus, new_method_call
from jeepney.io.blocking import open_dbus_connection

from harness import PATIENCE, bare_environment, eventually

# A bus that starts nothing by itself: what is on it has been put there by the test.
BUS = """<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
SECRETS = "org.freedesktop.secrets"
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
KEEPASS = """[FdoSecrets]
Enabled=true
ConfirmAccessItem=false
ConfirmDeleteItem=false
ShowNotification=false
UnlockBeforeSearch=false
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
        config.write_text(BUS.format(folder=runtime))
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

    def served(self):
        """Whether anybody on the bus calls itself the Secret Service."""
        with contextlib.suppress(OSError), self.connection() as bus:  # the bus itself may still be starting
            return bus.send_and_get_reply(message_bus.NameHasOwner(SECRETS)).body[0]
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

    def start_keepassxc(self, password):
        """KeePassXC without a display, serving a database whose root group it exposes."""
        database, settings = self.folder / "secrets.kdbx", self.folder / "keepassxc.ini"
        if not database.exists():
            plan = self.folder / "database.xml"
            plan.write_text(KEEPASS_DATABASE.format(uuid="00112233-4455-6677-8899-aabbccddeeff",
                                                    base64="ABEiM0RVZneImaq7zN3u/w=="))
            subprocess.run(["keepassxc-cli", "import", "--set-password", str(plan), str(database)], env=self.environment,
                           input=f"{password}\n{password}\n".encode(), check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=PATIENCE)
        settings.write_text(KEEPASS)
        daemon = self._start(["keepassxc", "--config", str(settings), "--localconfig", str(self.folder / "local.ini"),
                              "--pw-stdin", str(database)], stdin=password + "\n", QT_QPA_PLATFORM="offscreen")
        eventually(self.served, "KeePassXC is on the bus")
        return daemon

    def end(self, child, number=signal.SIGKILL):
        if child.poll() is None:
            child.send_signal(number)
            child.send_signal(signal.SIGCONT)
            child.wait(PATIENCE)

    def close(self):
        for child in reversed(self._children):
            self.end(child)
        shutil.rmtree(self.folder, ignore_errors=True)
