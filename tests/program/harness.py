"""What the tests of the built programs share: a sandbox, a home of one's own, the client, and a look into the keyring.

The programs come from CHUTES_LOGIN_PROGRAM and CHUTES_SANDBOX_PROGRAM, else from build/tests. Every test has its own home
directory and starts with an empty keyring; run the modules under packaging/private-keyring.sh, which ctest does.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOGIN = os.path.realpath(os.environ.get("CHUTES_LOGIN_PROGRAM") or ROOT / "build/tests/src/chutes-login")  # as /proc shows it
SANDBOX = os.environ.get("CHUTES_SANDBOX_PROGRAM") or str(ROOT / "build/tests/src/sandbox/chutes-sandbox")
BROWSER = pathlib.Path(__file__).resolve().with_name("browser.sh")
SCHEMA = "ai.chutes.Login"
SLOWNESS = 10 if {"ASAN_OPTIONS", "TSAN_OPTIONS", "VALGRIND"} & os.environ.keys() else 1  # how much longer a program may take that a sanitizer watches
PATIENCE = 60 if SLOWNESS == 1 else 90  # seconds until a program that hangs is a failure


def free_port():
    """A port nobody listens on, outside the range from which the kernel hands out ports by itself."""
    while True:
        port = random.randrange(10000, 28400)
        with socket.socket() as probe:
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


def listening(port):
    """Whether anything listens on the port of this machine's loopback addresses, asked without connecting."""
    wanted = f":{port:04X}"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in pathlib.Path(table).read_text().splitlines()[1:]:
            local, _, state = line.split()[1:4]
            if local.endswith(wanted) and state == "0A":
                return True
    return False


def eventually(condition, what, patience=PATIENCE):
    """Waits until the condition gives something true, and returns that."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited {patience} s in vain until {what}")


def bare_environment():
    """The environment of the programs under test: nothing of this machine's proxies, certificates, display or account."""
    kept = ("PATH", "DBUS_SESSION_BUS_ADDRESS", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "TMPDIR")
    return {"LC_ALL": "C.UTF-8", "TZ": "UTC", **{name: os.environ[name] for name in kept if name in os.environ}}


def asan(option):
    """The variable that tells a program built with AddressSanitizer to stay out of this."""
    return {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":" + option}


