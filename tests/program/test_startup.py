"""What needs no service must not cost what a service needs: no keyring library, no TLS configuration, no network."""

import os
import re
import subprocess
import tempfile
import unittest

from harness import LOGIN, bare_environment


class Startup(unittest.TestCase):
    def calls_of(self, *arguments):
        """The files it opens and the sockets it makes, as strace saw them."""
        with tempfile.NamedTemporaryFile("r", prefix="chutes-strace.") as trace:
            environment = {**bare_environment(), "HOME": "/nonexistent",
                           "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
            subprocess.run(["strace", "-f", "-o", trace.name, "-e", "trace=open,openat,socket,connect", LOGIN, *arguments],
                           env=environment, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=60)
            return [line for line in trace.read().splitlines() if "ENOENT" not in line]

    def test_version_and_help_load_no_keyring_library_no_tls_configuration_and_make_no_socket(self):
        unwanted = re.compile(r"libsecret|libsystemd|libgio|libglib|openssl\.cnf|/certs|cert\.pem|ca-certificates|socket\(|connect\(")
        for arguments in (["--version"], ["--help"], ["login", "--help"]):
            with self.subTest(arguments):
                self.assertEqual([call for call in self.calls_of(*arguments) if unwanted.search(call)], [])

    def test_version_says_the_name_and_a_number(self):
        said = subprocess.run([LOGIN, "--version"], env=bare_environment(), capture_output=True, text=True, check=True,
                              timeout=30)
        self.assertRegex(said.stdout, r"^chutes-login \d+\.\d+\.\d+\n$")
        self.assertEqual(said.stderr, "")


if __name__ == "__main__":
    unittest.main()
