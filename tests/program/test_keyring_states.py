"""The keyring in every state it can be in: distinguished, in time, with a hint, and nothing of the user's lost."""

import contextlib
import json
import shutil
import signal
import subprocess
import time
import unittest

import secretstorage

from harness import SCHEMA, SLOWNESS, ProgramTest, eventually
from keyrings import Desk

COMMANDS = ("login", "token", "status", "logout")
LIMIT = 8 * SLOWNESS  # seconds for any command, whatever the keyring does: it has three, and the machine other work


class OnADesk(ProgramTest):
    """A test with a session bus of its own, on which there is nothing yet."""

    def setUp(self):
        super().setUp()
        self.desk = Desk(self.folder / "desk")
        self.addCleanup(self.desk.close)
        self.environment.update({name: self.desk.environment[name]
                                 for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "DBUS_SESSION_BUS_ADDRESS")})

    @contextlib.contextmanager
    def items(self):
        """The items of ours on the desk's bus, through an independent library."""
        with self.desk.connection() as bus:
            yield list(secretstorage.search_items(bus, {"xdg:schema": SCHEMA}))

    def assert_every_command_fails(self, *phrases, env=None):
        for command in COMMANDS:
            with self.subTest(command):
                began = time.monotonic()
                result = self.run_program(command, env=env)
                self.assertLess(time.monotonic() - began, LIMIT)
                self.assert_says_one_sentence_with_a_hint(result, *phrases)
        self.assertEqual(self.browser.diary(), [])

    def assert_says_one_sentence_with_a_hint(self, result, *phrases):
        self.assert_fails(result, 7, *phrases)
        self.assertIn(result.stdout.split(" ")[0], ("", "profile"))  # `status` shows which profile it is about
        lines = [line for line in result.stderr.splitlines() if not line.startswith("Waiting for the key")]
        self.assertEqual([line.split(": ")[0] for line in lines], ["chutes-login", "hint"], result.stderr)


class Absent(OnADesk):
    def test_no_bus(self):
        gone = {"DBUS_SESSION_BUS_ADDRESS": None, "XDG_RUNTIME_DIR": str(self.folder)}
        self.assert_every_command_fails("there is no session bus", "start a secret service", "--store file", env=gone)

    def test_a_bus_without_a_service(self):
        self.assert_every_command_fails("no secret service on the session bus", "start a secret service", "--store file")

    def test_an_address_at_which_nobody_listens(self):
        gone = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder}/nobody"}
        self.assert_every_command_fails("the session bus cannot be reached", "--store file", env=gone)

    def test_a_bus_that_belongs_to_another_machine_is_no_bus_that_could_be_started(self):
        gone = {"DBUS_SESSION_BUS_ADDRESS": "autolaunch:"}
        self.assert_every_command_fails("there is no session bus", env=gone)

    def test_absence_is_known_at_once(self):
        """Within 50 ms beyond what it takes to start: the quickest of many runs in turns, so that load does not count."""
        def duration(*arguments, env=None):
            began = time.monotonic()
            self.run_program(*arguments, env=env)
            return time.monotonic() - began

        gone = {"DBUS_SESSION_BUS_ADDRESS": None, "XDG_RUNTIME_DIR": str(self.folder)}
        runs = [(duration("--version"), duration("token", env=gone), duration("token")) for _ in range(15)]
        started, without_bus, without_service = (min(times) for times in zip(*runs))
        self.assertLess(without_bus - started, 0.05 * SLOWNESS)
        self.assertLess(without_service - started, 0.05 * SLOWNESS)

    def test_nothing_is_kept_elsewhere_instead(self):
        self.run_program("login")
        self.assertEqual([str(path) for path in (self.folder / "desk/home").rglob("*") if path.is_file()], [])


class Locked(OnADesk):
    def test_locked_is_told_from_signed_out_and_the_same_command_works_once_the_person_has_unlocked(self):
        first = self.desk.start_gnome_keyring("right")
        self.sign_in()
        token = self.run_program("token").stdout
        self.desk.end(first)
        opened = len(self.browser.diary())
        self.desk.start_gnome_keyring("wrong")
        for command in COMMANDS:
            with self.subTest(command):
                result = self.run_program(command)
                self.assert_says_one_sentence_with_a_hint(result, "the keychain is locked", "unlock it")
        self.assertEqual(len(self.browser.diary()), opened)
        self.desk.unlock("right")
        again = self.run_program("token")
        self.assertEqual((again.code, again.stdout, again.stderr), (0, token, ""))
        self.assertEqual(self.run_program("status").code, 0)

    def test_a_session_in_a_locked_keyring_beside_an_open_default_one_is_locked_too(self):
        first = self.desk.start_gnome_keyring("right")
        self.sign_in()
        self.desk.end(first)
        self.desk.start_gnome_keyring("wrong")
        self.desk.make_default("session")
        self.assert_says_one_sentence_with_a_hint(self.run_program("token"), "the keychain is locked", "unlock it")
        self.assertEqual(self.run_program("token", "--profile", "other").code, 3)

    def test_a_keyring_that_was_never_made_has_nowhere_to_keep_a_session(self):
        self.desk.start_gnome_keyring("")  # an empty password makes none
        with self.desk.connection() as bus:
            for collection in secretstorage.get_all_collections(bus):
                if collection.get_label() != "":
                    collection.delete()
        self.assert_every_command_fails("no default keyring", "create one")


