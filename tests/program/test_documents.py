"""README, manual pages and completions say what --help says: no command, option or exit code more or less."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from harness import LOGIN, ROOT, SANDBOX, bare_environment

BUILD = os.environ.get("CHUTES_BUILD_FOLDER") or str(ROOT / "build/tests")


def help_of(program, *arguments):
    done = subprocess.run([program, *arguments, "--help"], env=bare_environment(), capture_output=True, text=True,
                          check=True, timeout=30)
    return done.stdout


def options_in(text):
    """The options that a help text declares: what begins a line, in all its spellings."""
    declared = re.findall(r"(?m)^ +((?:-\w|--[\w-]+)(?:, ?(?:-\w|--[\w-]+))*)", text)
    return {spelling.strip() for entry in declared for spelling in entry.split(",")}


def commands_in(text):
    return set(re.findall(r"(?m)^  ([a-z][a-z-]*)  +[A-Z]", text))


def options_of(*words):
    """Those of a command, and of the commands under it."""
    text = help_of(LOGIN, *words)
    below = commands_in(text.split("\nCommands:\n", 1)[1]) if "\nCommands:\n" in text else set()
    return options_in(text).union(*(options_of(*words, word) for word in below))


def manual(name):
    done = subprocess.run(["mandoc", "-T", "utf8", ROOT / "man" / f"{name}.1"], capture_output=True, text=True,
                          check=True, timeout=30)
    return re.sub(r".\x08", "", done.stdout).replace("\u2010", "-").replace("\u2212", "-")


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root_help = help_of(LOGIN)
        cls.commands = commands_in(cls.root_help)
        cls.global_options = options_in(cls.root_help)
        cls.options = {command: options_of(command) for command in cls.commands}
        cls.readme = (ROOT / "README.md").read_text()

    def all_long_options(self):
        found = self.global_options.union(*self.options.values())
        return {option for option in found if option.startswith("--")}

    def test_the_readme_s_table_lists_the_commands_of_help_and_no_other(self):
        table = self.readme.split("## Commands", 1)[1].split("## ", 1)[0]
        self.assertEqual(set(re.findall(r"(?m)^\| `([a-z]+)` \|", table)), self.commands)

    def test_the_readme_uses_no_option_that_help_does_not_know(self):
        lines = [line for line in self.readme.splitlines() if "chutes-login" in line or line.startswith("       --")]
        used = set(re.findall(r"(?<!\w)--[a-z][a-z-]+", " ".join(lines)))
        self.assertEqual(used - self.all_long_options(), set())

    def test_the_exit_codes_of_readme_and_manual_are_those_of_the_program(self):
        source = (ROOT / "src/cli/exit_code.hpp").read_text()
        codes = dict(re.findall(r'\{(\d+), ErrorKind::(\w+)', source))
        table = dict(re.findall(r"(?m)^\| (\d+) \| `(\w+)` \|", self.readme))
        self.assertEqual({code: kind for code, kind in codes.items() if code in table}, table)
        self.assertEqual(set(codes) - set(table), {"11", "130", "141", "143"})
        status = manual("chutes-login").split("EXIT STATUS", 1)[1].split("EXAMPLES", 1)[0]
        self.assertEqual(set(re.findall(r"(?m)^ +(\d+) ", status)), {"0", *codes} - {"11"})

    def test_the_manual_describes_every_command_and_option_of_help_and_no_other(self):
        text = manual("chutes-login")
        for command in self.commands:
            self.assertRegex(text, rf"(?m)^ +{command}\b")
        described = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
        self.assertEqual(described, self.all_long_options() | {"--help", "--version"})

    def test_the_sandbox_s_manual_describes_every_option_of_its_help_and_no_other(self):
        described = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", manual("chutes-sandbox"))) - {"--data-raw"}
        self.assertEqual(described, {option for option in options_in(help_of(SANDBOX)) if option.startswith("--")})

    def test_the_completions_offer_every_command_and_option_and_no_other(self):
        for file in ("chutes-login.bash", "_chutes-login", "chutes-login.fish"):
            text = (ROOT / "completions" / file).read_text()
            if file.endswith(".fish"):
                offered = {"--" + name for name in re.findall(r"(?<!set) -l ([a-z][a-z-]+)", text)}
                commands = set(re.findall(r"-n \$none -a (\w+)", text))
            else:
                offered = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
                commands = set(re.findall(r"(?m)^  '([a-z]+):", text)) or \
                    set(re.search(r'commands="([^"]+)"', text).group(1).split())
            with self.subTest(file):
                self.assertEqual(commands, self.commands)
                self.assertEqual(offered, self.all_long_options())

    def test_the_bash_completion_completes_commands_and_their_options(self):
        for words, expected in ((["lo"], "login logout"), (["--json", "token", "--c"], "--color --curl-config"),
                                (["login", "--color", "n"], "never")):
            script = f"source '{ROOT}/completions/chutes-login.bash'; COMP_WORDS=(chutes-login {' '.join(words)}); " \
                     f'COMP_CWORD={len(words)}; _chutes_login; echo "${{COMPREPLY[*]}}"'
            done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, timeout=30)
            self.assertEqual(done.stdout.strip(), expected)


class Install(unittest.TestCase):
    def test_installing_puts_programs_manuals_and_completions_where_systems_look_for_them(self):
        with tempfile.TemporaryDirectory(prefix="chutes-install.") as place:
            subprocess.run(["cmake", "--install", BUILD, "--prefix", place], check=True, stdout=subprocess.DEVNULL,
                           timeout=60)
            found = {str(path.relative_to(place)) for path in pathlib.Path(place).rglob("*") if not path.is_dir()}
            self.assertEqual(found, {
                "bin/chutes-login", "bin/chutes", "bin/chutes-sandbox",
                "share/man/man1/chutes-login.1", "share/man/man1/chutes.1", "share/man/man1/chutes-sandbox.1",
                "share/bash-completion/completions/chutes-login", "share/bash-completion/completions/chutes",
                "share/zsh/site-functions/_chutes-login",
                "share/fish/vendor_completions.d/chutes-login.fish", "share/fish/vendor_completions.d/chutes.fish",
                "share/chutes-login/chutes-apps.schema.json", "share/chutes-login/recipes/github-actions.yml",
                "share/chutes-login/recipes/gitlab-ci.yml", "share/chutes-login/recipes/register-apps.sh",
                "share/doc/chutes-login/README.md", "share/doc/chutes-login/LICENSE"})
            self.assertEqual(os.readlink(f"{place}/bin/chutes"), "chutes-login")
            done = subprocess.run([f"{place}/bin/chutes", "--version"], env=bare_environment(), capture_output=True,
                                  text=True, check=True, timeout=30)
            self.assertTrue(done.stdout.startswith("chutes"))


if __name__ == "__main__":
    unittest.main()
