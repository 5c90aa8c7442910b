"""What the tests of bad days share: the commands that speak to the service, somebody at home who runs them through a
`FaultProxy`, and what is asked of every end, whatever went wrong.

Secrets are in a plaintext file here, so that rows can run side by side, each in a home of its own with a session of its own;
the session is made by asking the sandbox, because a browser for each of a thousand rows would take too long.
"""

import base64
import concurrent.futures
import contextlib
import dataclasses
import hashlib
import http.client
import json
import os
import pathlib
import re
import secrets
import shutil
import tempfile
import threading
import time
import unicodedata
import unittest
import urllib.parse

from canaries import Canaries, Tap
from fault_proxy import FaultProxy
from harness import LOGIN, PATIENCE, SLOWNESS, Sandbox, UserAgent, bare_environment, free_port

CALLBACK = "http://127.0.0.1:9/callback"  # where nobody listens: the code is read off the redirect
SIDE_BY_SIDE = 8
TOKEN_PATIENCE = 30  # seconds of silence that the token endpoint is given at least
NOTICE = re.compile(r"^(Waiting for .*…|Opening .* in your browser\.|\d+ lines? answered, \d+ failed\..*|"
                    r"The service is busy .*…|It failed: .*…|note: using CHUTES_API_KEY: .*|warning: the sign-in page may not open: .*)$")
IDS = re.compile(r"[0-9a-f]{8}-[-0-9a-f]{27}")
LONGEST_LINE = 1100


@dataclasses.dataclass(frozen=True)
class Command:
    """One way to speak to the service, and the request of it that the faults hit."""

    name: str
    words: tuple  # {facts} of the person are filled in
    path: str
    method: str = "GET"
    needs: str = "session"  # or "expired session", "key", "browser", "nothing"
    kind: str = "plain"  # how it takes it that this request fails, or is answered with nonsense
    code: int = 0  # on a good day
    stdin: str | None = None

    def __str__(self):
        return self.name


