"""Secrets in files: what a disk, its permissions, a passphrase and a terminal can do to them, by the built program."""

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import termios
import unittest

from harness import LOGIN, ProgramTest, asan, eventually

PASSPHRASE = "correct horse battery staple"


def tracing():
    """Whether strace can simulate a failing disk."""
    done = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False) \
        if shutil.which("strace") else None
    return done is not None and done.returncode == 0


class InFiles(ProgramTest):
    store = "plaintext"
    suffix = ".plaintext.json"

    def setUp(self):
        super().setUp()
        self.data = self.folder / "home/.local/share"
        self.directory = self.data / "chutes-login"
        self.file = self.directory / ("default" + self.suffix)
        self.environment["CHUTES_STORE"] = self.store
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = None  # no keychain is needed, or asked

    def kept(self):
        """Every file of the store and what is in it, the locks aside, which hold nothing."""
        return {path.name: path.read_bytes() for path in self.directory.iterdir() if path.suffix != ".lock"}

    def failing(self, *arguments, inject):
        """The program on a machine whose system calls fail as described."""
        tampered = [word for spec in inject for word in ("-e", "inject=" + spec)]
        return self.run_program("-f", "-qq", "-o", "/dev/null", "-e", "signal=none", *tampered, LOGIN, *arguments,
                                program="strace", env=asan("detect_leaks=0"))

    def token_requests(self):
        return len(self.sandbox.log("/idp/token"))

    def assert_one_sentence(self, result, *phrases):
        self.assert_fails(result, 7, "hint:", *phrases)
        self.assertEqual(result.stderr.count("\n"), 2, result.stderr)


