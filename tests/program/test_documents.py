"""README, manual pages and completions say what --help says: no command, option or exit code more or less."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from harness import LOGIN, ROOT, SANDBOX, bare_environment

BUILD = os.environ.get("CHUTES_BUILD_FOLDER") or str(ROOT / "build/tests")
DOCUMENTS = pathlib.Path(BUILD) / "documents"


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
    done = subprocess.run(["mandoc", "-T", "utf8", DOCUMENTS / "man" / f"{name}.1"], capture_output=True, text=True,
                          check=True, timeout=30)
    return re.sub(r".\x08", "", done.stdout).replace("\u2010", "-").replace("\u2212", "-")


def pages():
    """The client's manual: its own page and one for each group of commands."""
    return sorted(path.stem for path in (DOCUMENTS / "man").glob("chutes-login*.1"))


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
        ours = [line.split("chutes-login", 1)[-1] for line in lines]  # what stands before is another program's
        used = set(re.findall(r"(?<!\w)--[a-z][a-z-]+", " ".join(ours)))
        self.assertEqual(used - self.all_long_options(), set())

    def test_the_exit_codes_of_readme_and_manual_are_those_of_the_program(self):
        source = (ROOT / "src/cli/command/exit_code.hpp").read_text()
        codes = dict(re.findall(r'\{(\d+), ErrorKind::(\w+)', source))
        table = dict(re.findall(r"(?m)^\| (\d+) \| `(\w+)` \|", self.readme))
        self.assertEqual({code: kind for code, kind in codes.items() if code in table}, table)
        self.assertEqual(set(codes) - set(table), {"130", "141", "143"})
        status = manual("chutes-login").split("EXIT STATUS", 1)[1].split("EXAMPLES", 1)[0]
        self.assertEqual(set(re.findall(r"(?m)^ +(\d+) ", status)), {"0", *codes})

    def test_help_tells_exit_codes_environment_and_files_as_json_too(self):
        def topic(name):
            done = subprocess.run([LOGIN, "help", name, "--json"], env=bare_environment(), capture_output=True, text=True,
                                  check=True, timeout=30)
            return json.loads(done.stdout)
        source = (ROOT / "src/cli/command/exit_code.hpp").read_text()
        codes = {int(code): kind for code, kind in re.findall(r'\{(\d+), ErrorKind::(\w+)', source)}
        self.assertEqual({row["code"]: row.get("kind") for row in topic("exit-codes")}, {0: None, **codes})
        for name in ("environment", "files"):
            described = manual("chutes-login")
            for row in topic(name):
                for word in row["names"]:
                    self.assertIn(word, described)
                self.assertGreater(len(row["meaning"]), 20)

    def test_every_variable_that_the_program_reads_is_described(self):
        read = set()
        for source in (ROOT / "src").rglob("*.cpp"):
            if "sandbox" not in source.parts:
                read |= set(re.findall(r'environment\.find(?:_\w+)?\("([A-Z_]+)"\)', source.read_text()))
        of_the_system = {"HOME", "USER", "LOGNAME", "PATH", "SHELL", "XDG_DATA_DIRS", "XDG_RUNTIME_DIR", "GITHUB_OUTPUT",
                         "GITHUB_ACTIONS", "SECRET_SERVICE_BUS_NAME"}  # the last is libsecret's own
        text = manual("chutes-login")
        self.assertGreater(len(read), 20)
        self.assertEqual({name for name in read - of_the_system if not re.search(rf"\b{name}\b", text)}, set())

    def test_the_manual_describes_every_command_and_option_of_help_and_no_other(self):
        overview = manual("chutes-login")
        text = "".join(manual(page) for page in pages())
        for command in self.commands:
            self.assertRegex(overview, rf"(?m)^ +{command}\b")
            self.assertRegex(text, rf"(?m)^ +chutes-login {command}\b")
        described = set(re.findall(r"(?m)^ +(?:-\w, )?(--[a-z][a-z-]+)", text))
        self.assertEqual(described - {"--data-raw"}, self.all_long_options() | {"--help", "--version"})

    def test_a_command_s_section_has_its_purpose_its_options_and_its_examples(self):
        text = manual("chutes-login-session")
        section = re.search(r"(?ms)^   token$.*?^   \w", text).group(0)
        purpose = help_of(LOGIN, "token").split("\n", 1)[0]
        for phrase in (f"{purpose}.", "--min-valid TIME", "--curl-config",
                       "curl -K <(chutes-login token --curl-config) https://api.chutes.ai/users/me"):
            self.assertIn(phrase, section)

    def test_help_and_manual_show_the_options_of_invoke_in_the_same_groups(self):
        groups = {"Asking a model": {"--model", "--schema", "--strict"}, "Calling a cord": {"--data", "--no-check"},
                  "Batches": {"--batch", "--max-cost"}, "Output and limits": {"--output", "--max-time"}}
        in_help, in_manual = help_of(LOGIN, "invoke"), manual("chutes-login-invoke")
        for text, headings in ((in_help, [f"\n{group}:\n" for group in groups]),
                               (in_manual, [rf"\n +{group}\n" for group in groups])):
            parts = re.split("|".join(headings), text)[1:]
            self.assertEqual(len(parts), len(groups))
            for options, part in zip(groups.values(), parts):
                self.assertLessEqual(options, options_in(part))
                for others in groups.values():
                    if others != options:
                        self.assertFalse(others & options_in(part))

    def test_every_page_of_the_manual_is_clean_and_every_reference_leads_to_a_page(self):
        for page in [*pages(), "chutes-sandbox"]:
            file = DOCUMENTS / "man" / f"{page}.1"
            with self.subTest(page):
                lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", file], capture_output=True, text=True,
                                      timeout=30)
                self.assertEqual(lint.stdout + lint.stderr, "")
                man = subprocess.run(["man", "--warnings", "-l", file], capture_output=True, text=True, timeout=30,
                                     env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MANWIDTH": "100"})
                self.assertEqual(man.stderr, "")
                for name in re.findall(r"(?m)^\.Xr (chutes-[\w-]+) 1", file.read_text()):
                    self.assertTrue((DOCUMENTS / "man" / f"{name}.1").exists(), name)

    def test_the_sandbox_s_manual_describes_every_option_of_its_help_and_no_other(self):
        of_the_sandbox = re.sub(r"(?m)^.*\bchutes-login .*$", "", manual("chutes-sandbox"))
        described = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", of_the_sandbox))
        others = {"--data-raw", "--import", "--web", "--name"}  # of the programs in its examples
        self.assertEqual(described - others, {option for option in options_in(help_of(SANDBOX)) if option.startswith("--")})

    def test_the_completions_offer_every_command_and_option_and_no_other(self):
        for file in ("chutes-login.bash", "_chutes-login", "chutes-login.fish"):
            text = (DOCUMENTS / "completions" / file).read_text()
            if file.endswith(".fish"):
                offered = {"--" + name for name in re.findall(r"(?m)^complete .*? -l ([a-z][a-z-]+)", text)}
                commands = set(re.findall(r"(?m)^complete -c chutes-login -n '__chutes_login_at \\'\\' 0' -a ([a-z]+) ", text))
            elif file.endswith(".bash"):
                offered = set(re.findall(r"'(--[a-z][a-z-]+)", text))
                commands = set(re.search(r"''\)\n +commands=\(([^)]+)\)", text).group(1).split())
            else:
                offered = set(re.findall(r"(?m)^ {8}'.*?(?<![\w-])(--[a-z][a-z-]+)(?:=-?|)\[", text))
                commands = set(re.findall(r"(?m)^ {8}'([a-z]+):", re.search(r"''\)\n +commands=\((.*?)\n +\)", text,
                                                                           re.S).group(1)))
            with self.subTest(file):
                self.assertEqual(commands, self.commands)
                self.assertEqual(offered, self.all_long_options())

    def test_the_scripts_that_are_installed_are_those_the_program_prints(self):
        for shell, file in (("bash", "chutes-login.bash"), ("zsh", "_chutes-login"), ("fish", "chutes-login.fish")):
            done = subprocess.run([LOGIN, "completion", shell], env=bare_environment(), capture_output=True, text=True,
                                  check=True, timeout=30)
            self.assertEqual(done.stdout, (DOCUMENTS / "completions" / file).read_text())


class Install(unittest.TestCase):
    def test_installing_puts_programs_manuals_and_completions_where_systems_look_for_them(self):
        with tempfile.TemporaryDirectory(prefix="chutes-install.") as place:
            subprocess.run(["cmake", "--install", BUILD, "--prefix", place], check=True, stdout=subprocess.DEVNULL,
                           timeout=60)
            found = {str(path.relative_to(place)) for path in pathlib.Path(place).rglob("*") if not path.is_dir()}
            self.assertEqual(found, {
                "bin/chutes-login", "bin/chutes", "bin/chutes-sandbox",
                *(f"share/man/man1/{page}.1" for page in [*pages(), "chutes", "chutes-sandbox"]),
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