@dataclasses.dataclass
class Result:
    """How a program ended, as its shell would see it."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self):
        return json.loads(self.stdout)

    @property
    def error(self):
        """The failure as --json reports it: the last line of standard error."""
        return json.loads(self.stderr.strip().splitlines()[-1])["error"]


class Running:
    """A program that has been started. Its output is read all the time, so that it never waits for us.

    `stdin` is the text it gets, or subprocess.PIPE to write to it later.
    """

    def __init__(self, arguments, environment, stdin=None, **options):
        self.process = subprocess.Popen(
            arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE, **options)
        self._texts = {"stdout": bytearray(), "stderr": bytearray()}
        self._readers = [threading.Thread(target=self._read, args=(name,), daemon=True) for name in self._texts]
        for reader in self._readers:
            reader.start()
        if stdin is not None and stdin != subprocess.PIPE:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.write(stdin.encode())
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()

    def _read(self, name):
        stream = getattr(self.process, name)
        while chunk := stream.read1(65536):
            self._texts[name] += chunk

    @property
    def stdout(self):
        return self._texts["stdout"].decode("utf-8", "replace")

    @property
    def stderr(self):
        return self._texts["stderr"].decode("utf-8", "replace")

    def result(self, patience=PATIENCE):
        """Waits for the end; a program still running then is killed, and the test fails with what it had said."""
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.close()
            raise AssertionError(f"{self.process.args} did not end within {patience} s:\n{self.stdout}{self.stderr}") \
                from None
        for reader in self._readers:
            reader.join(5)
        self.process.stdout.close()
        self.process.stderr.close()
        code = self.process.returncode
        return Result(128 - code if code < 0 else code, self.stdout, self.stderr)

    def signal(self, number):
        self.process.send_signal(number)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Sandbox:
    """A chutes-sandbox on a port of its own, and its doors for tests."""

    def __init__(self, *options):
        self._running = Running([SANDBOX, *options], bare_environment())
        eventually(lambda: "# ready" in self._running.stdout or self._running.process.poll() is not None,
                   "the sandbox is ready")
        self.variables = {}
        for line in self._running.stdout.splitlines():
            if line.startswith("export "):
                name, value = line.removeprefix("export ").split("=", 1)
                self.variables[name] = value.strip("'")
        if "CHUTES_API_URL" not in self.variables:
            raise AssertionError(f"the sandbox did not start:\n{self._running.stdout}{self._running.stderr}")
        trust = ssl.create_default_context(cafile=self.variables.get("SSL_CERT_FILE"))
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                                   urllib.request.HTTPSHandler(context=trust))

    @property
    def url(self):
        return self.variables["CHUTES_API_URL"]

    @property
    def pid(self):
        return self._running.process.pid

    @property
    def notes(self):
        """What it says on standard error: its users' fingerprints among others."""
        return self._running.stderr

    def ask(self, path, form=None, body=None, credential=None, method=None):
        """One request; returns the status and the JSON document (or the text). Any status is an answer."""
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        headers = {}
        if body is not None:
            data = json.dumps(body).encode() if not isinstance(body, bytes) else body
            headers["Content-Type"] = "application/json"
        if credential:
            headers["Authorization"] = f"Bearer {credential}"
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        try:
            with self._opener.open(request, timeout=PATIENCE) as response:
                status, text = response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                status, text = error.code, error.read().decode()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    def log(self, path=None):
        """The requests it served, or those to one path."""
        entries = self.ask("/_sandbox/log")[1]
        return [entry for entry in entries if path is None or entry["path"] == path]

    def advance(self, seconds):
        status, answer = self.ask("/_sandbox/clock", body={"advance": seconds})
        assert status == 200, answer

    @contextlib.contextmanager
    def fault(self, *specs):
        """The sandbox has a bad day (PATH[@N]:ACTION[=VALUE]) for as long as the block lasts."""
        for spec in specs:
            status, answer = self.ask("/_sandbox/fault", body=spec.encode())
            assert status == 200, answer
        try:
            yield
        finally:
            self.ask("/_sandbox/fault", body=b"")

    def introspect(self, token):
        return self.ask("/idp/token/introspect", form={"token": token})[1]

    def register(self, redirect_uris, **fields):
        """A client registration of the test's own: the variables that make chutes-login use it."""
        name = f"Test {random.getrandbits(64):x}"
        status, app = self.ask("/idp/apps", credential=self.variables["CHUTES_API_KEY"],
                               body={"name": name, "redirect_uris": redirect_uris, **fields})
        assert status == 200, app
        return {"CHUTES_OAUTH_CLIENT_ID": app["client_id"], "CHUTES_OAUTH_CLIENT_SECRET": app["client_secret"],
                "CHUTES_OAUTH_REDIRECT_URI": " ".join(redirect_uris)}

    def apps(self):
        """The clients that the sandbox's own account has registered."""
        status, page = self.ask("/idp/apps?include_public=false&include_shared=false&limit=1000",
                                credential=self.variables["CHUTES_API_KEY"])
        assert status == 200, page
        return page["items"]

    def close(self):
        if self._running.process.poll() is None:
            self._running.signal(signal.SIGTERM)
            try:
                self._running.process.wait(10)
            except subprocess.TimeoutExpired:
                self._running.close()
        return self._running.result()


