"""`whoami` asked of servers that are not a sandbox, and how that ends: what the tests of TLS and of the ways to it share."""

import contextlib
import dataclasses
import os
import shutil
import subprocess
import time
import typing
import unittest

from harness import LOGIN, SLOWNESS, Running, bare_environment

TOKEN = "cak_never-to-be-seen"
USAGE, NETWORK = 2, 5
SOON = 8 * SLOWNESS  # seconds that whatever need not wait may take: less than is given to connecting


def mounting(*words):
    """What stands before a command to have something mounted for it alone."""
    return "unshare", "-m", "sh", "-c", 'mount "$1" "$2" "$3" && shift 3 && exec "$@"', "sh", *words


def may_mount():
    return os.geteuid() == 0 and shutil.which("unshare") is not None and subprocess.run(
        mounting("--bind", "/etc/hosts", "/etc/hosts") + ("true",), capture_output=True, check=False).returncode == 0


@dataclasses.dataclass
class Case:
    """A server, the exit code when it is asked, and facts that standard error then names."""

    name: str
    server: typing.Callable
    code: int = 0
    facts: tuple = ()
    host: str = "localhost"
    told: bool = None  # whether the token gets there; None: if all goes well


class Asking(unittest.TestCase):
    def start(self, url, *words, program=(LOGIN,), **environment):
        variables = {**bare_environment(), "HOME": "/nonexistent", "CHUTES_ACCESS_TOKEN": TOKEN, "CHUTES_API_URL": url,
                     "CHUTES_IDP_BASE_URL": url, **environment}
        running = Running([*program, "whoami", *words], variables)
        self.addCleanup(running.close)
        return running

    def serving(self, server):
        """The server, closed when the test ends."""
        self.addCleanup(server.close)
        return server

    def assert_ended(self, case, result, server, **words):
        """Checks how a row ended and returns what was said, with each value of `words` as <WORD>."""
        said = result.stderr
        for word, value in words.items():
            said = said.replace(value, f"<{word}>") if value else said
        self.assertEqual(result.code, case.code, said)
        if case.code:
            self.assertRegex(said, r"\A(?:Connecting to .*…\n)?chutes-login: .+\nhint: .+\n\Z")
        else:
            self.assertEqual(said, "")
        for fact in case.facts:
            self.assertIn(fact, said)
        self.assertEqual(TOKEN.encode() in server.received, case.code == 0 if case.told is None else case.told)
        if case.code == 0:
            self.assertIn("ada", result.stdout)
        else:
            self.assertEqual(result.stdout, "")
        return said

    def check(self, case, **environment):
        """One row of a table. Returns its name and what was said, with its server and place as <HOST> and <PLACE>."""
        with self.subTest(case.name), contextlib.closing(case.server()) as server:
            authority = f"{case.host}:{server.port}"
            began = time.monotonic()
            result = self.start(f"https://{authority}", **environment).result()
            self.assertLess(time.monotonic() - began, SOON)
            place = environment.get("SSL_CERT_FILE") or environment.get("SSL_CERT_DIR", "")
            return f"{case.name}:\n{self.assert_ended(case, result, server, HOST=authority, PLACE=place)}"
        return ""
