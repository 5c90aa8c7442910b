"""No live secret leaves the store: a whole session of commands with -vv, with and without failures. Every secret in every
encoding is searched for in their output, in files, and in the command lines and environments of processes.
"""

import base64
import pathlib
import random
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.parse

from canaries import Canaries, Tap, Watch
from harness import LOGIN, PATIENCE, ProgramTest, bare_environment

TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")
TOKEN = ("access token",)


def opaque(body):
    """The same with tokens that no prefix betrays."""
    return re.sub(rb"\b(cak|crt)_", b"opq-", body)


# What becomes of a token endpoint's answer: no longer strict JSON, or with other names.
SPOILT = {
    "cut by a byte": lambda body: body[:-1],
    "cut within the last token": lambda body: body[:body.rfind(b'"')],
    "a member twice": lambda body: b'{"token_type":"x",' + body[1:],
    "text behind it": lambda body: body + b" x",
    "a prefix": lambda body: b")]}'," + body,
    "deep nesting": lambda body: b"[" * 100 + body + b"]" * 100,
    "XML": lambda body: re.sub(rb'"(\w+)": ?"([^"]*)",?', rb"<\1>\2</\1>", body),
    "camel case": lambda body: re.sub(rb"_(t)oken\b", lambda _: b"Token", body),
    "camel case, cut": lambda body: re.sub(rb"_(t)oken\b", lambda _: b"Token", body)[:-1],
}


class Search(unittest.TestCase):
    """The search itself must find secrets."""

    SECRET = "cak_6e1f0c1a-0d6e-4d9c-8e8b-0a1b2c3d4e5f.Zq8~vN3+xR7/tK2mWc5yB9dF4hJ6pL1s"

    def setUp(self):
        self.canaries = Canaries()
        self.canaries.add("token", self.SECRET)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chutes-program-test."))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def planted(self):
        """The secret as a careless program would show it, by the name of the form."""
        raw = self.SECRET.encode()
        yield "plain", f"> Authorization: Bearer {self.SECRET}\r\n"
        yield "plain", f"token ending in …{self.SECRET[-16:]}"
        yield "plain", f"token {self.SECRET.split('.')[1][:20]}… is good"
        yield "percent", "https://x/?t=" + urllib.parse.quote(self.SECRET, safe="")
        yield "percent", "?t=" + urllib.parse.quote(self.SECRET, safe="").lower()
        yield "percent", "".join(f"%{byte:02X}" for byte in raw)
        yield "form", urllib.parse.urlencode({"a": "b c", "token": self.SECRET})
        yield "hex", "0000  " + raw.hex()
        yield "hex", raw.hex().upper()
        yield "spaced hex", raw.hex(" ")
        yield "reversed", self.SECRET[::-1]
        for before in ("", "x", "id", "cid:"):
            for after in ("", "y", '"}'):
                text = (before + self.SECRET + after).encode()
                yield "base64", base64.b64encode(text).decode()
                yield "base64url", base64.urlsafe_b64encode(text).decode().rstrip("=")

    def test_a_leak_is_seen_in_every_encoding(self):
        for form, text in self.planted():
            with self.subTest(form=form, text=text):
                self.assertIn(f"token ({form})", self.canaries.in_text(f"before\n{text}\nafter"))

    def test_what_is_no_leak_is_not_taken_for_one(self):
        name = self.SECRET.split(".", maxsplit=1)[0]  # what names the token is no secret
        self.assertEqual(self.canaries.in_text(f"token {name}, 48 characters, Zq8~vN3"), set())
        self.assertEqual(self.canaries.in_text(self.SECRET, allowed=["token"]), set())

    def test_a_leak_is_seen_in_a_file_wherever_it_lies_and_in_a_file_s_name(self):
        for number, (_, text) in enumerate(self.planted()):
            hidden = self.folder / f".cache/{number}"
            hidden.parent.mkdir(exist_ok=True)
            hidden.write_bytes(b"\0\xff" + text.encode() + b"\0")
            self.assertEqual(list(self.canaries.in_files([self.folder])), [str(hidden)], text)
            self.assertEqual(self.canaries.in_files([self.folder], passed_over=[hidden]), {})
            self.assertEqual(self.canaries.in_files([self.folder], since=time.time() + 60), {})
            hidden.unlink()
        (self.folder / self.SECRET.split(".")[1].replace("/", "")).touch()
        self.canaries.add("clean", self.SECRET.split(".")[1].replace("/", ""))
        self.assertEqual(len(self.canaries.in_files([self.folder])), 1)

    def test_a_leak_is_seen_on_a_command_line_and_in_an_environment(self):
        with Watch() as watch:
            for words, variables in ((["sleep", "0.3", self.SECRET], {}), (["sleep", "0.3"], {"T": self.SECRET})):
                subprocess.run(["sh", "-c", 'sleep 0.3; exit', *words], env={**bare_environment(), **variables},
                               check=True, timeout=PATIENCE)
        self.assertTrue([sight for sight in watch.sights if self.canaries.in_text(sight.words)])
        self.assertTrue([sight for sight in watch.sights if self.canaries.in_text(sight.environment)])


