"""Keyrings that ask: their real dialogs, answered, dismissed and left alone."""

import os
import shutil
import signal
import time
import unittest

from emulator import Emulator
from harness import LOGIN, SLOWNESS, eventually
from keyrings import PROMPTER_PROGRAMS, Display, Person
from test_keyring_states import LIMIT, OnADesk


class Asked(OnADesk):
    """A keyring with dialogs, on a display with a person in front of it."""

    def setUp(self):
        super().setUp()
        self.display = Display()
        self.addCleanup(self.display.close)
        self.desktop = {"DISPLAY": self.display.name}

    def person(self, answers):
        person = Person(self.display, answers)
        self.addCleanup(person.close)
        return person

    def await_dialog(self, word):
        eventually(lambda: any(word in title for title in self.display.windows().values()), f"a dialog says {word!r}")

    def assert_no_dialog(self, *words):
        titles = self.display.windows().values()
        self.assertEqual([title for title in titles if any(word in title for word in words)], [])

    def refreshes(self):
        return [row for row in self.sandbox.log("/idp/token") if row["grant_type"] == "refresh_token"]


ACCESS, DELETION, UNLOCKING = "Access Request", "recycle bin", "Unlock Database"
ALLOW, MOVE, DISMISS = ("Return",), ("Tab Return",), ("Escape",)  # of a deletion the usual answer is no


@unittest.skipUnless(shutil.which("keepassxc") and shutil.which("Xvfb") and shutil.which("xdotool"), "no KeePassXC on a display")
class KeePassXCAsks(Asked):
    """KeePassXC as it is set up by default: it confirms with the person what a program reads or deletes."""

    def setUp(self):
        super().setUp()
        self.desk.start_keepassxc("right", self.display, asks=True)
        self.sign_in(env=self.desktop)

    def confirmed(self, *command, answers=None, code=0):
        """The dialogs that were answered for a command."""
        person = self.person(answers or {ACCESS: ALLOW, DELETION: MOVE})
        result = self.run_program(*command, env=self.desktop)
        person.close()
        self.assertEqual(result.code, code, result.stderr)
        return person.answered

    def test_a_sign_in_a_refresh_a_logout_and_the_removal_of_a_profile_each_need_one_confirmation_of_each_kind(self):
        self.assertEqual(self.confirmed("token"), [ACCESS])
        self.assertEqual(self.confirmed("refresh"), [ACCESS])
        self.assertEqual(self.confirmed("login"), [ACCESS])
        self.assertEqual(self.confirmed("status"), [ACCESS])
        self.assertEqual(self.confirmed("profile", "list"), [ACCESS])
        self.assertEqual(self.confirmed("logout"), [ACCESS, DELETION])
        self.assertEqual(self.confirmed("token", code=3), [])
        self.assertEqual(self.confirmed("login"), [ACCESS])  # of the registration that logout has kept
        self.assertEqual(self.confirmed("profile", "remove", "default", "--yes"), [ACCESS, DELETION, DELETION])
        with self.items() as items:
            self.assertEqual(items, [])

    def test_a_dialog_that_is_dismissed_is_said_and_nothing_is_lost(self):
        for command in (("token",), ("refresh",), ("login",), ("logout",)):
            with self.subTest(command):
                opened, asked = len(self.browser.diary()), len(self.refreshes())
                person = self.person({ACCESS: DISMISS})
                result = self.run_program(*command, env=self.desktop)
                person.close()
                self.assert_says_one_sentence_with_a_hint(result, "dialog was dismissed", "run it again")
                self.assertEqual((len(self.browser.diary()), len(self.refreshes())), (opened, asked))
        self.assertEqual(self.confirmed("token"), [ACCESS])

    def test_whatever_a_sign_in_needs_is_asked_before_the_browser_opens(self):
        self.confirmed("logout")  # the registration stays
        opened = len(self.browser.diary())
        self.assertEqual(self.confirmed("login", answers={ACCESS: DISMISS}, code=7), [ACCESS])
        self.assertEqual(len(self.browser.diary()), opened)

    def test_a_deletion_that_is_dismissed_leaves_the_session_in_the_keyring(self):
        person = self.person({ACCESS: ALLOW, DELETION: DISMISS})
        result = self.run_program("logout", env=self.desktop)
        person.close()
        self.assert_says_one_sentence_with_a_hint(result, "dialog was dismissed")
        with self.items() as items:
            self.assertIn("session", [item.get_attributes()["kind"] for item in items])

    def test_where_nobody_can_be_asked_every_command_ends_at_once_and_no_dialog_appears(self):
        for command in (("token",), ("refresh",), ("login",), ("logout",), ("profile", "list")):
            for words, env in (((), None), (("--no-input",), self.desktop)):
                with self.subTest((command, words)):
                    began = time.monotonic()
                    result = self.run_program(*command, *words, env=env)
                    self.assertLess(time.monotonic() - began, LIMIT)
                    self.assert_says_one_sentence_with_a_hint(result, "locked", "--no-input")
        self.assert_no_dialog(ACCESS, DELETION, UNLOCKING)

    def test_the_wait_is_announced_bounded_and_ended_by_control_c(self):
        running = self.start("token", env=self.desktop)
        self.await_dialog(ACCESS)
        eventually(lambda: "Waiting for the keyring's dialog" in running.stderr, "the wait is announced", 8 * SLOWNESS)
        began = time.monotonic()
        running.signal(signal.SIGINT)
        self.assertEqual(running.result().code, 130)
        self.assertLess(time.monotonic() - began, 5 * SLOWNESS)
        self.display.press(next(iter(self.display.windows())), "Escape")

        opened = len(self.browser.diary())
        result = self.run_program("login", "--wait", "1s", env=self.desktop)
        self.assert_says_one_sentence_with_a_hint(result, "not answered within 1 second", "run it again")
        self.assertEqual(len(self.browser.diary()), opened)

    def test_a_terminal_is_enough(self):
        person = self.person({ACCESS: ALLOW})
        terminal = Emulator(["sh", "-c", f"'{LOGIN}' token; echo it ended with $?; exec cat"], self.environment)
        self.addCleanup(terminal.close)
        screen = terminal.await_text("it ended with")
        self.assertIn("it ended with 0", screen)
        self.assertEqual(person.answered, [ACCESS])

    def test_a_keyring_that_ends_while_its_dialog_is_open_ends_the_command(self):
        running = self.start("token", env=self.desktop)
        self.await_dialog(ACCESS)
        began = time.monotonic()
        self.desk.end(self.desk.keepassxc)
        self.assert_says_one_sentence_with_a_hint(running.result(), "keychain failed")
        self.assertLess(time.monotonic() - began, LIMIT)