class Dying(OnADesk):
    """What happens to a call that is out while its keyring goes away."""

    def setUp(self):
        super().setUp()
        self.daemon = self.desk.start_gnome_keyring("right")
        self.sign_in()
        self.before = len(self.browser.diary())

    def test_a_daemon_killed_in_mid_call_ends_the_command_and_the_session_is_there_afterwards(self):
        for command in COMMANDS:
            with self.subTest(command):
                self.daemon.send_signal(signal.SIGSTOP)
                running = self.start(command)
                eventually(lambda: "Waiting for the keychain" in running.stderr, "the command waits", 10)
                killed = time.monotonic()
                self.desk.end(self.daemon)
                result = running.result()
                self.assertLess(time.monotonic() - killed, LIMIT)
                self.assert_says_one_sentence_with_a_hint(result, "keychain")  # it failed, or there is none any more
                self.daemon = self.desk.start_gnome_keyring("right")
                self.assertEqual(self.run_program("token").code, 0)
        self.assertEqual(len(self.browser.diary()), self.before)

    def test_a_daemon_that_says_nothing_is_given_three_seconds_and_the_user_is_told_meanwhile(self):
        self.daemon.send_signal(signal.SIGSTOP)
        self.addCleanup(self.daemon.send_signal, signal.SIGCONT)
        running = {command: self.start(command) for command in COMMANDS}
        began = time.monotonic()
        for command, program in running.items():
            with self.subTest(command):
                result = program.result()
                self.assert_says_one_sentence_with_a_hint(result, "did not answer within 3 seconds")
                self.assertIn("Waiting for the keychain", result.stderr)
        self.assertLess(time.monotonic() - began, LIMIT)

    def test_a_daemon_that_is_gone_is_absent_and_its_successor_is_asked(self):
        self.desk.end(self.daemon)
        self.assert_says_one_sentence_with_a_hint(self.run_program("token"), "no secret service on the session bus")
        self.desk.start_gnome_keyring("right")
        self.assertEqual(self.run_program("token").code, 0)

    def test_control_c_ends_the_wait_for_a_silent_daemon(self):
        self.daemon.send_signal(signal.SIGSTOP)
        self.addCleanup(self.daemon.send_signal, signal.SIGCONT)
        running = self.start("token")
        eventually(lambda: "Waiting for the keychain" in running.stderr, "the command waits", 10)
        running.signal(signal.SIGINT)
        self.assertEqual(running.result().code, 130)


