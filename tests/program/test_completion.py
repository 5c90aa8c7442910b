"""Completion in the real shells: what a Tab offers, that it asks nothing and starts nothing of ours."""

import json
import os
import pathlib
import shlex
import subprocess
import tempfile
import time
import unittest

from emulator import Emulator
from golden import check_golden
from harness import LOGIN, bare_environment

SHELLS = ("bash", "zsh", "fish")


class Home:
    """A home directory with names in its caches, a program that tells when it is started, and the scripts."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="chutes-completion.")
        self.path = pathlib.Path(self._folder.name)
        self.started = self.path / "started"
        for folder in ("bin", "work/notes", ".cache/chutes-login"):
            (self.path / folder).mkdir(parents=True)
        for name in ("chutes-login", "chutes"):
            program = self.path / "bin" / name
            program.write_text(f"#!/bin/sh\ntouch {self.started}\n")
            program.chmod(0o755)
        (self.path / "work/request.json").touch()
        for kind, names in (("profiles", ["default", "work"]), ("models", ["deepseek-ai/DeepSeek-V3.2-TEE", "Qwen/Qwen3-32B-TEE"]),
                            ("chutes", ["FLUX.1-schnell", "two words"]), ("apps", ["Web shop", "shop-api"])):
            self.remember(kind, names)
        self.scripts = {}
        self.variables = {}  # of the shell, for one test
        for shell in SHELLS:
            self.scripts[shell] = self.path / f"completion.{shell}"
            with self.scripts[shell].open("w") as script:
                subprocess.run([LOGIN, "completion", shell], env=bare_environment(), stdout=script, check=True, timeout=30)

    def remember(self, kind, names, days_ago=0):
        cache = self.path / ".cache/chutes-login" / f"{kind}.json"
        cache.write_text(json.dumps({"at": int(time.time()) - days_ago * 86400, "names": names,
                                     "service": "https://llm.chutes.ai"}, separators=(",", ":")) + "\n")

    @property
    def environment(self):
        return {**bare_environment(), "HOME": str(self.path), "PATH": f"{self.path}/bin:{os.environ['PATH']}"}

    def run(self, words):
        done = subprocess.run(words, env={**self.environment, **self.variables}, cwd=self.path / "work", capture_output=True, text=True,
                              timeout=60, check=True)
        assert done.stderr == "", done.stderr
        return done.stdout

    def close(self):
        self._folder.cleanup()


# bash splits a line at its word breaks before it calls the function, like this.
BASH = r"""
source "$1"
COMP_LINE=$2 COMP_POINT=${#2} COMP_TYPE=9 COMP_KEY=9
mapfile -t COMP_WORDS < <(grep -oE "[^ :=@]+|[:=@]+" <<<"$2")
if [[ $2 == *" " ]]; then
  COMP_WORDS+=("")
fi
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_chutes_login
printf '%s\n' "${COMPREPLY[@]}"
"""


class Completion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Home()
        cls.addClassCleanup(cls.home.close)

    def bash(self, line, home=None):
        home = home or self.home
        text = home.run(["bash", "--norc", "-c", BASH, "bash", str(home.scripts["bash"]), line])
        return sorted(set(filter(None, text.splitlines())))

    def fish(self, line, home=None):
        home = home or self.home
        text = home.run(["fish", "--no-config", "-c", f"source {home.scripts['fish']}; complete -C {shlex.quote(line)}"])
        return sorted({entry.split("\t")[0] for entry in text.splitlines()})

    def zsh(self, line, *expected, home=None):
        """Presses Tab in a zsh, twice if the first only adds letters, so that it shows what it offers; returns the screen
        once all that is expected is there."""
        home = home or self.home
        emulator = Emulator(["zsh", "-f"], {**home.environment, "PS1": "$ "}, folder=home.path / "work")
        self.addCleanup(emulator.close)
        emulator.await_text("$")
        emulator.type(f"autoload -U compinit; compinit -u -D; source {home.scripts['zsh']}; clear; echo r''eady\n")
        emulator.await_text("ready")
        emulator.type(line)
        emulator.press("Tab", "Tab")
        for text in expected:
            emulator.await_text(text)
        return emulator.screen()

    def test_bash_and_fish_complete_commands_and_those_below_them(self):
        for complete in (self.bash, self.fish):
            with self.subTest(complete.__name__):
                self.assertEqual(complete("chutes-login lo"), ["login", "logout"])
                self.assertEqual(complete("chutes lo"), ["login", "logout"])
                self.assertEqual(complete("chutes-login profile "), ["list", "remove", "use"])
                self.assertEqual(complete("chutes-login --color never --profile list profile re"), ["remove"])
                self.assertEqual(complete("chutes-login profile list use"), [])

    def test_bash_and_fish_complete_options_of_the_command_and_of_every_command(self):
        for complete in (self.bash, self.fish):
            with self.subTest(complete.__name__):
                self.assertEqual(complete("chutes-login token --c"), ["--color", "--curl-config"])
                self.assertEqual(complete("chutes-login profile remove --y"), ["--yes"])
                self.assertEqual(complete("chutes-login --ve"), ["--verbose", "--version"])

    def test_bash_and_fish_complete_values(self):
        for complete in (self.bash, self.fish):
            with self.subTest(complete.__name__):
                self.assertEqual(complete("chutes-login login --color n"), ["never"])
                self.assertEqual(complete("chutes-login --store p"), ["plaintext"])
                self.assertEqual(complete("chutes-login completion f"), ["fish"])
                self.assertEqual(complete("chutes-login --profile w"), ["work"])
                self.assertEqual(complete("chutes-login profile use d"), ["default"])
                self.assertEqual(complete("chutes-login invoke -m deep"), ["deepseek-ai/DeepSeek-V3.2-TEE"])
                self.assertEqual(complete("chutes-login invoke -X P"), ["PATCH", "POST", "PUT"])
                self.assertIn("exit-codes", complete("chutes-login help e"))
                self.assertIn("exec", complete("chutes-login help e"))
                self.assertEqual(complete("chutes-login login --port "), [])

    def test_bash_and_fish_complete_files_where_files_go_and_after_an_at_sign(self):
        self.assertEqual(self.bash("chutes-login setup --api-key-file re"), ["request.json"])
        self.assertEqual(self.fish("chutes-login setup --api-key-file re"), ["request.json"])
        self.assertEqual(self.bash("chutes-login invoke x -d @re"), ["@request.json"])
        self.assertEqual(self.fish("chutes-login invoke x -d @re"), ["@request.json"])
        self.assertEqual(self.bash("chutes-login invoke x -F image=@re"), ["@request.json"])
        self.assertEqual(self.fish("chutes-login invoke x -F image=@re"), ["image=@request.json"])
        self.assertEqual(self.bash("chutes-login invoke x -d re"), [])
        self.assertEqual(self.bash("chutes-login login re"), [])
        self.assertEqual(self.fish("chutes-login login re"), [])

    def test_a_value_after_an_equals_sign_and_one_with_a_colon_are_completed_too(self):
        self.assertEqual(self.bash("chutes-login --color=n"), ["never"])
        self.assertEqual(self.fish("chutes-login --color=n"), ["--color=never"])
        self.assertEqual(self.bash("chutes-login balance --usage=7"), ["7d"])
        self.assertEqual(self.bash("chutes-login login --scope chutes:i"), ["invoke"])
        self.assertEqual(self.fish("chutes-login login --scope chutes:i"), ["chutes:invoke"])

    def test_invoke_offers_chutes_and_with_a_model_files_for_the_prompt(self):
        for complete in (self.bash, self.fish):
            with self.subTest(complete.__name__):
                self.assertIn("FLUX.1-schnell", complete("chutes-login invoke FL"))
                self.assertEqual(complete("chutes-login invoke -m x req"), ["request.json"])

    def test_exec_completes_programs_and_their_arguments(self):
        self.assertIn("chutes-login", self.bash("chutes-login exec chutes-l"))
        self.assertIn("chutes-login", self.fish("chutes-login exec chutes-l"))
        self.assertEqual(self.bash("chutes-login exec --env HOM"), ["HOME"])
        self.assertEqual(self.fish("chutes-login exec --env HOM"), ["HOME"])
        self.assertIn("request.json", self.bash("chutes-login exec cat re"))

    def test_a_cache_directory_that_is_a_relative_path_is_ignored(self):
        home = Home()
        self.addCleanup(home.close)
        for relative in (".cache", "cache", "../.cache-of-others"):
            home.variables = {"XDG_CACHE_HOME": relative}
            for shell in (self.bash, self.fish):
                self.assertEqual(shell("chutes-login --profile wo", home=home), ["work"], (shell, relative))
        home.variables = {"XDG_CACHE_HOME": str(home.path / "elsewhere")}
        for shell in (self.bash, self.fish):
            self.assertEqual(shell("chutes-login --profile wo", home=home), [], shell)

    def test_names_that_were_listed_long_ago_are_not_offered(self):
        home = Home()
        self.addCleanup(home.close)
        home.remember("models", ["gone/model"], days_ago=31)
        (home.path / ".cache/chutes-login/profiles.json").write_text("not JSON\n")
        for complete in (self.bash, self.fish):
            with self.subTest(complete.__name__):
                self.assertEqual(complete("chutes-login invoke -m ", home), [])
                self.assertEqual(complete("chutes-login --profile ", home), [])

    def test_zsh_completes_commands_with_their_purposes(self):
        screen = self.zsh("chutes-login lo", "logout")
        self.assertRegex(screen, r"(?m)^login +-- [A-Z]")

    def test_zsh_completes_the_commands_below_a_command(self):
        screen = self.zsh("chutes-login --json profile ", "remove")
        self.assertRegex(screen, r"(?m)^use +-- [A-Z]")

    def test_zsh_completes_options_with_their_explanations(self):
        screen = self.zsh("chutes-login token --", "--min-valid", "--verbose")
        self.assertRegex(screen, r"(?m)^--curl-config +-- .*curl")

    def test_zsh_completes_values(self):
        self.zsh("chutes-login login --color n", "--color never")
        self.zsh("chutes-login --store=p", "--store=plaintext")
        self.zsh("chutes-login profile use w", "profile use work")
        self.zsh("chutes-login invoke -m deep", "-m deepseek-ai/DeepSeek-V3.2-TEE")
        self.zsh("chutes-login login --scope chutes", "--scope chutes:invoke")
        self.zsh("chutes-login invoke x -d @re", "-d @request.json")
        self.zsh("chutes-login setup --api-key-file re", "--api-key-file request.json")
        self.zsh("chutes-login exec cat re", "exec cat request.json")

    def test_zsh_and_bash_find_the_scripts_where_they_are_installed(self):
        for folder, name, shell in (("zsh", "_chutes-login", "zsh"), ("bash-completion/completions", "chutes-login", "bash")):
            place = self.home.path / "share" / folder
            place.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(self.home.scripts[shell].read_text())
        for command, ready in (
                (["zsh", "-f"], f"fpath=({self.home.path}/share/zsh $fpath); autoload -U compinit; compinit -u -D"),
                (["bash", "--norc", "-i"], "source /usr/share/bash-completion/bash_completion")):
            emulator = Emulator(command, {**self.home.environment, "PS1": "$ ", "XDG_DATA_HOME": f"{self.home.path}/share"},
                                folder=self.home.path / "work")
            self.addCleanup(emulator.close)
            emulator.await_text("$")
            emulator.type(f"{ready}; clear; echo r''eady\n")
            emulator.await_text("ready")
            for typed, shown in (("chutes-login prof", "chutes-login profile"), ("use w", "profile use work")):
                emulator.type(typed)
                emulator.press("Tab")
                emulator.await_text(shown)

    def test_bash_completes_at_the_prompt_of_an_interactive_shell(self):
        emulator = Emulator(["bash", "--norc", "-i"], {**self.home.environment, "PS1": "$ "},
                            folder=self.home.path / "work")
        self.addCleanup(emulator.close)
        emulator.await_text("$")
        emulator.type(f"source {self.home.scripts['bash']}; clear; echo r''eady\n")
        emulator.await_text("ready")
        for typed, shown in (("chutes-login tok", "chutes-login token "), ("--col", "token --color "),
                             ("al", "--color always "), ("--min-valid=30s inv", "inv")):
            emulator.type(typed)
            emulator.press("Tab")
            emulator.await_text(shown.rstrip())
        emulator.press("C-u")
        emulator.type("chutes-login login --scope chutes:i")
        emulator.press("Tab")
        emulator.await_text("--scope chutes:invoke")

    def test_bash_keeps_the_at_sign_before_a_file_whether_it_breaks_words_or_not(self):
        (self.home.path / "work/two words.txt").touch()
        for breaks in ("true", "shopt -u hostcomplete", "source /usr/share/bash-completion/bash_completion"):
            emulator = Emulator(["bash", "--norc", "-i"], {**self.home.environment, "PS1": "$ "},
                                folder=self.home.path / "work")
            self.addCleanup(emulator.close)
            emulator.await_text("$")
            emulator.type(f"{breaks}; source {self.home.scripts['bash']}; clear; echo r''eady\n")
            emulator.await_text("ready")
            for before in ("invoke -m x --system ", "invoke -m x --system=", "invoke x -d ", "invoke x -F k="):
                for typed, shown in (("@req", "@request.json"), ("@no", "@notes/"), ("@./req", "@./request.json"),
                                     ("@two", "@two\\ words.txt")):
                    with self.subTest(breaks=breaks, before=before, typed=typed):
                        emulator.type(f"chutes-login {before}{typed}")
                        emulator.press("Tab")
                        emulator.await_text(f"{before}{shown}")
                        emulator.press("C-u", "C-l")

    def test_zsh_completes_whether_the_script_is_read_before_compinit_after_it_or_without_it(self):
        script = f"source {self.home.scripts['zsh']}"
        for name, settings, typed in (
                ("before", f"{script}\nautoload -U compinit; compinit -u -D", ()),
                ("after", f"autoload -U compinit; compinit -u -D\n{script}", ()),
                ("without", script, ()),
                ("substituted", f"source <(cat {self.home.scripts['zsh']})\nautoload -U compinit; compinit -u -D", ()),
                ("typed before", "", (script, "autoload -U compinit; compinit -u -D")),
                ("typed without", "", (script,))):
            with self.subTest(name):
                folder = self.home.path / name
                folder.mkdir()
                (folder / ".zshrc").write_text(settings + "\n")
                emulator = Emulator(["zsh", "-d", "-i"], {**self.home.environment, "ZDOTDIR": str(folder), "PS1": "$ "},
                                    folder=self.home.path / "work")
                self.addCleanup(emulator.close)
                emulator.await_text("$")
                for line in (*typed, "clear; echo r''eady"):
                    emulator.type(line + "\n")
                emulator.await_text("ready")
                emulator.type("chutes-login profile use w")
                emulator.press("Tab")
                emulator.await_text("profile use work")
                emulator.press("C-u")
                emulator.type("chutes lo")
                emulator.press("Tab", "Tab")
                emulator.await_text("logout")
                self.assertNotIn("command not found", emulator.screen())
                self.assertEqual(sorted(path.name for path in folder.iterdir()), [".zshrc"])

    def test_a_tab_starts_nothing_of_ours_and_opens_no_connection(self):
        line = "chutes-login invoke -m deep"
        calls = self.home.path / "calls"
        for shell, words in (
                ("bash", ["bash", "--norc", "-c", BASH, "bash", str(self.home.scripts["bash"]), line]),
                ("fish", ["fish", "--no-config", "-c",
                          f"source {self.home.scripts['fish']}; complete -C {shlex.quote(line)}"])):
            with self.subTest(shell):
                self.home.run(["strace", "-f", "-qq", "-e", "trace=socket,connect", "-e", "signal=none", "-o", str(calls), *words])
                self.assertNotIn("AF_INET", calls.read_text())
        with self.subTest("zsh"):
            emulator = Emulator(["strace", "-f", "-qq", "-e", "trace=socket,connect", "-o", str(calls), "zsh", "-f"],
                                {**self.home.environment, "PS1": "$ "}, folder=self.home.path / "work")
            self.addCleanup(emulator.close)
            emulator.await_text("$")
            emulator.type(f"autoload -U compinit; compinit -u -D; source {self.home.scripts['zsh']}; clear; echo r''eady\n")
            emulator.await_text("ready")
            emulator.type(line)
            emulator.press("Tab")
            emulator.await_text("DeepSeek-V3")
            self.assertNotIn("AF_INET", calls.read_text())
        self.assertFalse(self.home.started.exists())


class Script(unittest.TestCase):
    def test_a_shell_that_is_not_known_is_a_usage_error_that_says_which_are(self):
        for words in (["completion"], ["completion", "tcsh"]):
            done = subprocess.run([LOGIN, *words], env=bare_environment(), capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 2)
            for shell in SHELLS:
                self.assertIn(shell, done.stderr)
        check_golden(self, done.stderr)


if __name__ == "__main__":
    unittest.main()