class Plaintext(InFiles):
    def setUp(self):
        super().setUp()
        self.sign_in("--quiet")

    def test_it_is_one_private_file_a_profile_and_named_as_what_it_is(self):
        self.assertEqual(list(self.kept()), ["default.plaintext.json"])
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.directory.stat().st_mode & 0o777, 0o700)
        self.assertIn("a plaintext file, protected only by its file mode", self.run_program("status").stdout)
        self.assertEqual(self.run_program("status", "--json").json["profiles"][0]["store"], "plaintext")

    def test_a_session_in_one_store_is_not_seen_in_another(self):
        secret = self.folder / "passphrase"
        secret.write_text(PASSPHRASE)
        secret.chmod(0o600)
        env = {"CHUTES_STORE_PASSPHRASE_FILE": str(secret)}
        self.assertEqual(self.run_program("token").code, 0)
        self.assert_fails(self.run_program("token", "--store", "file", env=env), 3, "not signed in")
        self.assert_fails(self.run_program("token", "--store", "keychain"), 7, "no keychain is running")
        bus = {"DBUS_SESSION_BUS_ADDRESS": os.environ["DBUS_SESSION_BUS_ADDRESS"]}
        self.assert_fails(self.run_program("token", "--store", "keychain", env=bus), 3, "not signed in")

    def test_what_is_open_to_others_is_refused_with_the_command_that_mends_it(self):
        for path, mode, mending in ((self.file, 0o640, "chmod 600"), (self.file, 0o604, "chmod 600"),
                                    (self.directory, 0o750, "chmod 700"), (self.directory, 0o701, "chmod 700")):
            for command in ("token", "status", "refresh", "logout"):
                with self.subTest(f"{path.name} {mode:o} {command}"):
                    before = path.stat().st_mode
                    path.chmod(mode)
                    result = self.run_program(command)
                    self.assert_one_sentence(result, "is open to other users", f"{mending} '{path}'")
                    path.chmod(before)
        self.assertEqual(self.run_program("token").code, 0)

    def test_a_link_or_something_else_in_its_place_is_not_followed(self):
        content = self.file.read_bytes()
        elsewhere = self.folder / "elsewhere"
        moved = self.folder / "moved"
        for name, put in (("is a symbolic link", lambda: self.file.symlink_to(elsewhere)),
                          ("is not a regular file", self.file.mkdir),
                          ("is not a regular file", lambda: os.mkfifo(self.file, 0o600))):
            with self.subTest(name):
                self.file.rename(elsewhere)
                put()
                self.assert_one_sentence(self.run_program("token"), name)
                self.assert_one_sentence(self.run_program("login"), name)
                self.file.rmdir() if self.file.is_dir() and not self.file.is_symlink() else self.file.unlink()
                elsewhere.rename(self.file)
        self.directory.rename(moved)
        self.directory.symlink_to(moved)
        self.assert_one_sentence(self.run_program("token"), "is a symbolic link", str(self.directory))
        self.directory.unlink()
        self.directory.write_text("")
        self.assert_one_sentence(self.run_program("token"), "is not a directory")
        self.directory.unlink()
        moved.rename(self.directory)
        self.assertEqual(self.file.read_bytes(), content)

    @unittest.skipUnless(os.geteuid() == 0, "only root can give files away")
    def test_what_belongs_to_another_is_refused(self):
        nobody = pwd.getpwnam("nobody").pw_uid
        for path in (self.file, self.directory):
            os.chown(path, nobody, -1)
            self.assert_one_sentence(self.run_program("token"), "belongs to another user", "chown", str(path))
            os.chown(path, os.geteuid(), -1)
        self.assertEqual(self.run_program("token").code, 0)

    def test_a_file_cut_short_anywhere_is_damaged_and_left_alone(self):
        content = self.file.read_bytes()
        for length in (0, 1, len(content) // 2, len(content) - 2):
            with self.subTest(length):
                self.file.write_bytes(content[:length])
                self.assert_one_sentence(self.run_program("token"), "is damaged", str(self.file))
                self.assert_one_sentence(self.run_program("login"), "is damaged", str(self.file))
                self.assertEqual(self.file.read_bytes(), content[:length])

    def test_the_profiles_of_odd_names_have_files_of_their_own(self):
        for profile in (".", "..", "-x", "a" * 64, "A"):
            self.sign_in(f"--profile={profile}", "--quiet")
        self.assertEqual(sorted(self.kept()), sorted(
            [f"{name}.plaintext.json" for name in ("%2E", "%2E.", "-x", "A", "a" * 64, "default")]))
        tokens = {self.run_program("token", f"--profile={profile}").stdout for profile in (".", "..", "-x", "A", "default")}
        self.assertEqual(len(tokens), 5)


@unittest.skipUnless(tracing(), "strace cannot trace here")
class FailingDisk(InFiles):
    def setUp(self):
        super().setUp()
        self.sign_in("--quiet")

    def test_a_refresh_that_could_not_be_stored_is_not_begun(self):
        for fault, sentence in (("fsync:error=ENOSPC", "No space left on device"), ("fsync:error=EIO", "Input/output error"),
                                ("renameat:error=EROFS", "Read-only file system"),
                                ("renameat:error=EDQUOT", "Disk quota exceeded")):
            with self.subTest(fault):
                before, requests = self.kept(), self.token_requests()
                result = self.failing("refresh", inject=[fault])
                self.assert_one_sentence(result, sentence, str(self.file))
                self.assertEqual((self.kept(), self.token_requests()), (before, requests))
        self.assertEqual(self.run_program("refresh").code, 0)

    def test_new_tokens_that_cannot_be_stored_are_told_of_and_the_old_session_is_still_there(self):
        before = self.run_program("token").stdout
        requests = self.token_requests()
        result = self.failing("refresh", inject=["renameat:error=ENOSPC:when=2+"])  # the first leaves the mark
        self.assertEqual(self.token_requests(), requests + 1)
        self.assert_one_sentence(result, "the session was refreshed, but its new tokens could not be stored: cannot replace",
                                 "No space left on device", "sign in again with 'chutes-login login'")
        self.assertEqual(list(self.kept()), ["default.plaintext.json"])
        self.assertEqual(self.run_program("token").stdout, before)
        self.assert_fails(self.run_program("refresh"), 3, "response was lost", "sign in")
        self.sign_in()
        self.assertEqual(self.run_program("token").code, 0)

    def test_a_sign_in_that_could_not_be_stored_ends_before_the_browser_opens(self):
        for fault, sentence in (("fsync:error=ENOSPC", "No space left on device"), ("renameat:error=EROFS", "Read-only file system")):
            with self.subTest(fault):
                before, opened = self.kept(), len(self.browser.diary())
                self.assert_one_sentence(self.failing("login", inject=[fault]), sentence, str(self.file))
                self.assertEqual((self.kept(), len(self.browser.diary())), (before, opened))

    def test_tokens_of_a_sign_in_that_cannot_be_stored_are_revoked_and_the_old_session_is_still_there(self):
        before, revoked = self.run_program("token").stdout, len(self.sandbox.log("/idp/token/revoke"))
        result = self.failing("login", "--quiet", inject=["renameat:error=ENOSPC:when=3+"])  # after the probe and its end
        self.assert_fails(result, 7, "No space left on device; the tokens just issued were revoked", "hint:")
        self.assertEqual(len(self.sandbox.log("/idp/token/revoke")), revoked + 2)
        self.assertEqual(self.run_program("token").stdout, before)
        self.assertTrue(self.sandbox.introspect(before.strip())["active"])

    def test_a_disk_that_recovers_at_the_second_try_loses_nothing(self):
        result = self.failing("refresh", inject=["renameat:error=ENOSPC:when=2"])
        self.assertEqual(result.code, 0, result.stderr)
        self.assertEqual(self.run_program("refresh").code, 0)

    def test_a_file_system_without_locks_is_said_to_be_one(self):
        for reason in ("ENOLCK", "EOPNOTSUPP"):
            for command in ("login", "refresh", "logout"):
                with self.subTest(f"{reason} {command}"):
                    before, opened, asked = self.kept(), len(self.browser.diary()), len(self.sandbox.log())
                    result = self.failing(command, inject=[f"flock:error={reason}"])
                    self.assert_fails(result, 7, "lock", "hint:", "HOME or XDG_DATA_HOME")
                    self.assertEqual((self.kept(), len(self.browser.diary()), len(self.sandbox.log())),
                                     (before, opened, asked))


    def test_a_lock_that_fails_is_an_error_and_one_that_is_interrupted_is_tried_again(self):
        for reason in ("EBADF", "EINVAL", "EIO"):
            with self.subTest(reason):
                asked = len(self.sandbox.log())
                self.assert_fails(self.failing("refresh", inject=[f"flock:error={reason}"]), 7, "lock", "hint:")
                self.assertEqual(len(self.sandbox.log()), asked)
        result = self.failing("refresh", inject=["flock:error=EINTR:when=1..3"])
        self.assertEqual((result.code, result.stderr), (0, ""))


def mounted(folder, options):
    return subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True,
                          check=False).returncode == 0