CHATS = "/_host/llm/v1/chat/completions"
APPS = "/idp/apps"
APP = APPS + "/*"
TOKEN = "/idp/token"
INTROSPECTION = "/idp/token/introspect"
COMMANDS = (
    Command("whoami", ("whoami",), "/idp/userinfo"),
    Command("whoami --account", ("whoami", "--account"), "/users/me"),
    Command("whoami, key", ("whoami",), "/users/me", needs="key"),
    Command("balance", ("balance",), "/users/me"),
    Command("balance, quotas", ("balance",), "/users/me/quotas", kind="optional"),
    Command("balance --usage", ("balance", "--usage"), "/users/me/usage"),
    Command("introspect", ("introspect",), INTROSPECTION, "POST"),
    Command("introspect -", ("introspect", "-"), INTROSPECTION, "POST", stdin="cak_unknown"),
    Command("status --check", ("status", "--check"), INTROSPECTION, "POST"),
    Command("refresh", ("refresh",), TOKEN, "POST", kind="refresh"),
    Command("token, expired", ("token",), TOKEN, "POST", "expired session", "refresh"),
    Command("exec, expired", ("exec", "--", "true"), TOKEN, "POST", "expired session", "refresh"),
    Command("whoami, expired", ("whoami",), TOKEN, "POST", "expired session", "refresh"),
    Command("invoke -m, expired", ("invoke", "-m", "{model}", "hello"), TOKEN, "POST", "expired session", "refresh"),
    Command("login", ("login", "--wait", "20s"), TOKEN, "POST", "browser"),
    Command("login, who", ("login",), "/idp/userinfo", needs="browser", kind="dispensable"),
    Command("setup", ("setup", "--name", "{name}"), APPS, "POST", "key"),
    Command("logout", ("logout",), "/idp/token/revoke", "POST", kind="farewell"),
    Command("profile remove", ("profile", "remove", "default", "--yes"), "/idp/token/revoke", "POST", kind="farewell"),
    Command("scopes", ("scopes",), "/idp/scopes", needs="nothing"),
    Command("models", ("models",), "/_host/llm/v1/models", needs="nothing"),
    Command("chutes", ("chutes",), "/chutes/*", needs="nothing"),
    Command("chutes --mine", ("chutes", "--mine"), "/chutes/*", needs="key"),
    Command("chutes show", ("chutes", "show", "echo"), "/chutes/*", needs="nothing"),
    Command("invoke -m", ("invoke", "-m", "{model}", "hello"), CHATS, "POST", kind="events"),
    Command("invoke -m --json", ("invoke", "--json", "-m", "{model}", "hello"), CHATS, "POST", kind="events"),
    Command("invoke -m --no-stream", ("invoke", "--no-stream", "-m", "{model}", "hello"), CHATS, "POST", kind="chat"),
    Command("invoke CHUTE, lookup", ("invoke", "echo", "/echo", "-d", "{{}}"), "/chutes/*"),
    Command("invoke CHUTE", ("invoke", "echo", "/echo", "-d", '{{"a":1}}'), "/_host/*", "POST", kind="cord"),
    Command("invoke CHUTE -o", ("invoke", "echo", "/bytes", "-F", "size=100000", "-o", "{folder}/bytes"), "/_host/*", "POST",
            kind="cord"),
    Command("invoke --batch", ("invoke", "--batch", "{lines}", "-m", "{model}", "--retry", "0"), CHATS, "POST", kind="batch"),
    Command("grants list", ("grants", "list"), "/idp/authorizations", needs="key"),
    Command("grants revoke", ("grants", "revoke", "{app_id}"), "/idp/authorizations/*", "DELETE", "key"),
    Command("app list", ("app", "list"), APPS, needs="key"),
    Command("app show", ("app", "show", "{app_id}"), APP, needs="key"),
    Command("app create", ("app", "create", "--name", "{name}", "--redirect-uri", CALLBACK), APPS, "POST", "key"),
    Command("app update", ("app", "update", "{app_id}", "--description", "x"), APP, "PATCH", "key"),
    Command("app replace", ("app", "replace", "{app_id}", "--name", "{name}", "--scope", "openid"), APPS,
            "POST", "key"),
    Command("app rotate-secret", ("app", "rotate-secret", "{app_id}"), APP, "POST", "key"),
    Command("app delete", ("app", "delete", "{app_id}", "--yes"), APP, "DELETE", "key"),
    Command("app share", ("app", "share", "{app_id}", "grace"), APP, "POST", "key"),
    Command("app unshare", ("app", "unshare", "{app_id}", "grace"), APP, "DELETE", "key"),
    Command("app shares", ("app", "shares", "{app_id}"), APPS + "/*", needs="key"),
    Command("app apply", ("app", "apply", "-f", "{file}"), APPS, "POST", "key", "findings"),
    Command("app apply, list", ("app", "apply", "-f", "{file}"), APPS, needs="key"),
    Command("app diff", ("app", "diff", "-f", "{file}"), APPS, needs="key", code=11),
    Command("app verify", ("app", "verify", "--env-file", "{env_file}"), "/.well-known/*", needs="nothing",
            kind="findings"),
    Command("app verify, secret", ("app", "verify", "--env-file", "{env_file}"), INTROSPECTION, "POST", "nothing",
            "findings"),
    Command("doctor", ("doctor",), "/.well-known/*", kind="findings"),
    Command("doctor, session", ("doctor",), INTROSPECTION, "POST", kind="dispensable"),  # a check that is skipped
)


def named(*names):
    """Those commands."""
    found = [command for command in COMMANDS if command.name in names]
    assert len(found) == len(names), names
    return found


class World:
    """The sandbox that all rows of a module share."""

    def __init__(self):
        self.sandbox = Sandbox("--approve", "auto", "--user", "ada", "--user", "grace")
        self.port = urllib.parse.urlsplit(self.sandbox.url).port
        self.key = self.sandbox.variables["CHUTES_API_KEY"]
        self.registration = self.sandbox.register([CALLBACK])
        self.model = self.sandbox.ask("/_host/llm/v1/models")[1]["data"][0]["id"]

    def app(self):
        status, app = self.sandbox.ask("/idp/apps", credential=self.key, body={
            "name": f"Row {secrets.token_hex(8)}", "redirect_uris": [CALLBACK]})
        assert status == 200, app
        return app

    def tokens(self, registration):
        """A session's, as a person's consent gives them."""
        verifier = secrets.token_urlsafe(40)
        digest = hashlib.sha256(verifier.encode()).digest()
        client = {"client_id": registration["CHUTES_OAUTH_CLIENT_ID"], "redirect_uri": CALLBACK}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", "/idp/authorize?" + urllib.parse.urlencode({
            **client, "response_type": "code", "scope": "openid profile chutes:invoke", "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("=")}))
        location = connection.getresponse().headers["Location"]
        connection.close()
        status, tokens = self.sandbox.ask(TOKEN, form={
            **client, "grant_type": "authorization_code", "code_verifier": verifier,
            "code": urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)["code"][0],
            "client_secret": registration["CHUTES_OAUTH_CLIENT_SECRET"]})
        assert status == 200, tokens
        return tokens

    def close(self):
        self.sandbox.close()


