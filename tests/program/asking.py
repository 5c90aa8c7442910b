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
    """A server, and what asking it comes to: the exit code, the sentence and the hint on standard error."""

    name: str
    server: typing.Callable
    code: int = 0
    sentence: str = ""
    hint: str = ""
    host: str = "localhost"
    told: bool = None  # whether the token gets there; None: if all goes well

    def expected(self, **words):
        text = f"chutes-login: {self.sentence}\nhint: {self.hint}\n" if self.sentence else ""
        for word, value in words.items():
            text = text.replace(f"<{word}>", value)
        return text


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

    def assert_ended(self, case, result, expected, server):
        self.assertEqual((result.code, result.stderr), (case.code, expected))
        self.assertEqual(TOKEN.encode() in server.received, case.code == 0 if case.told is None else case.told)
        if case.code == 0:
            self.assertIn("ada", result.stdout)
        else:
            self.assertEqual(result.stdout, "")

    def check(self, case, **environment):
        """One row of a table. <HOST> and <PLACE> in what is expected stand for this row's."""
        with self.subTest(case.name), contextlib.closing(case.server()) as server:
            authority = f"{case.host}:{server.port}"
            began = time.monotonic()
            result = self.start(f"https://{authority}", **environment).result()
            self.assertLess(time.monotonic() - began, SOON)
            place = environment.get("SSL_CERT_FILE") or environment.get("SSL_CERT_DIR", "")
            self.assert_ended(case, result, case.expected(HOST=authority, PLACE=place), server)