class CanaryTest(ProgramTest):
    """One store's session. Subclasses name the store; unittest does not run this one."""

    store = None

    def setUp(self):
        super().setUp()
        self.began = time.time() - 1
        self.tap = Tap(urllib.parse.urlsplit(self.sandbox.url).port)
        self.addCleanup(self.tap.close)
        here, there = urllib.parse.urlsplit(self.sandbox.url).netloc, f"127.0.0.1:{self.tap.port}"
        self.environment = {name: value.replace(here, there) for name, value in self.environment.items()}
        self.environment["CHUTES_STORE"] = self.store
        self.canaries = Canaries()
        self.canaries.add("API key", self.sandbox.variables["CHUTES_API_KEY"])
        self.canaries.add("client secret", self.registration["CHUTES_OAUTH_CLIENT_SECRET"])
        passphrase = f"the Canary/of+{random.getrandbits(128):x} & more"
        self.canaries.add("passphrase", passphrase)
        (self.folder / "passphrase").write_text(passphrase + "\n")
        (self.folder / "passphrase").chmod(0o600)
        if self.store == "file":
            self.environment["CHUTES_STORE_PASSPHRASE_FILE"] = str(self.folder / "passphrase")
        self.store_folder = self.folder / "home/.local/share/chutes-login"
        self.outputs = []  # (arguments, output, names of the secrets it may print)
        self.own = set()
        self.watch = Watch()
        self.watch.__enter__()
        self.addCleanup(self.watch.__exit__)

    def step(self, *arguments, code=0, may_print=(), **options):
        """Runs one command with -vv; its output is searched at the end, when all secrets are known."""
        running = self.start(*arguments[:1], "-vv", *arguments[1:], cwd=self.folder / "home", **options)
        self.own.add(running.process.pid)
        result = running.result()
        self.assertEqual(result.code, code, f"{arguments}: {result.stdout}{result.stderr}")
        self.outputs += [(arguments, result.stdout, may_print), (arguments, result.stderr, ())]
        return result

    def good_day(self):
        model = self.sandbox.ask("/_host/llm/v1/models")[1]["data"][0]["id"]
        key = {"CHUTES_API_KEY": self.sandbox.variables["CHUTES_API_KEY"]}
        self.step("status", code=3)
        self.step("login")
        for command in (["status"], ["status", "--all"], ["status", "--json"], ["whoami"], ["whoami", "--account"],
                        ["whoami", "--account", "--json"], ["balance"], ["balance", "--json"], ["refresh"],
                        ["refresh", "--json"], ["invoke", "-m", model, "hello"], ["invoke", "-m", model, "--usage", "x"],
                        ["models"]):
            self.step(*command)
        self.optional("introspect")
        for form in ([], ["--header"], ["--curl-config"], ["--json"], ["--min-valid", "2h"]):
            self.step("token", *form, may_print=TOKEN)
        self.step("exec", "--", "sh", "-c", "exec sleep 0.2")
        self.step("exec", "--env", "THE_TOKEN", "no-such-command-anywhere", code=127)
        self.step("login", "--json", env=key)
        self.step("setup", "--name", "canary", "--profile", "other", env={
            **key, "CHUTES_OAUTH_CLIENT_ID": None, "CHUTES_OAUTH_CLIENT_SECRET": None, "CHUTES_OAUTH_REDIRECT_URI": None})
        self.step("status", "--all", "--json")
        self.step("logout", "--profile", "other")

    def optional(self, command, *arguments, **options):
        """A command that this build may not have."""
        if re.search(rf"(?m)^  {command} ", self.run_program("--help").stdout):
            self.step(command, *arguments, **options)

    def bad_days(self):
        wrong = "csc_" + "W" * 48
        self.canaries.add("wrong secret", wrong)
        self.step("refresh", code=2, env={"CHUTES_OAUTH_CLIENT_SECRET": wrong})
        self.step("login", code=2, env={"CHUTES_OAUTH_CLIENT_SECRET": wrong})
        foreign = "cak_00000000-0000-4000-8000-000000000000." + "X" * 48
        self.canaries.add("foreign token", foreign)
        self.step("whoami", code=3, env={"CHUTES_ACCESS_TOKEN": foreign})
        self.step("balance", code=3, env={"CHUTES_ACCESS_TOKEN": foreign})
        for fault in ("text=500", "html=502", "json-type", "empty", "truncate=20", "lost", "status=429"):
            for path, command in (("/idp/token*", ["refresh"]), ("/idp/userinfo", ["whoami"]),
                                  ("/users/me*", ["balance"]), ("/idp/token*", ["login"])):
                with self.sandbox.fault(f"{path}:{fault}"):
                    self.try_step(*command)
            self.step("login")
        self.browser.plan(visits=False)
        self.step("login", "--wait", "1s", code=4)
        self.browser.plan()

    def torn_days(self):
        """The service's answers are not what a parser of JSON takes, or name their members otherwise."""
        for change in SPOILT.values():
            for spoil in (change, lambda body, change=change: change(opaque(body))):
                for command in (["refresh"], ["introspect"], ["login", "--wait", "5s"], ["logout"]):
                    self.tap.spoil = spoil
                    self.try_step(*command)
                    self.tap.spoil = None
                self.step("login")

    def rude_days(self):
        """The service repeats in its refusals the secrets that it was sent."""
        model = self.sandbox.ask("/_host/llm/v1/models")[1]["data"][0]["id"]
        key = {"CHUTES_API_KEY": self.sandbox.variables["CHUTES_API_KEY"]}
        own = {"CHUTES_OAUTH_CLIENT_ID": None, "CHUTES_OAUTH_CLIENT_SECRET": None, "CHUTES_OAUTH_REDIRECT_URI": None}
        for status in (400, 401, 403, 422, 500):
            self.tap.echo = status
            for command, env in ((["refresh"], {}), (["whoami"], {}), (["whoami", "--account", "--json"], {}),
                                 (["balance"], {}), (["invoke", "-m", model, "hello"], {}),
                                 (["invoke", "--no-stream", "-m", model, "hello"], {}),
                                 (["setup", "--profile", "other"], {**key, **own})):
                self.try_step(*command, env=env)
        self.tap.echo = None
        self.step("login")

    def try_step(self, *arguments, **options):
        """Runs a command during a failure; other tests check whether it succeeds."""
        running = self.start(arguments[0], "-vv", *arguments[1:], **options)
        self.own.add(running.process.pid)
        result = running.result()
        self.outputs += [(arguments, result.stdout, ()), (arguments, result.stderr, ())]

    def end(self):
        self.tap.teach(self.canaries)
        refresh = [secret for secret, name in self.canaries.secrets.items() if name == "refresh token"]
        for token in refresh:
            self.sandbox.ask("/idp/token/revoke", form={"token": token})
        self.step("refresh", code=3)
        self.step("status")
        self.step("logout")
        self.step("logout")

    def assert_nothing_leaked(self):
        self.tap.teach(self.canaries)
        names = set(self.canaries.secrets.values())
        self.assertLessEqual({"access token", "refresh token", "client secret", "code", "code_verifier"}, names)
        for allowed in {may_print for _, _, may_print in self.outputs}:
            outputs = [(arguments, text) for arguments, text, may_print in self.outputs if may_print == allowed]
            if self.canaries.in_text("\n".join(text for _, text in outputs), allowed):  # then say where
                self.assertEqual([], [(arguments, found) for arguments, text in outputs
                                      if (found := self.canaries.in_text(text, allowed))])
        given = [self.folder / "passphrase", self.folder / "browser"]
        if self.store == "plaintext":
            given.append(self.store_folder)
        self.assertEqual(self.canaries.in_files([self.folder, *TEMPORARY], given, self.began), {})
        sights = list(self.watch.sights)
        self.assertTrue(sights)
        shown = {(sight.program, sight.words) for sight in sights}
        shown |= {(sight.program, sight.environment) for sight in sights
                  if sight.program != LOGIN and sight.pid not in self.own}
        if self.canaries.in_text("\n".join(text for _, text in shown)):
            self.assertEqual([], [(program, text) for program, text in shown if self.canaries.in_text(text)])