@unittest.skipUnless(shutil.which("keepassxc") and shutil.which("Xvfb") and shutil.which("xdotool"), "no KeePassXC on a display")
class KeePassXCLocked(Asked):
    """A locked database, for whose password KeePassXC asks when it is told to unlock, or already when it is searched."""

    def sign_in_and_lock(self, **settings):
        first = self.desk.start_keepassxc("right", self.display)
        self.sign_in(env=self.desktop)
        token = self.run_program("token").stdout
        self.desk.end(first, signal.SIGTERM)
        self.desk.start_keepassxc("right", self.display, unlocked=False, **settings)
        return token

    def test_it_is_unlocked_by_its_dialog(self):
        token = self.sign_in_and_lock()
        self.assert_says_one_sentence_with_a_hint(self.run_program("token"), "the keychain is locked")
        person = self.person({UNLOCKING: ("Return", "right")})
        result = self.run_program("token", env=self.desktop)
        self.assertEqual((result.code, result.stdout, person.answered), (0, token, [UNLOCKING]), result.stderr)

    def test_a_search_that_shows_a_dialog_of_its_own_is_waited_for_beyond_the_three_seconds(self):
        token = self.sign_in_and_lock(unlocks=True)
        running = self.start("token", env=self.desktop)
        self.await_dialog(UNLOCKING)
        eventually(lambda: "which may be showing a dialog" in running.stderr, "the wait is announced", LIMIT)
        self.person({UNLOCKING: ("Return", "right")})
        result = running.result()
        self.assertEqual((result.code, result.stdout), (0, token), result.stderr)


@unittest.skipUnless(any(map(os.path.exists, PROMPTER_PROGRAMS)) and shutil.which("Xvfb") and shutil.which("xdotool"), "no prompter")
class GnomeKeyringAsks(Asked):
    """gnome-keyring, locked, with GNOME's prompter."""

    def setUp(self):
        super().setUp()
        first = self.desk.start_gnome_keyring("right")
        self.sign_in()
        self.token = self.run_program("token").stdout
        self.desk.end(first)
        self.desk.start_gnome_keyring("wrong")
        self.desk.start_prompter(self.display)

    def test_it_is_unlocked_by_its_dialog_and_stays_so(self):
        person = self.person({"": ("Return", "right")})
        result = self.run_program("token", env=self.desktop)
        self.assertEqual((result.code, result.stdout), (0, self.token), result.stderr)
        self.assertEqual(len(person.answered), 1)
        person.close()
        self.assertEqual(self.run_program("token").stdout, self.token)

    def test_a_dismissed_dialog_is_said_and_nothing_is_lost(self):
        self.person({"": DISMISS})
        self.assert_says_one_sentence_with_a_hint(self.run_program("token", env=self.desktop), "dialog was dismissed")
        self.desk.unlock("right")
        self.assertEqual(self.run_program("token").stdout, self.token)

    def test_where_nobody_can_be_asked_it_is_locked(self):
        self.assert_says_one_sentence_with_a_hint(self.run_program("token"), "the keychain is locked")
        self.assertEqual(self.display.windows(), {})


class PromptsWithoutPrompter(OnADesk):
    def test_a_dialog_that_cannot_be_shown_is_no_wait(self):
        first = self.desk.start_gnome_keyring("right")
        self.sign_in()
        self.desk.end(first)
        self.desk.start_gnome_keyring("wrong")
        began = time.monotonic()
        result = self.run_program("token", env={"DISPLAY": ":none"})
        self.assertLess(time.monotonic() - began, LIMIT)
        self.assert_says_one_sentence_with_a_hint(result, "could not be shown", "unlock the keychain first")


if __name__ == "__main__":
    unittest.main()
