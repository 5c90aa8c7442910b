"""What people see: the main commands in a real terminal emulator, at several widths and in several locales, kept whole in
tests/golden/screens. CHUTES_WRITE_GOLDEN=1 writes those files instead of comparing them; review the diff."""

import os
import re
import subprocess
import unittest

from emulator import Emulator
from harness import LOGIN, ROOT, ProgramTest

GOLDEN = ROOT / "tests/golden/screens"


def settled(screen):
    """Without what no two runs share: ports, times, addresses, how long something took, and bars, whose length depends on
    the words beside them."""
    for pattern, word in ((r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"), (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
                          (r"\d{4}-\d\d-\d\d \(.*?\)", "DAY"),
                          (r"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}", "ID"), (r"\d+ ms", "N ms"), (r"\b5[A-HJ-NP-Za-km-z1-9]{40,}", "ADDRESS"),
                          (r"\[[█░]+\]", "[BAR]"), (r"\[[#-]+\]", "[ASCII BAR]"), (r"\b\d+ of 2000", "N of 2000"),
                          (r"(anew|resets|expires)( +)in \d+ (?:minutes?|hours?|seconds?|days?)", r"\1\2in SOME TIME")):
        screen = re.sub(pattern, word, screen)
    return screen + "\n"


class Screens(ProgramTest):
    def screen_of(self, *arguments, columns=80, lines=60, escapes=False, **variables):
        """The screen after the command has ended, its prompt and exit code at the end."""
        emulator = Emulator(["sh", "-c", '"$@"; printf "\\nexit code %s\\n" $?; read _', "sh", LOGIN, *arguments],
                            {**self.environment, **variables}, columns=columns, lines=lines)
        self.addCleanup(emulator.close)
        emulator.await_text("exit code ")
        return emulator.screen(escapes)

    def assert_golden(self, name, screen, columns=80):
        for line in screen.splitlines():
            self.assertLessEqual(len(line), columns, line)
        file = GOLDEN / f"{name}.txt"
        if os.environ.get("CHUTES_WRITE_GOLDEN"):
            GOLDEN.mkdir(parents=True, exist_ok=True)
            file.write_text(settled(screen))
        self.assertEqual(settled(screen), file.read_text(), name)

    def test_help_on_terminals_of_several_widths(self):
        for columns in (40, 80, 200):
            with self.subTest(columns=columns):
                self.assert_golden(f"help_{columns}", self.screen_of("--help", columns=columns, lines=150), columns)
        self.assert_golden("help_token", self.screen_of("token", "--help"))
        self.assert_golden("help_invoke", self.screen_of("invoke", "--help", columns=100, lines=150), 100)
        self.assert_golden("help_exit_codes", self.screen_of("help", "exit-codes"))

    def test_status_whoami_and_balance_of_somebody_who_is_signed_in(self):
        self.sign_in("--scope", "openid", "--scope", "profile", "--scope", "chutes:invoke", "--scope", "balance",
                     "--scope", "quota", "--scope", "account:read", "--scope", "usage")
        self.assert_golden("status", self.screen_of("status"))
        self.assert_golden("whoami", self.screen_of("whoami", "--account"))
        self.assert_golden("profile_list", self.screen_of("profile", "list"))
        self.assert_golden("balance", self.screen_of("balance"))
        self.assert_golden("balance_ascii", self.screen_of("balance", LC_ALL="C"))
        chart = self.screen_of("balance", "--usage", LC_ALL="C")
        self.assertRegex(chart, r"(?m)^\d\d-\d\d +\$\d\.\d\d .* #{20,}$")
        self.assertTrue(chart.isascii(), chart)
        self.assertLessEqual(max(map(len, chart.splitlines())), 80)
        self.assertIn("█", self.screen_of("balance", "--usage"))

    def test_doctor_in_columns_and_in_a_narrow_terminal_below_each_other(self):
        self.sign_in()
        self.assert_golden("doctor", self.screen_of("doctor", columns=100), 100)
        narrow = self.screen_of("doctor", columns=40)
        self.assertRegex(narrow, r"ok       browser\n  \w")
        self.assertLessEqual(max(map(len, narrow.splitlines())), 40)

    def test_lists_fit_the_terminal_and_cut_only_their_last_column(self):
        for columns in (40, 80, 200):
            with self.subTest(columns=columns):
                self.assert_golden(f"models_{columns}", self.screen_of("models", columns=columns), columns)
        self.assert_golden("chutes", self.screen_of("chutes"))

    def test_an_answer_is_streamed_to_the_terminal_without_its_escape_sequences(self):
        self.sign_in()
        self.assert_golden("invoke", self.screen_of("invoke", "-m", "deepseek-ai/DeepSeek-V3.2-TEE", "say \x1b[31mred\x07 now"))

    def test_an_error_is_a_sentence_and_a_hint_coloured_only_where_colour_is_wanted(self):
        self.assert_golden("error", self.screen_of("status"))
        self.assertIn("\x1b[1;31m", self.screen_of("status", escapes=True).replace("\x1b[1m\x1b[31m", "\x1b[1;31m"))
        plain = self.screen_of("status", escapes=True, NO_COLOR="1")
        self.assertNotIn("\x1b[", plain.split("exit code")[0])

    def test_whoever_stops_reading_ends_the_program_quietly(self):
        for words in (["--help"], ["help", "environment"], ["completion", "bash"], ["doctor"]):
            with self.subTest(words):
                reading, writing = os.pipe()
                os.close(reading)
                with os.fdopen(writing, "w") as pipe:
                    done = subprocess.run([LOGIN, *words], env=self.environment, stdout=pipe, stderr=subprocess.PIPE,
                                          text=True, timeout=60)
                self.assertEqual((done.returncode, done.stderr), (141, ""))


if __name__ == "__main__":
    unittest.main()