class UserAgent:
    """The scripted browser of one test: a program for $BROWSER, its plan, and the diary it keeps."""

    def __init__(self, folder):
        self._folder = folder
        folder.mkdir()
        self.program = folder / "browser"
        self.program.symlink_to(BROWSER)  # a file just written can still be open in another thread's child, and will not run then
        self.plan()

    def plan(self, **behaviour):
        (self._folder / "plan.json").write_text(json.dumps(behaviour))

    def diary(self, event=None):
        file = self._folder / "diary.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        return [entry for entry in map(json.loads, lines) if event is None or entry["event"] == event]

    @property
    def last_page(self):
        return self.diary("page")[-1]

    def visit(self, url):
        """The person opens an address by hand."""
        subprocess.run([self.program, url], env=bare_environment(), check=True, timeout=PATIENCE)


class Keyring:
    """The keyring of this bus, seen through an independent library."""

    def __init__(self):
        import secretstorage
        self._secretstorage = secretstorage

    @contextlib.contextmanager
    def _items(self):
        with contextlib.closing(self._secretstorage.dbus_init()) as bus:
            yield list(self._secretstorage.search_items(bus, {"xdg:schema": SCHEMA}))

    def entries(self):
        """Every item of ours: (attributes, secret text)."""
        with self._items() as items:
            return [(item.get_attributes(), item.get_secret().decode()) for item in items]

    def session(self, profile="default"):
        """The stored session of a profile as JSON, or None."""
        for attributes, secret in self.entries():
            if attributes.get("kind") == "session" and attributes.get("profile") == profile:
                return json.loads(secret)
        return None

    def client(self, profile="default"):
        """The stored client registration of a profile as JSON, or None."""
        for attributes, secret in self.entries():
            if attributes.get("kind") == "client" and attributes.get("profile") == profile:
                return json.loads(secret)
        return None

    def clear(self):
        with self._items() as items:
            for item in items:
                item.delete()


class ProgramTest(unittest.TestCase):
    """A test with a sandbox (one for the class), a home, a scripted browser and an empty keyring (one for the test)."""

    sandbox_options = ("--approve", "auto")
    redirect_uri_count = 2

    @classmethod
    def setUpClass(cls):
        cls.sandbox = Sandbox(*cls.sandbox_options)
        cls.addClassCleanup(cls.sandbox.close)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chutes-program-test."))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.browser = UserAgent(self.folder / "browser")
        self.keyring = Keyring()
        self.keyring.clear()
        self.ports = [free_port() for _ in range(self.redirect_uri_count)]
        self.registration = self.sandbox.register([f"http://127.0.0.1:{port}/callback" for port in self.ports])
        self.environment = self._environment()

    def _environment(self):
        home = self.folder / "home"
        runtime = self.folder / "run"
        home.mkdir()
        runtime.mkdir(mode=0o700)
        service = {name: value for name, value in self.sandbox.variables.items() if name != "CHUTES_API_KEY"}
        return {**bare_environment(), "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime),
                "BROWSER": str(self.browser.program), **service, **self.registration}

    def start(self, *arguments, env=None, stdin=None, program=LOGIN, **options):
        """Starts the client; variables given as None are taken away."""
        environment = {**self.environment, **(env or {})}
        environment = {name: value for name, value in environment.items() if value is not None}
        running = Running([program, *arguments], environment, stdin=stdin, **options)
        self.addCleanup(running.close)
        return running

    def run_program(self, *arguments, patience=PATIENCE, **options):
        return self.start(*arguments, **options).result(patience)

    def sign_in(self, *arguments, **options):
        result = self.run_program("login", *arguments, **options)
        self.assertEqual(result.code, 0, result.stderr)
        return result

    def assert_fails(self, result, code, *phrases):
        """The documented exit code, and on standard error every phrase, whatever the case."""
        self.assertEqual(result.code, code, result.stdout + result.stderr)
        for phrase in phrases:
            self.assertIn(phrase.lower(), result.stderr.lower())

    def assert_nobody_listens(self):
        self.assertEqual([port for port in self.ports if listening(port)], [])
