"""Which identity a command uses: every state of the store and the environment, every command, one table of what must come out.

The service is a server of the test's own that notes the credential of each request, because the credential itself is what is
compared. Stores are written by hand, so that a row costs no more than a start of the program.
"""

import dataclasses
import http.server
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import tempfile
import threading
import time
import unittest

from emulator import Emulator
from harness import LOGIN, SLOWNESS, ProgramTest, Running, bare_environment
from keyrings import Desk

SESSION, GIVEN, KEY, KEPT, RENEWED = "cak_session", "cak_given", "cpk_key", "cpk_kept", "cak_renewed"
NOTICE = "note: using CHUTES_API_KEY: "
APP = {"app_id": "a-1", "client_id": "cid_app", "client_secret": "csc_app", "name": "App", "redirect_uris": ["http://127.0.0.1/x"],
       "created_at": "2026-01-01T00:00:00+00:00", "public": False}
CHAT = {"choices": [{"message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}], "model": "m"}


class Service(http.server.ThreadingHTTPServer):
    """Answers as the service does, or refuses every credential with `refusal`, and notes the credentials it gets."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.seen, self.refusal = [], None
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        credential = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if credential:
            self.server.seen.append(credential)
        status, document = self.document(self.path.split("?")[0], credential)
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815, the names that http.server calls

    def document(self, path, credential):
        if path == "/idp/token":
            return 200, {"access_token": RENEWED, "token_type": "Bearer", "expires_in": 3600, "refresh_token": "crt_renewed"}
        if path == "/idp/token/introspect":
            return 200, {"active": True}
        if credential and self.server.refusal:
            return self.server.refusal, {"detail": "Token does not have permission for this resource"}
        if path == "/idp/userinfo":
            return 200, {"sub": "u-1", "username": "user-of-" + credential}
        if path == "/users/me":
            return 200, {"user_id": "u-1", "username": "user-of-" + credential, "balance": 1}
        if path.endswith("/chat/completions"):
            return 200, CHAT
        if path == "/idp/apps" and self.command == "POST":
            return 200, APP
        return 200, {"items": [], "data": [], "total": 0}


@dataclasses.dataclass
class State:
    """What the store answers: "session", "nothing", "absent" (no keychain) or "unreadable", and what is then said of it."""

    name: str
    answer: str
    fact: str = ""
    variables: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Row:
    """A command, and which kind of credential it uses: see `expected`."""

    kind: str
    words: tuple
    without_key: int = 2  # the exit code of a command that requires a key where there is none


ROWS = (
    Row("call", ("whoami",)),
    Row("call", ("whoami", "--account")),
    Row("call", ("balance",)),
    Row("call", ("balance", "--usage")),
    Row("call", ("invoke", "-m", "m", "--no-stream", "hello")),
    Row("call", ("invoke", "--batch", "-")),
    Row("hand out", ("token",)),
    Row("hand out", ("token", "--json")),
    Row("hand out", ("token", "--header")),
    Row("hand out", ("exec", "--", "sh", "-c", 'printf %s "$OPENAI_API_KEY"')),
    Row("hand out", ("exec", "--env", "TOKEN", "--", "sh", "-c", 'printf %s "$TOKEN"')),
    Row("session", ("introspect",)),
    Row("session", ("refresh",)),
    Row("report", ("status",)),
    Row("report", ("status", "--all")),
    Row("admin", ("app", "list")),
    Row("admin", ("grants", "list")),
    Row("admin", ("chutes", "--mine"), 8),
    Row("none", ("models",)),
    Row("none", ("chutes",)),
)
VARIABLES = ({}, {"CHUTES_API_KEY": KEY}, {"CHUTES_ACCESS_TOKEN": GIVEN}, {"CHUTES_ACCESS_TOKEN": GIVEN, "CHUTES_API_KEY": KEY})
NOTHING_SAID = {"session": 0, "nothing": 3, "absent": 7, "unreadable": 7}


def expected(kind, answer, variables, named):
    """The exit code and the credential that is used; None: none."""
    key, given = variables.get("CHUTES_API_KEY"), variables.get("CHUTES_ACCESS_TOKEN")
    stored = SESSION if answer == "session" else None
    if kind == "none":
        return 0, None
    if kind == "session":
        return NOTHING_SAID[answer], stored
    if kind == "admin":
        if key:
            return 0, key
        return (7 if answer == "unreadable" else 2), None
    if given:
        return 0, given
    if stored:
        return 0, stored
    if key and kind in ("call", "report") and not named and answer in ("nothing", "absent"):
        return 0, key
    return NOTHING_SAID[answer], None


def cells(rows, combinations):
    """Every row with every combination; where a sanitizer makes each start slow, one cell in five."""
    return list(itertools.product(rows, combinations))[::1 if SLOWNESS == 1 else 5]


class Identities(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = Service()
        cls.addClassCleanup(cls.service.close)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chutes-program-test."))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.service.seen.clear()
        self.service.refusal = None
        self.home = self.folder / "home"
        self.home.mkdir()
        self.data = self.folder / "data/chutes-login"
        url = self.service.url
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.home), "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_RUNTIME_DIR": str(self.folder), "CHUTES_API_URL": url, "CHUTES_IDP_BASE_URL": url,
            "CHUTES_HOST_TEMPLATE": url + "/_host/{host}", "CHUTES_LLM_URL": url, "CHUTES_STORE": "plaintext",
            "CHUTES_OAUTH_CLIENT_ID": "cid_x", "CHUTES_OAUTH_CLIENT_SECRET": "csc_x"}

    def session(self, **fields):
        now = int(time.time())
        return json.dumps({"version": 1, "issuer": self.service.url, "client_id": "cid_x", "access_token": SESSION,
                           "refresh_token": "crt_session", "scope": "openid profile chutes:invoke", "issued_at": now - 9,
                           "expires_at": now + 3600, "sub": "u-1", "username": "ada", "generation": 1, **fields})

    def write(self, profile="default", mode=0o600, text=None, **secrets):
        """The plaintext store of a profile: `text`, or a document with these records."""
        self.data.mkdir(parents=True, exist_ok=True)
        for folder in (self.data, self.data.parent):
            folder.chmod(0o700)
        items = [{"issuer": self.service.url, "kind": kind, "label": "Label", "secret": secret} for kind, secret in secrets.items()]
        document = {"format": "chutes-login secrets", "version": 1, "profile": profile, "items": items}
        file = self.data / f"{profile}.plaintext.json"
        file.write_text(json.dumps(document) if text is None else text)
        file.chmod(mode)

    def run_program(self, *words, stdin=None, **variables):
        environment = {**bare_environment(), **self.environment, **variables}
        running = Running([LOGIN, *words], {name: value for name, value in environment.items() if value is not None}, stdin=stdin)
        self.addCleanup(running.close)
        return running.result()

    def check(self, state, row, variables, named=()):
        """One cell of the table: exit code, the credential on the wire or handed out, and what is said of it."""
        self.service.seen.clear()
        stdin = '{"model":"m","messages":[]}\n' if "--batch" in row.words else None
        result = self.run_program(*named, *row.words, stdin=stdin, **state.variables, **variables)
        by_variable = "CHUTES_PROFILE" in state.variables
        code, credential = expected(row.kind, state.answer, variables, bool(named) or by_variable)
        code = row.without_key if (row.kind, code) == ("admin", 2) else code
        said = f"{result.stdout}\n{result.stderr}"
        self.assertEqual(result.code, code, said)
        if row.kind in ("call", "admin"):
            self.assertEqual(set(self.service.seen), {credential} - {None}, said)
        else:
            self.assertEqual(self.service.seen, [])
        if row.kind == "hand out":
            self.assertEqual(credential or "", credential if credential and credential in result.stdout else "", said)
            self.assertNotIn(KEY, said)
        if row.kind == "report":
            source = {GIVEN: "CHUTES_ACCESS_TOKEN", SESSION: "session", KEY: "CHUTES_API_KEY", None: "no credential"}[credential]
            self.assertRegex(result.stdout, f"calls use {source}[,:\n]")
        self.assertEqual(NOTICE in result.stderr, row.kind == "call" and credential == KEY, said)
        if code == 7:
            self.assertIn(state.fact, result.stderr)
        if state.answer == "unreadable":
            self.assertNotIn("not signed in", said)

    def check_all(self, state, prepare, rows=ROWS, combinations=VARIABLES):
        for row, variables in cells(rows, combinations):
            prepare()
            with self.subTest(state.name, row=row.words, variables=sorted(variables)):
                self.check(state, row, variables)


class Table(Identities):
    def test_a_session(self):
        self.check_all(State("a session", "session"), lambda: self.write(session=self.session()))

    def test_nothing_stored(self):
        self.check_all(State("nothing", "nothing"), lambda: None)
        self.check_all(State("a registration without a session", "nothing"),
                       lambda: self.write(client='{"version":1,"client_id":"cid_x"}'))

    def test_another_profile_is_signed_in(self):
        for variables, named in (({"CHUTES_PROFILE": "other"}, ()), ({}, ("--profile", "other"))):
            state = State("another profile", "nothing", variables=variables)
            self.write(session=self.session())
            for row, combination in cells(ROWS, VARIABLES):
                with self.subTest(row.words, named=named, variables=sorted(combination)):
                    self.check(state, row, combination, named)

    def test_no_keychain_on_this_machine(self):
        gone = {"CHUTES_STORE": "keychain", "DBUS_SESSION_BUS_ADDRESS": None}
        self.check_all(State("no keychain", "absent", "there is no session bus", gone), lambda: None)

    def test_records_and_files_that_cannot_be_read(self):
        damaged = {"secret": "garbage", "no version": "{}", "no token": '{"version":1,"issuer":"x","client_id":"y"}'}
        rows = [row for row in ROWS if row.kind != "admin"]  # which find no key in that file, and read the session next
        for name, record in damaged.items():
            self.check_all(State(name, "unreadable", "is damaged"), lambda record=record: self.write(session=record), rows)
        newer = State("newer", "unreadable", "newer version")
        self.check_all(newer, lambda: self.write(session='{"version":2}'), rows)
        self.check_all(newer, lambda: self.write(session='{"version":2}'), [row for row in ROWS if row.kind == "admin"], VARIABLES[:2])
        for name, text, fact in (("no JSON", "garbage", "is damaged"), ("empty", "", "is damaged"),
                                 ("foreign", '{"format":"x"}', "not written by"),
                                 ("a newer file", '{"format":"chutes-login secrets","version":2}', "newer")):
            self.check_all(State(name, "unreadable", fact), lambda text=text: self.write(text=text))
        self.check_all(State("open to others", "unreadable", "default.plaintext.json"),
                       lambda: self.write(session=self.session(), mode=0o644))

    def test_a_session_bus_that_is_not_there_proves_nothing(self):
        gone = {"CHUTES_STORE": "keychain", "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder}/nobody"}
        self.check_all(State("a dead bus", "unreadable", "the session bus cannot be reached", gone), lambda: None)


class Encrypted(Identities):
    """An encrypted store. Deriving a key takes time, so that each kind of command is checked once."""

    rows = [Row(kind, next(row.words for row in ROWS if row.kind == kind)) for kind in ("call", "hand out", "session", "report", "admin")]

    def setUp(self):
        super().setUp()
        self.passphrases = {}
        for name in ("right", "wrong"):
            self.passphrases[name] = self.folder / name
            self.passphrases[name].write_text(name + " passphrase\n")
            self.passphrases[name].chmod(0o600)
        self.environment["CHUTES_STORE"] = "file"
        made = self.run_program("app", "create", "--name", "App", "--redirect-uri", "http://127.0.0.1/x", CHUTES_API_KEY=KEY,
                                CHUTES_STORE_PASSPHRASE_FILE=str(self.passphrases["right"]))
        self.assertEqual(made.code, 0, made.stderr)

    def state(self, answer, fact, passphrase):
        return State(str(passphrase), answer, fact, {"CHUTES_STORE_PASSPHRASE_FILE": passphrase and str(passphrase)})

    def check_rows(self, state):
        self.check_all(state, lambda: None, self.rows, VARIABLES[:2])

    def test_the_right_passphrase_reads_that_nothing_is_stored(self):
        self.check_rows(self.state("nothing", "", self.passphrases["right"]))

    def test_a_wrong_passphrase(self):
        self.check_rows(self.state("unreadable", "the passphrase is wrong", self.passphrases["wrong"]))

    def test_no_passphrase(self):
        self.check_rows(self.state("unreadable", "passphrase", None))
        self.check_rows(self.state("unreadable", "passphrase", self.folder / "not-there"))


class Keychains(Identities):
    """The keychain itself, on a bus of the test's own."""

    rows = Encrypted.rows

    def setUp(self):
        super().setUp()
        self.desk = Desk(self.folder / "desk")
        self.addCleanup(self.desk.close)
        for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "DBUS_SESSION_BUS_ADDRESS"):
            self.environment[name] = self.desk.environment[name]
        self.environment["CHUTES_STORE"] = "keychain"

    def check_rows(self, state, rows=None):
        self.check_all(state, lambda: None, rows or self.rows, VARIABLES[:2])

    def test_a_bus_without_a_keyring(self):
        self.check_rows(State("no service", "absent", "no Secret Service"))

    def test_an_open_keyring_without_a_session(self):
        self.desk.start_gnome_keyring("right")
        self.check_rows(State("open", "nothing"))

    def test_a_locked_keyring(self):
        first = self.desk.start_gnome_keyring("right")
        self.desk.end(first)
        self.desk.start_gnome_keyring("wrong")
        self.check_rows(State("locked", "unreadable", "the keychain is locked"))

    def test_a_keyring_that_does_not_answer(self):
        daemon = self.desk.start_gnome_keyring("right")
        daemon.send_signal(signal.SIGSTOP)
        self.addCleanup(daemon.send_signal, signal.SIGCONT)
        state = State("silent", "unreadable", "did not answer")
        for row in self.rows:
            with self.subTest(row.words):
                self.check(state, row, {} if row.kind == "admin" else {"CHUTES_API_KEY": KEY})


class Named(Identities):
    """Every credential that is refused is named, and the hint is true for it."""

    commands = {("whoami",): "call", ("balance",): "call", ("balance", "--usage"): "call",
                ("invoke", "-m", "m", "--no-stream", "hello"): "call",
                ("app", "list"): "admin", ("grants", "list"): "admin", ("chutes", "--mine"): "admin"}

    def refused(self, words, code, status, credential, *, variables=None, hint="", before=None):
        self.service.refusal = status
        self.write(**(before or {}))
        result = self.run_program(*words, **(variables or {}))
        self.assertEqual(result.code, code, result.stderr)
        self.assertIn(f"(credential: {credential})", result.stderr)
        self.assertIn(hint, result.stderr.splitlines()[-1])

    def test_of_calls(self):
        for words in (words for words, kind in self.commands.items() if kind == "call"):
            for status in (401, 403):
                with self.subTest(words, status=status):
                    self.refused(words, 3 if status == 401 else 8, status, "CHUTES_ACCESS_TOKEN", hint="unset it"
                                 if status == 403 else "unset CHUTES_ACCESS_TOKEN", variables={"CHUTES_ACCESS_TOKEN": GIVEN})
                    self.refused(words, 8, status, "CHUTES_API_KEY", hint="set CHUTES_API_KEY", variables={"CHUTES_API_KEY": KEY})
                    self.refused(words, 3 if status == 401 else 8, status, "the session of profile 'default'",
                                 hint="sign in again with 'chutes-login login", before={"session": self.session()})

    def test_of_apps(self):
        file = self.folder / "key.txt"
        file.write_text(KEY + "\n")
        file.chmod(0o600)
        for words in (words for words, kind in self.commands.items() if kind == "admin"):
            with self.subTest(words):
                self.refused(words, 8, 401, "CHUTES_API_KEY", variables={"CHUTES_API_KEY": KEY})
                self.refused((*words, "--api-key-file", str(file)), 8, 401, "--api-key-file")
                self.refused(words, 8, 401, "the API key that setup stored", before={"api_key": KEPT})
                self.refused(words, 8, 403, "the session of profile 'default'", before={"session": self.session(scope="admin")})


class OtherProfiles(Identities):
    def test_status_all_shows_a_damaged_one_and_the_healthy_one_beside_it(self):
        for variables in VARIABLES:
            for text, secrets in ((None, {"session": "garbage"}), ("garbage", {})):
                with self.subTest(sorted(variables), text=text):
                    self.write(session=self.session())
                    self.write("work", text=text, **secrets)
                    result = self.run_program("status", "--all", "--json", **variables)
                    self.assertEqual(result.code, 0, result.stderr)
                    healthy, damaged = result.json["profiles"]
                    self.assertEqual((healthy["name"], healthy["signed_in"], "error" in healthy), ("default", True, False))
                    self.assertEqual((damaged["name"], damaged["signed_in"]), ("work", False))
                    self.assertIn("work", damaged["error"]["message"])
                    self.assertEqual(self.run_program("token").stdout, SESSION + "\n")

    def test_obeying_the_hint_for_the_damaged_one_leaves_the_healthy_one_signed_in(self):
        self.write(session=self.session())
        self.write("work", session="garbage")
        hint = self.run_program("status", "--all", "--json").json["profiles"][1]["error"]["hint"]
        command = hint.split("'")[1].split()
        self.assertEqual(command[:2], ["chutes-login", "logout"])
        self.assertEqual(self.run_program(*command[1:]).code, 5)  # whatever it held was not revoked
        self.assertEqual(self.run_program("token").stdout, SESSION + "\n")
        self.assertEqual([profile["name"] for profile in self.run_program("status", "--all", "--json").json["profiles"]], ["default"])

    def test_profile_list_shows_it_and_logout_all_names_it(self):
        self.write(session=self.session())
        self.write("work", text="garbage")
        states = {profile["name"]: profile["state"] for profile in self.run_program("profile", "list", "--json").json}
        self.assertEqual(states, {"default": "signed in", "work": "unreadable"})
        result = self.run_program("logout", "--all")
        self.assertEqual(result.code, 7)
        self.assertIn("profile 'work' was not signed out", result.stderr)
        self.assertEqual(self.run_program("token").code, 3)


class OtherIssuers(Identities):
    """A token goes to its own issuer only."""

    issuer = "https://idp.example.org"

    def test_no_command_pairs_a_token_of_another_issuer_with_an_address_of_chutes(self):
        self.write(session=self.session())
        document = json.loads((self.data / "default.plaintext.json").read_text())
        document["items"][0].update(issuer=self.issuer, secret=self.session(issuer=self.issuer, scope="admin"))
        self.write(text=json.dumps(document))
        rows = [row.words for row in ROWS if row.kind == "call" and row.words[0] != "whoami"]
        for words in [*rows, ("exec", "--", "true"), ("chutes", "--mine"), ("invoke", "-m", "m", "--curl", "x")]:
            for variables in ({}, {"CHUTES_ACCESS_TOKEN": GIVEN}):
                if variables and words == ("chutes", "--mine"):
                    continue  # takes no token from the environment
                with self.subTest(words, variables=sorted(variables)):
                    stdin = '{"model":"m","messages":[]}\n' if "--batch" in words else None
                    result = self.run_program("--issuer", self.issuer, *words, stdin=stdin, **variables)
                    self.assertEqual(result.code, 2, result.stdout + result.stderr)
                    self.assertIn("idp.example.org must not be sent to", result.stderr)
                    self.assertEqual((self.service.seen, result.stdout), ([], ""))
        result = self.run_program("--issuer", self.issuer, "exec", "--env", "TOKEN", "--", "sh", "-c", 'printf %s "$TOKEN"')
        self.assertEqual((result.code, result.stdout), (0, SESSION))



class OtherAccount(ProgramTest):
    """Another account signs in to a profile that is signed in."""

    sandbox_options = ("--approve", "ask", "--user", "ada", "--user", "grace")

    def setUp(self):
        super().setUp()
        self.environment["CHUTES_STORE"] = "plaintext"
        self.fingerprints = re.findall(r"\b[A-Za-z0-9]{32}\b", self.sandbox.notes)
        self.browser.plan(fingerprint=self.fingerprints[0], answer="allow")
        self.sign_in()
        self.browser.plan(fingerprint=self.fingerprints[1], answer="allow")

    def user(self):
        return self.run_program("status", "--json").json["profiles"][0]["username"]

    def login_on_a_terminal(self, answer):
        terminal = Emulator(["sh", "-c", f"{LOGIN} login; echo ended: $?; sleep 60"], self.environment, columns=200)
        self.addCleanup(terminal.close)
        question = terminal.await_text("Replace that session?")
        self.assertIn("is signed in as ada, and you have signed in as grace", question)
        self.assertEqual(self.user(), "ada")
        terminal.type(answer)
        terminal.press("Enter")
        return terminal.await_text("ended: ")

    def test_on_a_terminal_the_person_is_asked_and_no_keeps_what_was_there(self):
        token = self.run_program("token").stdout
        self.assertIn("ended: 4", self.login_on_a_terminal("n"))
        self.assertEqual((self.user(), self.run_program("token").stdout), ("ada", token))
        self.assertTrue(self.sandbox.introspect(token.strip())["active"])

    def test_on_a_terminal_yes_replaces_it(self):
        self.assertIn("ended: 0", self.login_on_a_terminal("y"))
        self.assertEqual(self.user(), "grace")

    def test_elsewhere_a_notice_names_both(self):
        result = self.sign_in()
        self.assertIn("signed in as ada, and you have signed in as grace", result.stderr)
        self.assertEqual(self.user(), "grace")