class InTheKeychain(CanaryTest):
    store = "keychain"

    def test_no_secret_of_a_session_in_the_keychain_can_be_seen_anywhere(self):
        self.good_day()
        self.end()
        self.assert_nothing_leaked()

    def test_no_secret_can_be_seen_on_a_bad_day(self):
        self.step("login")
        self.bad_days()
        self.rude_days()
        self.end()
        self.assert_nothing_leaked()


    def test_no_secret_of_an_answer_that_is_not_strict_json_can_be_seen(self):
        self.step("login")
        self.torn_days()
        self.end()
        self.assert_nothing_leaked()


class InAFile(CanaryTest):
    store = "file"

    def test_no_secret_of_a_session_in_an_encrypted_file_can_be_seen_anywhere(self):
        self.good_day()
        (self.folder / "wrong").write_text("no canary this time")
        (self.folder / "wrong").chmod(0o600)
        self.step("whoami", code=7, env={"CHUTES_STORE_PASSPHRASE_FILE": str(self.folder / "wrong")})
        self.end()
        self.assertTrue(self.store_folder.is_dir())
        self.assert_nothing_leaked()


class InAPlainFile(CanaryTest):
    store = "plaintext"

    def test_no_secret_of_a_session_in_a_plain_file_can_be_seen_anywhere_else(self):
        self.good_day()
        self.end()
        self.assertTrue(self.store_folder.is_dir())
        self.assert_nothing_leaked()


if __name__ == "__main__":
    unittest.main()
