"""A keyring that is absent or locked: exit 7, in time, with the way out, and nothing lost."""

import os
import pathlib
import subprocess
import tempfile
import time
import unittest

from harness import LOGIN, ProgramTest, Result

# A bus of its own for one command, on which the keyring is started with a password or left locked.
ON_OTHER_BUS = r"""
set -e
if [ "$1" = absent ]; then shift; exec "$@"; fi
printf %s "$1" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
shift
exec "$@"
"""


class Keychain(ProgramTest):
    def on_other_bus(self, password, *command, data_home):
        """Runs a command on a fresh bus whose keyring files lie in data_home and are tried with this password."""
        env = {**self.environment, "XDG_DATA_HOME": str(data_home), "HOME": str(data_home)}
        env.pop("DBUS_SESSION_BUS_ADDRESS", None)
        with open(os.devnull, "rb") as nothing:
            done = subprocess.run(["dbus-run-session", "--", "bash", "-c", ON_OTHER_BUS, "bash", password, *command],
                                  env=env, stdin=nothing, capture_output=True, text=True, timeout=60, check=False)
        return Result(done.returncode, done.stdout, done.stderr)

    def assert_names_the_way_out(self, result, *phrases):
        self.assert_fails(result, 7, "hint:", *phrases)

    def test_without_any_bus_a_command_says_so_at_once(self):
        started = time.monotonic()
        result = self.run_program("whoami", env={"DBUS_SESSION_BUS_ADDRESS": None})
        self.assertLess(time.monotonic() - started, 3)
        self.assert_names_the_way_out(result)

    def test_a_bus_that_is_gone_is_absent_as_well(self):
        self.assert_names_the_way_out(
            self.run_program("whoami", env={"DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder}/no-bus"}))

    def test_login_without_a_keyring_stops_before_the_browser_opens(self):
        result = self.run_program("login", env={"DBUS_SESSION_BUS_ADDRESS": None})
        self.assert_names_the_way_out(result)
        self.assertEqual(self.browser.diary(), [])

    def test_a_locked_keyring_is_told_apart_from_being_signed_out(self):
        with tempfile.TemporaryDirectory(prefix="chutes-locked.") as place:
            first = self.on_other_bus("right", LOGIN, "login", data_home=place)
            self.assertEqual(first.code, 0, first.stderr)
            locked = self.on_other_bus("wrong", LOGIN, "whoami", data_home=place)
            self.assert_fails(locked, 7, "locked", "hint:")
            unlocked = self.on_other_bus("right", LOGIN, "whoami", data_home=place)
            self.assertEqual(unlocked.code, 0, unlocked.stderr)

    def test_the_failure_in_json_names_its_kind(self):
        error = self.run_program("whoami", "--json", env={"DBUS_SESSION_BUS_ADDRESS": None}).error
        self.assertEqual((error["kind"], error["exit_code"]), ("keychain", 7))

    def test_a_credential_of_the_environment_needs_no_keyring(self):
        self.sign_in("--quiet")
        token = self.run_program("token").stdout.strip()
        result = self.run_program("whoami", env={"DBUS_SESSION_BUS_ADDRESS": None, "CHUTES_ACCESS_TOKEN": token})
        self.assertEqual(result.code, 0, result.stderr)

    def test_the_tests_own_keyring_lies_in_a_place_of_their_own(self):
        self.assertIn("chutes-keyring", str(pathlib.Path(os.environ["XDG_DATA_HOME"])))


if __name__ == "__main__":
    unittest.main()