class Items(ProgramTest):
    """What others have done to an item of ours."""

    def setUp(self):
        super().setUp()
        self.sign_in("--quiet")

    @contextlib.contextmanager
    def session_item(self):
        with contextlib.closing(secretstorage.dbus_init()) as bus:
            found = list(secretstorage.search_items(bus, {"xdg:schema": SCHEMA, "kind": "session"}))
            self.assertEqual(len(found), 1)
            yield found[0], bus

    def alter(self, secret):
        with self.session_item() as (item, _):
            item.set_secret(secret)

    def sessions(self):
        return [secret for attributes, secret in self.keyring.entries() if attributes["kind"] == "session"]

    def test_an_item_deleted_by_hand_is_being_signed_out(self):
        with self.session_item() as (item, _):
            item.delete()
        for command in ("token", "status", "refresh", "whoami"):
            with self.subTest(command):
                self.assert_fails(self.run_program(command), 3, "not signed in", "hint: sign in")
        self.assertIn(self.run_program("logout").code, (0, 3))
        self.sign_in()
        self.assertEqual(self.run_program("token").code, 0)

    def test_an_item_altered_by_hand_is_said_to_be_damaged_left_alone_and_replaced_by_a_sign_in(self):
        whole = json.dumps(self.keyring.session())
        for secret in (b"", b"garbage", b"\xff\xfe\x00", b"[]", b'"text"', b"null", b"{}", b'{"version": "1"}',
                       b'{"version": 1}', b'{"version": 1, "access_token": 7}', whole[:-20].encode(),
                       whole.encode() + b"x", b"[" * 50000):
            with self.subTest(secret[:40]):
                self.alter(secret)
                for command in ("token", "status", "refresh"):
                    self.assert_fails(self.run_program(command), 7, "the stored session of profile 'default' is damaged",
                                      "hint: remove it with 'chutes-login logout --profile default'")
                with self.session_item() as (item, _):
                    self.assertEqual(item.get_secret(), secret)
        self.sign_in()
        self.assertEqual(self.run_program("token").code, 0)

    def test_a_damaged_item_is_removed_by_logout_as_its_hint_says(self):
        self.alter(b"garbage")
        self.assert_fails(self.run_program("logout"), 5, "removed here", "could not be revoked at the server")
        self.assertEqual(self.sessions(), [])
        self.assertEqual(self.run_program("token").code, 3)

    def test_an_item_of_a_newer_version_is_left_alone_and_says_so(self):
        newer = json.dumps({**self.keyring.session(), "version": 2}).encode()
        self.alter(newer)
        for command in ("token", "status", "refresh"):
            with self.subTest(command):
                self.assert_fails(self.run_program(command), 7, "written by a newer version", "hint: use that version")
        with self.session_item() as (item, _):
            self.assertEqual(item.get_secret(), newer)
        self.assert_fails(self.run_program("logout"), 5, "removed here", "could not be revoked at the server")
        self.assertEqual(self.sessions(), [])

    def test_a_registration_that_cannot_be_read_is_replaced_by_setup_as_its_hint_says(self):
        bare = {name: None for name in self.registration}
        for secret, phrase in ((b"garbage", "is damaged"), (b'{"version": 2}', "was written by a newer version")):
            with self.subTest(secret), contextlib.closing(secretstorage.dbus_init()) as bus:
                for item in secretstorage.search_items(bus, {"xdg:schema": SCHEMA, "kind": "client"}):
                    item.set_secret(secret)
                self.assert_fails(self.run_program("login", env=bare), 7, "the stored client registration " + phrase,
                                  "register a new client with 'chutes-login setup'")
                admin = {**bare, "CHUTES_API_KEY": self.sandbox.variables["CHUTES_API_KEY"]}
                result = self.run_program("setup", env=admin)
                self.assertEqual(result.code, 0, result.stderr)
                self.sign_in(env=bare)

    def test_of_two_items_with_one_key_the_one_of_ours_wins_and_a_refresh_leaves_one(self):
        token = self.run_program("token").stdout
        with self.session_item() as (item, bus):
            attributes = {name: value for name, value in item.get_attributes().items() if not name.startswith("xdg:")}
            collection = secretstorage.get_default_collection(bus)
            collection.create_item("Copy", attributes, b"not a session", replace=False)
        self.assertEqual(self.run_program("token").stdout, token)
        self.assertEqual(self.run_program("refresh").code, 0)
        with contextlib.closing(secretstorage.dbus_init()) as bus:
            left = list(secretstorage.search_items(bus, attributes))
            self.assertEqual([item.get_label() for item in left], ["Chutes session (default)"])

    def test_of_two_equal_items_any_will_do_a_refresh_leaves_one_and_logout_removes_all(self):
        with self.session_item() as (item, bus):
            attributes, secret = item.get_attributes(), item.get_secret()
            collection = secretstorage.get_default_collection(bus)
            collection.create_item("Twin", attributes, secret, replace=False)
            self.assertEqual(len(self.sessions()), 2)
            self.assertEqual(self.run_program("token").code, 0)
            self.assertEqual(self.run_program("status").code, 0)
            self.assertEqual(self.run_program("refresh").code, 0)
            self.assertEqual(len(self.sessions()), 1)
            collection.create_item("Twin", attributes, secret, replace=False)
            self.assertEqual(self.run_program("logout").code, 0)
            self.assertEqual(self.sessions(), [])

    def test_a_refresh_token_of_64_kib_is_read_and_written_whole(self):
        large = "crt_" + "x" * 65532
        self.alter(json.dumps({**self.keyring.session(), "refresh_token": large}).encode())
        self.assertEqual(self.run_program("token").code, 0)
        result = self.run_program("refresh")  # refused, which is noted beside the tokens
        self.assertNotEqual(result.code, 7, result.stderr)
        self.assertEqual(self.keyring.session()["refresh_token"], large)

    def test_profiles_do_not_touch_each_other(self):
        for profile in (".", "..", "-x", "a" * 64, "A", "a"):
            self.sign_in(f"--profile={profile}")
        tokens = {profile: self.run_program("token", f"--profile={profile}").stdout
                  for profile in ("default", ".", "..", "-x", "a" * 64, "A", "a")}
        self.assertEqual(len(set(tokens.values())), 7)
        self.assertEqual(self.run_program("logout", "--profile=..").code, 0)
        self.assertEqual(self.run_program("token", "--profile=..").code, 3)
        self.assertEqual(self.run_program("token", "--profile=.").stdout, tokens["."])
        listed = self.run_program("status", "--all", "--json").json["profiles"]
        self.assertEqual({row["name"] for row in listed}, {"default", ".", "-x", "a" * 64, "A", "a"})

    def test_names_that_are_none_are_refused_before_anything_is_done(self):
        for profile in ("", "é", "a" * 65, "a/b", "../x", "a b", "a\nb"):
            with self.subTest(profile):
                self.assert_fails(self.run_program("login", f"--profile={profile}"), 2, "profile", "hint:")