class RealDisk(InFiles):
    """A file system of the test's own, small or read-only, where root may make one."""

    def setUp(self):
        super().setUp()
        self.data.mkdir(parents=True)
        if not mounted(self.data, "size=64k"):
            self.skipTest("this user may not mount anything")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.data)], check=False)

    def test_a_full_disk_keeps_the_session_and_says_so(self):
        self.sign_in("--quiet")
        before, requests = self.kept(), self.token_requests()
        with contextlib.suppress(OSError), (self.data / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(b"x" * 4096)
        opened = len(self.browser.diary())
        for command in ("refresh", "login"):
            self.assert_one_sentence(self.run_program(command), "No space left on device", "free some disk space")
        self.assertEqual((self.kept(), self.token_requests()), (before, requests))
        self.assertEqual(len(self.browser.diary()), opened)
        self.assertEqual(self.run_program("token").code, 0)
        (self.data / "filler").unlink()
        self.assertEqual(self.run_program("refresh").code, 0)

    def test_a_read_only_disk_is_read_and_not_written(self):
        self.sign_in("--quiet")
        token = self.run_program("token").stdout
        subprocess.run(["mount", "-o", "remount,ro", str(self.data)], check=True)
        before, requests = self.kept(), len(self.sandbox.log())
        self.assertEqual(self.run_program("token").stdout, token)
        self.assertEqual(self.run_program("status").code, 0)
        for command in ("login", "refresh"):
            self.assert_one_sentence(self.run_program(command), "Read-only file system")
        self.assertEqual((self.kept(), len(self.sandbox.log())), (before, requests))


class Encrypted(InFiles):
    store, suffix = "file", ".encrypted"

    def setUp(self):
        super().setUp()
        self.secret = self.folder / "passphrase"
        self.write_passphrase(PASSPHRASE + "\n")
        self.environment["CHUTES_STORE_PASSPHRASE_FILE"] = str(self.secret)

    def write_passphrase(self, text):
        self.secret.write_text(text)
        self.secret.chmod(0o600)

    def test_nothing_of_the_session_lies_in_it_readably(self):
        self.sign_in("--quiet")
        token = self.run_program("token").stdout.strip()
        (content,) = self.kept().values()
        for word in (token, "ada", self.sandbox.url, PASSPHRASE):
            self.assertNotIn(word.encode(), content)
        self.assertIn("an encrypted file", self.run_program("status").stdout)
        self.assertEqual(self.run_program("refresh").code, 0)
        self.assertEqual(self.run_program("logout").code, 0)
        self.assertEqual(self.run_program("token").code, 3)

    def test_a_wrong_passphrase_is_told_and_changes_nothing(self):
        self.sign_in("--quiet")
        before, requests = self.kept(), len(self.sandbox.log())
        self.write_passphrase("wrong")
        for command in ("token", "status", "refresh", "login", "logout"):
            with self.subTest(command):
                self.assert_one_sentence(self.run_program(command), "passphrase")
        self.assertEqual((self.kept(), len(self.sandbox.log())), (before, requests))

    def test_an_altered_or_shortened_file_is_never_taken(self):
        self.sign_in("--quiet")
        content = self.file.read_bytes()
        altered = [content[:place] + bytes([content[place] ^ 1]) + content[place + 1:]
                   for place in (0, 15, 16, 17, 18, 19, 22, 23, 39, 51, len(content) - 1)]
        for damaged in (*altered, b"", content[:14], content[:50], content[:-1], content + b"x"):
            self.file.write_bytes(damaged)
            self.assert_one_sentence(self.run_program("token"), str(self.file))
            self.assertEqual(self.file.read_bytes(), damaged)
        self.file.write_bytes(content)
        self.assertEqual(self.run_program("token").code, 0)

    def test_a_passphrase_file_that_cannot_be_used_is_an_error_not_passed_over(self):
        self.sign_in("--quiet")
        self.write_passphrase("\n")
        self.assert_one_sentence(self.run_program("token"), "is empty", str(self.secret))
        self.write_passphrase("")
        self.assert_one_sentence(self.run_program("token"), "is empty", str(self.secret))
        self.write_passphrase(PASSPHRASE)
        self.secret.chmod(0o644)
        self.assert_one_sentence(self.run_program("token"), "is open to other users", "chmod 600")
        self.secret.unlink()
        self.assert_one_sentence(self.run_program("token"), "does not exist", "CHUTES_STORE_PASSPHRASE_FILE")

    def test_the_passphrase_may_be_a_credential_of_systemd(self):
        self.sign_in("--quiet")
        credentials = self.folder / "credentials"
        credentials.mkdir(mode=0o500 | 0o200)
        (credentials / "chutes-login-passphrase").write_text(PASSPHRASE)
        (credentials / "chutes-login-passphrase").chmod(0o440)
        env = {"CHUTES_STORE_PASSPHRASE_FILE": None, "CREDENTIALS_DIRECTORY": str(credentials)}
        self.assertEqual(self.run_program("token", "--no-input", env=env).code, 0)

    def test_without_anybody_to_ask_the_ways_to_give_one_are_named(self):
        nobody = {"CHUTES_STORE_PASSPHRASE_FILE": None}
        self.assert_one_sentence(self.run_program("login", "--no-input", env=nobody), "CHUTES_STORE_PASSPHRASE_FILE",
                                 "chutes-login-passphrase")
        self.assertEqual(self.browser.diary(), [])
        self.sign_in("--quiet")
        for command in ("token", "status", "refresh", "logout"):
            self.assert_one_sentence(self.run_program(command, "--no-input", env=nobody), "CHUTES_STORE_PASSPHRASE_FILE")


class Asked(InFiles):
    """The passphrase typed on a terminal."""

    store, suffix = "file", ".encrypted"

    def on_terminal(self, *arguments):
        """Starts the program with a terminal of its own; its standard streams are elsewhere."""
        master, slave = os.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        os.set_blocking(master, False)
        self.master, self.slave, self.shown = master, slave, b""
        return self.start(*arguments, start_new_session=True, preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0))

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def read(self):
        with contextlib.suppress(BlockingIOError):
            self.shown += os.read(self.master, 4096)
        return self.shown.decode()

    def answer(self, question, text):
        """Waits for the question, with the echo off, and types."""
        eventually(lambda: self.read().count(question) and not self.echoes(), f"it asks {question!r}: {self.shown}")
        os.write(self.master, (text + "\n").encode())

    def test_a_new_one_is_asked_twice_without_echo_and_then_once(self):
        login = self.on_terminal("login", "--quiet")
        self.answer("New passphrase for", PASSPHRASE)
        self.answer("Repeat the passphrase: ", PASSPHRASE)
        result = login.result()
        self.assertEqual(result.code, 0, result.stderr)
        self.assertNotIn(PASSPHRASE, self.read() + result.stdout + result.stderr)
        self.assertEqual((self.shown.count(b"New passphrase"), self.shown.count(b"Repeat the passphrase")), (1, 1))
        self.assertTrue(self.echoes())
        token = self.on_terminal("token")
        self.answer(f"Passphrase for {self.file}: ", PASSPHRASE)
        result = token.result()
        self.assertRegex(result.stdout, "^cak_")
        self.assertEqual((result.code, result.stderr), (0, ""))
        self.assertNotIn(PASSPHRASE, self.read())

    def test_two_that_differ_make_no_store_and_open_no_browser(self):
        login = self.on_terminal("login")
        self.answer("New passphrase for", "one")
        self.answer("Repeat the passphrase: ", "two")
        self.assert_fails(login.result(), 7, "the two passphrases differ", "hint: try again")
        self.assertFalse(self.file.exists())
        self.assertEqual(self.browser.diary(), [])

    def test_control_c_at_the_question_gives_the_terminal_back(self):
        login = self.on_terminal("login")
        eventually(lambda: "New passphrase" in self.read() and not self.echoes(), "it asks")
        os.write(self.master, b"half a pass\x03")
        self.assertEqual(login.result().code, 130)
        self.assertTrue(self.echoes())
        self.assertFalse(self.file.exists())

    def test_a_termination_at_the_question_gives_the_terminal_back(self):
        login = self.on_terminal("login")
        eventually(lambda: "New passphrase" in self.read() and not self.echoes(), "it asks")
        login.signal(signal.SIGTERM)
        self.assertEqual(login.result().code, 143)
        self.assertTrue(self.echoes())

    def test_an_end_of_input_at_the_question_fails(self):
        login = self.on_terminal("login")
        eventually(lambda: "New passphrase" in self.read() and not self.echoes(), "it asks")
        os.write(self.master, b"\x04")
        self.assert_fails(login.result(), 7, "passphrase", "CHUTES_STORE_PASSPHRASE_FILE")

    def test_no_input_asks_nothing_even_on_a_terminal(self):
        login = self.on_terminal("login", "--no-input")
        self.assert_fails(login.result(), 7, "no terminal", "CHUTES_STORE_PASSPHRASE_FILE")
        self.assertEqual(self.read(), "")


if __name__ == "__main__":
    unittest.main()