@dataclasses.dataclass
class End:
    """How a run of the client ended, and what it took."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    peak: int  # KiB of memory; at least what this process had when it started it

    @property
    def hint(self):
        return next((line for line in self.stderr.splitlines() if line.startswith("hint: ")), "")


class Person(contextlib.ExitStack):
    """Somebody who has what a command needs, behind a proxy of their own."""

    def __init__(self, world, command, fault=None, listens=True):
        super().__init__()
        self.world = world
        self.command = command
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chutes-fault."))
        self.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.proxy = FaultProxy(world.port, fault, listens)
        self.callback(self.proxy.close)
        self.store = self.folder / "home/.local/share/chutes-login/default.plaintext.json"
        self.canaries = Canaries()
        self.environment = self._environment()
        self.facts = self._facts()

    def _environment(self):
        for name in ("home", "run"):
            (self.folder / name).mkdir(mode=0o700)
        here = urllib.parse.urlsplit(self.world.sandbox.url).netloc
        service = {name: value.replace(here, f"127.0.0.1:{self.proxy.port}")
                   for name, value in self.world.sandbox.variables.items() if "OAUTH" not in name and "KEY" not in name}
        environment = {**bare_environment(), **service, "HOME": str(self.folder / "home"), "CHUTES_STORE": "plaintext",
                       "XDG_RUNTIME_DIR": str(self.folder / "run"), "BROWSER": "false"}
        needs = self.command.needs
        if needs == "key":
            environment["CHUTES_API_KEY"] = self.world.key
            self.canaries.add("API key", self.world.key)
        if needs in ("browser", "key"):
            environment["BROWSER"] = str(UserAgent(self.folder / "browser").program)
        if needs == "browser":
            environment |= self.world.sandbox.register([f"http://127.0.0.1:{free_port()}/callback" for _ in range(3)])
            self.canaries.add("client secret", environment["CHUTES_OAUTH_CLIENT_SECRET"])
        if "session" in needs:
            self._keep_session(self.world.tokens(self.world.registration), expired=needs == "expired session")
        return environment

    def _keep_session(self, tokens, expired):
        self.canaries.add("access token", tokens["access_token"])
        self.canaries.add("refresh token", tokens["refresh_token"])
        self.canaries.add("client secret", self.world.registration["CHUTES_OAUTH_CLIENT_SECRET"])
        now = int(time.time()) - (7200 if expired else 0)
        client_id = self.world.registration["CHUTES_OAUTH_CLIENT_ID"]
        session = {"version": 1, "issuer": self.proxy.url, "client_id": client_id, "access_token": tokens["access_token"],
                   "scope": tokens["scope"], "issued_at": now, "sub": "x", "username": "ada", "generation": 1,
                   "refresh_token": tokens["refresh_token"], "expires_at": now + tokens["expires_in"]}
        client = {"version": 1, "client_id": client_id, "redirect_uris": [CALLBACK],
                  "client_secret": self.world.registration["CHUTES_OAUTH_CLIENT_SECRET"]}
        items = [{"issuer": self.proxy.url, "kind": kind, "label": kind, "secret": json.dumps(secret)}
                 for kind, secret in (("client", client), ("session", session))]
        self.store.parent.mkdir(parents=True, mode=0o700)
        for folder in self.store.parents[:3]:
            folder.chmod(0o700)
        self.store.touch(mode=0o600)
        self.store.write_text(json.dumps({"format": "chutes-login secrets", "version": 1, "profile": "default",
                                          "items": items}))

    def _facts(self):
        """What the words of the command may name."""
        facts = {"model": self.world.model, "folder": str(self.folder), "name": f"Row {secrets.token_hex(8)}"}
        words = " ".join(self.command.words)
        if "{app_id}" in words:
            facts["app_id"] = self.world.app()["app_id"]
        if self.command.name == "grants revoke":
            app = self.world.app()
            self.world.tokens({"CHUTES_OAUTH_CLIENT_ID": app["client_id"], "CHUTES_OAUTH_CLIENT_SECRET": app["client_secret"]})
            facts["app_id"] = app["app_id"]
        if self.command.name == "app unshare":
            status, answer = self.world.sandbox.ask(f"/idp/apps/{facts['app_id']}/share", credential=self.world.key, body={
                "app_id_or_name": facts["app_id"], "user_id_or_name": "grace"})
            assert status == 200, answer
        if "{file}" in words:
            facts["file"] = self._write("apps.json", json.dumps({"name": facts["name"], "redirect_uris": [CALLBACK]}))
        if "{lines}" in words:
            body = {"messages": [{"role": "user", "content": "hello"}]}
            facts["lines"] = self._write("lines.jsonl", json.dumps({"custom_id": "a", "method": "POST",
                                                                    "url": "/v1/chat/completions", "body": body}) + "\n")
        if "{env_file}" in words:
            registration = self.world.registration
            self.canaries.add("client secret", registration["CHUTES_OAUTH_CLIENT_SECRET"])
            facts["env_file"] = self._write(".env", "".join(f"{name}={value}\n" for name, value in registration.items()) +
                                            'CHUTES_OAUTH_SCOPES="openid profile chutes:invoke"\n')
        return facts

    def _write(self, name, text):
        file = self.folder / name
        file.touch(mode=0o600)
        file.write_text(text)
        return str(file)

    def session(self):
        """The stored session, or None."""
        if not self.store.exists():
            return None
        return next((item["secret"] for item in json.loads(self.store.read_text())["items"] if item["kind"] == "session"), None)

    def run(self, *options, words=None, stdout=None, env=None):
        """Runs the command (or other words), and returns how it ended."""
        words = [word.format(**self.facts) for word in self.command.words] if words is None else list(words)
        arguments = [LOGIN, words[0], *options, *words[1:]]
        output, errors = stdout or self.folder / "stdout", self.folder / "stderr"
        given = "/dev/null"
        if self.command.stdin is not None:
            given = self._write("stdin", self.command.stdin)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        began = time.monotonic()
        pid = os.posix_spawn(LOGIN, arguments, {**self.environment, **(env or {})}, file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, given, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, str(output), flags, 0o600),
            (os.POSIX_SPAWN_OPEN, 2, str(errors), flags, 0o600)])
        watchdog = threading.Timer((PATIENCE + TOKEN_PATIENCE) * SLOWNESS, os.kill, (pid, 9))
        watchdog.start()
        _, status, usage = os.wait4(pid, 0)
        watchdog.cancel()
        code = os.waitstatus_to_exitcode(status)
        return End(128 - code if code < 0 else code,
                   "" if stdout else output.read_bytes().decode("utf-8", "replace"),
                   errors.read_bytes().decode("utf-8", "replace"), time.monotonic() - began, usage.ru_maxrss)

    def asked(self):
        """The requests that came, without what differs from row to row."""
        return [(request.method, IDS.sub("ID", request.path.split("?", 1)[0])) for request in self.proxy.requests]

    def learn_secrets(self):
        """Those that went over the wire meanwhile."""
        for request in self.proxy.requests:
            text = (request.head + request.body + request.answer).decode("latin-1")
            for name, pattern in Tap.FOUND.items():
                for match in pattern.finditer(text):
                    self.canaries.add(name, match.group(match.lastindex or 0))


def ill_worded(stderr):
    """What is wrong with the last words of a command that failed: one sentence, at most one hint, nothing that a terminal
    would obey. None if nothing is."""
    if any(unicodedata.category(character) in ("Cc", "Cf") for character in stderr.replace("\n", "")):
        return "a control character"
    lines = stderr.splitlines()
    if lines and lines[-1].startswith('{"error"'):
        error = json.loads(lines.pop())["error"]
        lines += [f"chutes-login: {error['message']}"] + ([f"hint: {error['hint']}"] if "hint" in error else [])
    if lines and lines[-1].startswith("hint: "):
        lines.pop()
    if not lines or not lines[-1].startswith("chutes-login: ") or len(lines[-1]) < 25:
        return "no sentence"
    if strange := [line for line in lines[:-1] if not NOTICE.match(line)]:
        return f"a line of its own: {strange[0]!r}"
    if lines[-1].endswith(".") or max(map(len, lines)) > LONGEST_LINE or "<html" in stderr.lower():
        return "a sentence that is none of ours"
    return None


def leaks(person, end, may_print=()):
    """The secrets that were said."""
    person.learn_secrets()
    return person.canaries.in_text(end.stdout, may_print) | person.canaries.in_text(end.stderr)


class RowTest(unittest.TestCase):
    """A module's tests run many rows, side by side, and name those that fail."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.close)

    def run_rows(self, rows, look):
        """`look` runs a row and returns what is wrong with it (a list of texts). At least one row is a must."""
        rows = list(rows)
        self.assertTrue(rows)
        with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            for row, wrongs in zip(rows, pool.map(look, rows), strict=True):
                with self.subTest(str(row)):
                    self.assertEqual("\n".join(wrongs), "")