@unittest.skipUnless(shutil.which("keepassxc"), "KeePassXC is not installed")
class KeePassXC(OnADesk):
    """Another Secret Service than the one this was written against."""

    def setUp(self):
        super().setUp()
        self.daemon = self.desk.start_keepassxc("right")

    def test_where_nobody_can_be_asked_a_sign_in_that_it_would_ask_for_ends_before_the_browser_opens(self):
        self.assert_says_one_sentence_with_a_hint(self.run_program("login"), "requires a confirmation", "--store file")
        self.assertEqual(self.browser.diary(), [])

    def test_what_it_holds_is_read(self):
        session = {"version": 1, "issuer": self.sandbox.url, "client_id": "cid_any", "access_token": "cak_kept",
                   "scope": "openid", "issued_at": int(time.time()), "generation": 1,
                   "expires_at": int(time.time()) + 3600}
        subprocess.run(["secret-tool", "store", "--label=Chutes session", "xdg:schema", SCHEMA, "profile", "default",
                        "issuer", self.sandbox.url, "kind", "session"], env=self.desk.environment,
                       input=json.dumps(session).encode(), check=True, timeout=LIMIT)
        self.assertEqual(self.run_program("token").stdout, "cak_kept\n")
        self.assertEqual(self.run_program("status").code, 0)
        self.assertEqual(self.run_program("token", "--profile", "other").code, 3)

    def test_gone_it_is_absent(self):
        self.desk.end(self.daemon)
        self.assert_every_command_fails("no secret service on the session bus")


class KDE(OnADesk):
    """A Secret Service under the name that KDE's has had since Plasma 6, and none under the usual one."""

    def setUp(self):
        super().setUp()
        self.other = Desk(self.folder / "other")
        self.addCleanup(self.other.close)
        self.other.start_gnome_keyring("right")

    def assert_works(self):
        self.sign_in()
        token = self.run_program("token")
        self.assertEqual((token.code, token.stderr), (0, ""))
        self.assertEqual(self.run_program("refresh").code, 0)
        self.assertNotEqual(self.run_program("token").stdout, token.stdout)
        self.assertEqual(self.run_program("status", "--all").code, 0)
        with self.other.connection() as bus:
            kinds = [item.get_attributes()["kind"] for item in secretstorage.search_items(bus, {"xdg:schema": SCHEMA})]
        self.assertCountEqual(kinds, ["session", "client"])
        self.assertEqual(self.run_program("logout").code, 0)
        self.assertEqual(self.run_program("token").code, 3)

    def test_it_is_used_where_nobody_has_the_usual_name(self):
        self.desk.offer_as_kde_does(self.other, activated=False)
        self.assert_works()

    def test_it_is_started_by_being_asked_for(self):
        self.desk.offer_as_kde_does(self.other, activated=True)
        self.assert_works()

    def test_a_service_with_the_usual_name_comes_first(self):
        self.desk.offer_as_kde_does(self.other, activated=False)
        self.desk.start_gnome_keyring("right")
        self.sign_in()
        with self.other.connection() as bus:
            self.assertEqual(list(secretstorage.search_items(bus, {"xdg:schema": SCHEMA})), [])

    def test_a_service_that_was_named_by_hand_is_not_replaced(self):
        self.desk.offer_as_kde_does(self.other, activated=False)
        result = self.run_program("token", env={"SECRET_SERVICE_BUS_NAME": "org.example.nobody"})
        self.assert_says_one_sentence_with_a_hint(result, "no secret service on the session bus")


if __name__ == "__main__":
    unittest.main()
