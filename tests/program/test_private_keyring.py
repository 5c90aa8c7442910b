"""packaging/private-keyring.sh: a keyring that is there before its command and gone after it."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from harness import PATIENCE, ROOT, bare_environment

# Prints the process that serves secrets on the bus, without having one started, and the place of everything.
OWNER = r"""dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus /org/freedesktop/DBus \
  org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets; echo "$HOME" """


class PrivateKeyring(unittest.TestCase):
    def run_script(self, *command, script="packaging/private-keyring.sh", **options):
        environment = {name: value for name, value in bare_environment().items() if name != "DBUS_SESSION_BUS_ADDRESS"}
        with tempfile.TemporaryDirectory(prefix="chutes-scripts.") as place:
            done = subprocess.run([ROOT / script, *command], env={**environment, "TMPDIR": place}, text=True,
                                  capture_output=True, timeout=PATIENCE, check=False, **options)
            self.assertEqual(os.listdir(place), [])
        return done

    def test_the_keyring_is_there_before_the_shortest_command_and_gone_with_it(self):
        for _ in range(10):
            done = self.run_script("sh", "-c", OWNER)
            self.assertRegex(done.stdout, "uint32 [0-9]+", done.stderr)
            daemon = int(done.stdout.split()[1])
            self.assertFalse(pathlib.Path(f"/proc/{daemon}").exists())

    def test_a_locked_and_an_empty_keyring_end_with_their_command_as_well(self):
        for state in ("--locked", "--empty"):
            with self.subTest(state):
                done = self.run_script(state, "sh", "-c", OWNER, script="tests/linux/keychain/with_keyring.sh")
                self.assertFalse(pathlib.Path(f"/proc/{int(done.stdout.split()[1])}").exists(), done.stderr)

    def test_input_output_error_and_exit_code_are_the_commands_own(self):
        done = self.run_script("sh", "-c", "cat; echo wrong >&2; exit 42", input="text")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (42, "text", "wrong\n"))

    def test_a_command_that_is_not_there_is_said_to_be_so(self):
        done = self.run_script("no-such-command")
        self.assertEqual(done.returncode, 127)
        self.assertIn("no-such-command", done.stderr)


if __name__ == "__main__":
    unittest.main()
