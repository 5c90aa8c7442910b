"""The program on real terminals: under the job control of real shells, at every way out of it, on terminals that can do less,
and when a second signal comes."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import time
import unittest
import urllib.parse

from golden import check_golden
from harness import BROWSER, LOGIN, ProgramTest, eventually
from typist import Typist, ends_on

SHELLS = {"bash": ("bash", "--norc", "--noediting", "-i"), "bash, editing": ("bash", "--norc", "-i"),
          "zsh": ("zsh", "-f", "-i"), "dash": ("dash", "-i")}
QUESTION = "Admin API key"
SIGNALS = {"quit": signal.SIGQUIT, "terminate": signal.SIGTERM, "hang up": signal.SIGHUP, "abort": signal.SIGABRT,
           "fault": signal.SIGSEGV, "user": signal.SIGUSR1, "alarm": signal.SIGALRM}
if "ASAN_OPTIONS" in os.environ:
    del SIGNALS["fault"]  # AddressSanitizer reports it and ends the program by itself


class Terminals(ProgramTest):
    def type_at(self, *arguments, program=LOGIN, **variables):
        environment = {**self.environment, "TERM": "xterm", **variables}
        environment = {name: value for name, value in environment.items() if value is not None}
        typist = Typist(arguments, environment, program)
        self.addCleanup(typist.close)
        return typist

    def far_login(self, *arguments, **variables):
        """A sign-in that waits for a paste, and the address it printed."""
        typist = self.type_at("login", *arguments, BROWSER=None, SSH_TTY="/dev/pts/9", **variables)
        address = typist.read_until(r"\n  (http://\S+/idp/authorize\S+)\r").group(1)
        typist.read_until(r"Waiting for the browser")
        return typist, address


class JobControl(Terminals):
    def shell(self, words):
        typist = self.type_at(*words[1:], program=shutil.which(words[0]), PS1="shell> ", PROMPT="shell> ")
        typist.read_until("shell> ")
        return typist

    def stop_at(self, typist, shown):
        """Presses Ctrl-Z once the text is shown, and waits for the shell."""
        typist.read_until(shown)
        eventually(lambda: not typist.echoes() and typist.reads_lines(), "the echo is off")
        seen = len(typist.seen)
        typist.type("\x1a")
        typist.read_until("shell> ", seen)

    def assert_quiet_again(self, typist):
        eventually(lambda: not typist.echoes() and typist.reads_lines(), "the echo is off again")

    def test_the_echo_is_off_again_after_ctrl_z_and_fg_and_the_answer_is_not_shown(self):
        for name, words in SHELLS.items():
            with self.subTest(name):
                typist = self.shell(words)
                typist.type(f"{shlex.quote(LOGIN)} app list\n")
                self.stop_at(typist, QUESTION)
                if name in ("dash", "bash"):  # the others switch it off themselves, to draw what is typed
                    self.assertTrue(typist.echoes())
                seen = len(typist.seen)
                typist.type("fg\n")
                typist.read_until(QUESTION, seen)  # is asked again
                self.assert_quiet_again(typist)
                typist.type(self.sandbox.variables["CHUTES_API_KEY"] + "\n")
                typist.read_until("NAME +CLIENT ID", seen)
                self.assertNotIn(self.sandbox.variables["CHUTES_API_KEY"], typist.seen)
                typist.type("exit\n")
                typist.result()

    def test_a_program_sent_to_the_background_leaves_the_terminal_alone_until_it_is_back(self):
        for name in ("bash", "zsh", "dash"):
            with self.subTest(name):
                typist = self.shell(SHELLS[name])
                typist.type(f"{shlex.quote(LOGIN)} app list\n")
                self.stop_at(typist, QUESTION)
                seen = len(typist.seen)
                typist.type("bg; echo r''eady\n")
                typist.read_until("ready", seen)
                typist.type("fg\n")
                self.assert_quiet_again(typist)
                typist.type(self.sandbox.variables["CHUTES_API_KEY"] + "\n")
                typist.read_until("NAME +CLIENT ID", seen)
                self.assertNotIn(self.sandbox.variables["CHUTES_API_KEY"], typist.seen)

    def test_a_waiting_sign_in_takes_a_paste_that_is_not_shown_after_ctrl_z_and_fg(self):
        for name in ("bash", "zsh", "dash"):
            with self.subTest(name):
                typist = self.shell(SHELLS[name])
                typist.type(f"unset BROWSER; SSH_TTY=x {shlex.quote(LOGIN)} login\n")
                address = typist.read_until(r"\n  (http://\S+/idp/authorize\S+)\r").group(1)
                self.stop_at(typist, "Waiting for the browser")
                typist.type("fg\n")
                self.assert_quiet_again(typist)
                redirect = ends_on(address)
                typist.type(redirect + "\n")
                typist.read_until("Signed in as")
                self.assertNotIn(urllib.parse.parse_qs(urllib.parse.urlsplit(redirect).query)["code"][0], typist.seen)

    def test_a_stopped_program_can_be_killed(self):
        typist = self.shell(SHELLS["bash"])
        typist.type(f"{shlex.quote(LOGIN)} app list\n")
        self.stop_at(typist, QUESTION)
        seen = len(typist.seen)
        typist.type("p=$(jobs -p); kill %1; while kill -0 $p 2>&-; do sleep 0.01; done\n")
        typist.read_until("Exit 143", seen)  # says the shell, once it knows
        self.assertTrue(typist.echoes())


class WaysOut(Terminals):
    def test_the_echo_is_back_after_every_way_out_of_a_hidden_question(self):
        for name, number in SIGNALS.items():
            with self.subTest(name):
                typist = self.type_at("app", "list")
                typist.read_until(QUESTION)
                self.assert_echo_returns(typist, lambda process=typist.process, number=number: os.kill(process, number), number)
        with self.subTest("Ctrl-\\"):
            typist = self.type_at("app", "list")
            typist.read_until(QUESTION)
            self.assert_echo_returns(typist, lambda: typist.type("\x1c"), signal.SIGQUIT)

    def test_the_echo_is_back_after_every_way_out_of_a_waiting_sign_in(self):
        for name, number in SIGNALS.items():
            with self.subTest(name):
                typist, _ = self.far_login()
                self.assert_echo_returns(typist, lambda process=typist.process, number=number: os.kill(process, number), number)

    def assert_echo_returns(self, typist, leave, number):
        slave = typist.hold()
        self.addCleanup(os.close, slave)
        eventually(lambda: not typist.echoes(), "the echo is off")
        leave()
        self.assertEqual(typist.await_end(), 143 if number in (signal.SIGTERM, signal.SIGHUP) else -number)
        self.assertTrue(typist.echoes())


class Pastes(Terminals):
    def test_a_bracketed_paste_of_an_address_without_its_scheme_signs_in(self):
        for prefix in ("http://", ""):
            with self.subTest(prefix):
                typist, address = self.far_login()
                typist.type("\x1b[200~" + prefix + ends_on(address).removeprefix("http://") + "\x1b[201~\n")
                self.assertEqual(typist.result(), 0, typist.seen)
                self.assertIn("Signed in as ada", typist.seen)

    def test_a_key_that_is_pasted_in_brackets_is_the_key(self):
        typist = self.type_at("app", "list")
        typist.read_until(QUESTION)
        eventually(lambda: not typist.echoes(), "the echo is off")
        typist.type("\x1b[200~" + self.sandbox.variables["CHUTES_API_KEY"] + "\x1b[201~\n")
        self.assertEqual(typist.result(), 0, typist.seen)


class LesserTerminals(Terminals):
    def test_a_dumb_terminal_gets_no_escape_sequence_and_no_colour(self):
        for words, code in ((("login",), 0), (("doctor",), None), (("status",), 0), (("--profile", "none", "whoami"), 3)):
            with self.subTest(words):
                typist = self.type_at(*words, TERM="dumb")
                self.assertEqual(typist.result(), typist.code if code is None else code, typist.seen)
                self.assertNotIn("\x1b", typist.seen)
                self.assertNotRegex(typist.seen, r"\r[^\n]")

    def test_a_wait_on_a_dumb_terminal_is_announced_once(self):
        typist, _ = self.far_login("--wait", "2", TERM="dumb")
        self.assertEqual(typist.result(), 4, typist.seen)
        self.assertEqual(typist.seen.count("Waiting for the browser"), 1)

    def test_a_result_that_cannot_be_written_is_an_error_on_a_full_disk_and_on_a_closed_output_alike(self):
        self.sign_in()
        for words in (["--version"], ["--help"], ["help", "exit-codes"], ["completion", "bash"], ["models"], ["status"],
                      ["token"], ["whoami", "--json"], ["doctor", "--json"], ["invoke", "-m", "deepseek-ai/DeepSeek-V3.2-TEE", "hello"]):
            for place in (">&-", ">/dev/full"):
                with self.subTest(words=words, place=place):
                    done = subprocess.run(["sh", "-c", f'"$@" {place}', "sh", LOGIN, *words], env=self.environment,
                                          capture_output=True, text=True, timeout=60)
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertRegex(done.stderr, r"could not write the result: .+")
                    self.assertIn("hint", done.stderr)

    def test_a_closed_standard_error_changes_nothing(self):
        self.sign_in()
        done = subprocess.run(["sh", "-c", '"$@" 2>&-', "sh", LOGIN, "whoami"], env=self.environment, capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(done.returncode, 0)
        self.assertIn("ada", done.stdout)


class SecondSignal(Terminals):
    """What cannot be repeated is finished after a first signal, and not after a second."""

    def interrupt_twice(self, typist, number):
        typist.read_until(r"> POST \S+/idp/token")
        os.kill(typist.process, number)
        typist.read_until("interrupt again to end it now")
        other = time.monotonic() + 0.15  # a signal that comes sooner is the same one
        eventually(lambda: time.monotonic() > other, "another signal is another")
        os.kill(typist.process, number)

    def test_the_second_signal_ends_an_exchange_and_says_what_may_be_lost(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(number), self.sandbox.fault("/idp/token:delay=60000"):
                typist = self.type_at("login", "-vv")
                self.interrupt_twice(typist, number)
                self.assertEqual(typist.result(), code, typist.seen)
                self.assertIn("chutes-login status", typist.seen.splitlines()[-1])
                self.assertIsNone(self.keyring.session())
                self.assert_nobody_listens()

    def test_the_second_signal_ends_a_refresh_and_the_next_command_knows_more(self):
        self.sign_in()
        with self.sandbox.fault("/idp/token:delay=60000"):
            typist = self.type_at("refresh", "-vv")
            self.interrupt_twice(typist, signal.SIGTERM)
            self.assertEqual(typist.result(), 143, typist.seen)
            self.assertIn("the next command says so", typist.seen.splitlines()[-1])
        self.assertIn(self.run_program("whoami").code, (0, 3))

    def test_the_first_signal_alone_lets_a_refresh_finish(self):
        self.sign_in()
        before = self.keyring.session()["access_token"]
        with self.sandbox.fault("/idp/token:delay=1000"):
            typist = self.type_at("refresh", "-vv")
            typist.read_until(r"> POST \S+/idp/token")
            os.kill(typist.process, signal.SIGINT)
            self.assertEqual(typist.result(), 0, typist.seen)
        self.assertNotEqual(self.keyring.session()["access_token"], before)
        self.assertEqual(self.run_program("whoami").code, 0)


class Browsers(Terminals):
    def test_a_browser_command_that_shows_nothing_is_made_up_for_by_the_full_address(self):
        for command in ("true", "true --new-window '%s'"):
            with self.subTest(command):
                running = self.start("login", env={"BROWSER": command})
                found = eventually(lambda running=running: re.search(r"\n  (http://\S+/idp/authorize\S+)\n", running.stderr),
                                   "the address is printed")
                self.browser.visit(found.group(1))
                result = running.result()
                self.assertEqual(result.code, 0, result.stderr)
                self.assertEqual(result.stderr.count("/idp/authorize"), 1)
        check_golden(self, re.sub(r"http://\S+", "<address>", result.stderr))

    def test_browser_is_read_as_a_shell_reads_it(self):
        folder = self.folder / "My Browsers"
        folder.mkdir()
        (folder / "browser").symlink_to(BROWSER)
        (folder / "plan.json").write_text("{}")
        program = folder / "browser"
        for value in (f"'{program}' %s", f'"{program}"', str(program).replace(" ", "\\ "), f"missing -x:'{program}'", str(program)):
            with self.subTest(value):
                self.sign_in(env={"BROWSER": value})

    def test_the_reason_why_no_browser_is_started_is_the_true_one(self):
        for variables in ({"BROWSER": "/nowhere/firefox"}, {"BROWSER": "'firefox"}, {"BROWSER": None, "DISPLAY": ":0", "PATH": "/nowhere"},
                          {"BROWSER": "false"}):
            with self.subTest(variables):
                result = self.run_program("login", "--wait", "1", env=variables)
                self.assertEqual(result.code, 4)
                check_golden(self, result.stderr.splitlines()[0])


if __name__ == "__main__":
    unittest.main()
