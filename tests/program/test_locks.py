"""The lock of a session where the usual place for it is not to be had, by the built program."""

import contextlib
import unittest.mock

import keyrings
from harness import ProgramTest

CONFINED = keyrings.BUS.replace('<allow own="*"/>', '<allow own="*"/><deny own_prefix="ai.chutes.Login"/>')


class Confined(ProgramTest):
    """A program that may use the keyring and own no names on the bus, as in a sandbox of Flatpak or Snap."""

    def setUp(self):
        super().setUp()
        with unittest.mock.patch.object(keyrings, "BUS", CONFINED):
            self.desk = keyrings.Desk(self.folder / "desk")
        self.addCleanup(self.desk.close)
        self.desk.start_gnome_keyring("right")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.desk.address

    def test_the_lock_of_this_user_s_processes_serves(self):
        for words in (("login", "--quiet"), ("refresh",), ("token",)):
            self.assertEqual(self.run_program(*words).code, 0)
        locks = self.folder / "home/.local/state/chutes-login"
        self.assertEqual([path.name for path in locks.iterdir()], ["refresh-default.lock"])


class Usual(ProgramTest):
    def test_a_session_in_the_keychain_needs_no_file_for_its_lock(self):
        self.sign_in("--quiet")
        self.assertEqual(self.run_program("refresh").code, 0)
        with contextlib.suppress(FileNotFoundError):
            self.assertEqual(list((self.folder / "home/.local/state").rglob("*.lock")), [])
        self.assertEqual(list((self.folder / "run").rglob("*")), [])
