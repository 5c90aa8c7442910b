"""Homes as containers, cron jobs and dotfile managers leave them: missing, read-only, another user's, relative.

Every home that a person may have × every command that may need one: the right exit code, the place and the variable named,
one warning for a configuration that is not to be trusted, and nothing written elsewhere. The rows need an ordinary user's
rights; where root runs the tests, the program runs as nobody.
"""

import dataclasses
import os
import pathlib
import stat

from harness import LOGIN, ProgramTest

NOBODY = 65534
DIRECTORIES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
PASSPHRASE = "correct horse battery staple\n"


@dataclasses.dataclass
class Home:
    """One kind of home, and what becomes of the commands that need one."""

    variables: dict
    reads: int = 3  # the exit code of status and token: nothing is stored there, or it cannot be told
    writes: int = 7  # of a sign-in
    fact: str = "XDG_DATA_HOME"  # in the hint of what fails for want of a place
    warning: str = ""  # in the one warning about its configuration
    config: tuple = (2, "XDG_CONFIG_HOME")  # `profile use`, with the session elsewhere


class HomesTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.environment |= {name: None for name in (*DIRECTORIES, "DBUS_SESSION_BUS_ADDRESS")}
        passphrase = self.folder / "passphrase"
        passphrase.write_text(PASSPHRASE)
        passphrase.chmod(0o600)
        self.environment |= {"CHUTES_STORE": "file", "CHUTES_STORE_PASSPHRASE_FILE": str(passphrase)}
        self.as_root = os.geteuid() == 0
        if self.as_root:
            self.give(self.folder)

    def give(self, place, user=NOBODY):
        """Makes everything below a place a user's."""
        for path in (place, *place.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)

    def run_as_user(self, *arguments, **options):
        if not self.as_root:
            return self.run_program(*arguments, **options)
        return self.run_program(f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", LOGIN, *arguments,
                                program="setpriv", **options)

    def make(self, name, config=None, mode=0o600):
        """A home of the user's own, and in it a configuration."""
        home = self.folder / name
        home.mkdir()
        if config is not None:
            file = home / ".config/chutes-login/config.toml"
            file.parent.mkdir(parents=True)
            file.write_text(config)
            file.chmod(mode)
        if self.as_root:
            self.give(home)
        return home

    def snapshot(self):
        """Every path of the test's folder that a command may have created, with its mode; the browser's diary aside."""
        return {str(path.relative_to(self.folder)): path.lstat().st_mode for path in self.folder.rglob("*")
                if "browser" not in path.parts}


class Matrix(HomesTest):
    def homes(self):
        """Returns every kind of home by its name."""
        config = "profile = 'work'\n"
        good = self.make("good", config)
        written_by_others = self.make("written-by-others", config, 0o664)
        hijacked = self.make("hijacked", config)  # what relative paths mean from the test's directory
        rows = {
            "unset": Home({}, reads=7),
            "not existing": Home({"HOME": "/nonexistent"}),
            "no directory": Home({"HOME": "/dev/null"}),
            "relative": Home({"HOME": hijacked.name}, reads=7),
            "relative XDG directories": Home({name: hijacked.name for name in DIRECTORIES} | {"HOME": str(good)},
                                             writes=0, config=(0, "")),
            "a configuration that others may write": Home({"HOME": str(written_by_others)}, writes=0,
                                                          warning="chmod go-w", config=(2, "chmod go-w")),
            "the user's own": Home({"HOME": str(good)}, writes=0, config=(0, "")),
        }
        if self.as_root:
            rows |= self.homes_of_others(config)
        return rows

    def homes_of_others(self, config):
        read_only, closed, other = (self.make(name, config) for name in ("read-only", "closed", "config-of-another"))
        folder = self.make("config-folder-of-another", config)
        self.give(read_only, 0)
        read_only.joinpath(".config/chutes-login/config.toml").chmod(0o644)
        self.give(closed, 0)
        closed.chmod(0o700)
        self.give(other / ".config/chutes-login/config.toml", 1)
        other.joinpath(".config/chutes-login/config.toml").chmod(0o644)
        self.give(folder / ".config", 1)
        folder.joinpath(".config").chmod(0o700)
        return {
            "root's, to be read only": Home({"HOME": str(read_only)}, config=(2, "make the directory writable")),
            "another user's, not to be read": Home({"HOME": str(closed)}, reads=7, warning="permission denied"),
            "with a configuration of another user": Home({"HOME": str(other)}, writes=0, warning="another user",
                                                         config=(2, "another user")),
            "with a configuration directory of another user": Home({"HOME": str(folder)}, writes=0,
                                                                   warning="permission denied",
                                                                   config=(2, "XDG_CONFIG_HOME")),
        }

    def each(self, check):
        """Calls `check` with every home and a way to run a command there, from a directory where relative paths lead somewhere."""
        for name, home in self.homes().items():
            def run(*words, env=None, variables=home.variables):
                return self.run_as_user(*words, env={**variables, **(env or {})}, cwd=self.folder)
            with self.subTest(name):
                check(home, run)

    def assert_one_warning(self, result, home):
        warnings = [line for line in result.stderr.splitlines() if line.startswith("warning: ")]
        self.assertEqual(len(warnings), 1 if home.warning else 0, result.stderr)
        if home.warning:
            self.assertIn(home.warning, warnings[0].lower())
            self.assertIn("config.toml", warnings[0])

    def test_completion_help_and_version_need_no_home(self):
        def check(_, run):
            before = self.snapshot()
            for words in (("completion", "bash"), ("completion", "zsh"), ("completion", "fish"), ("help", "files"),
                          ("help", "exit-codes", "--json"), ("--help",), ("token", "--help"), ("--version",)):
                result = run(*words)
                self.assertEqual((result.code, result.stderr), (0, ""), words)
            self.assertEqual(self.snapshot(), before)
        self.each(check)

    def test_status_and_token_say_that_nothing_is_stored_only_where_that_is_known(self):
        def check(home, run):
            before = self.snapshot()
            for command in ("status", "token", "whoami"):
                result = run(command, "--profile", "default")
                self.assertEqual(result.code, home.reads, (command, result.stdout + result.stderr))
                if home.reads == 7:
                    self.assertIn("HOME or XDG_DATA_HOME", result.stderr)
                self.assert_one_warning(result, home)
            self.assertEqual(self.snapshot(), before)
        self.each(check)

    def test_a_sign_in_works_or_names_the_place_before_the_browser_opens(self):
        def check(home, run):
            before = len(self.browser.diary())
            result = run("login", "--profile", "default")
            self.assert_one_warning(result, home)
            self.assertEqual(result.code, home.writes, result.stderr)
            if home.writes == 0:
                self.assertEqual(run("token", "--profile", "default").code, 0)
                self.assertEqual(run("logout", "--profile", "default").code, 0)
            else:
                self.assertIn(home.fact, result.stderr)
                self.assertEqual(len(self.browser.diary()), before)
        self.each(check)

    def test_profile_use_works_or_names_the_file_and_leaves_it_alone(self):
        data = self.folder / "data"
        self.assertEqual(self.run_as_user("login", "--quiet", env={"XDG_DATA_HOME": str(data)}).code, 0)
        def check(home, run):
            before = self.snapshot()
            result = run("profile", "use", "default", env={"XDG_DATA_HOME": str(data)})
            code, fact = home.config
            self.assertEqual(result.code, code, result.stderr)
            self.assertIn(fact.lower(), result.stderr.lower())
            file = pathlib.Path(home.variables.get("HOME", "")) / ".config/chutes-login/config.toml"
            if code == 0:
                self.assertEqual(file.read_text(), 'profile = "default"\n')
            new = {path for path in self.snapshot().keys() - before.keys() if "/.cache" not in path}
            self.assertEqual(new, set())
        self.each(check)

    def test_doctor_reports_a_configuration_that_it_ignores_as_its_result(self):
        def check(home, run):
            result = run("doctor", "--json", env={"BROWSER": "true"})
            row = next(row for row in result.json if row["check"] == "configuration")
            self.assertEqual(row["result"], "warning" if home.warning else "ok", row)
            self.assertIn(home.warning, (row["detail"] + row.get("hint", "")).lower())
            self.assertNotIn("warning: ", result.stderr)
        self.each(check)


class Places(HomesTest):
    """One place at a time."""

    def test_a_keychain_needs_no_home_at_all(self):
        self.environment |= {"DBUS_SESSION_BUS_ADDRESS": os.environ["DBUS_SESSION_BUS_ADDRESS"], "CHUTES_STORE": "keychain"}
        for words in (("login", "--quiet"), ("token",), ("refresh",), ("status",), ("logout",)):
            with self.subTest(words[0]):
                self.assertEqual(self.run_program(*words).code, 0)

    def test_without_any_place_for_its_lock_app_apply_names_the_variable(self):
        manifest = self.folder / "apps.json"
        manifest.write_text('{"name": "An app", "redirect_uris": ["https://x.example/"]}')
        key = {"CHUTES_API_KEY": self.sandbox.variables["CHUTES_API_KEY"]}
        before = len(self.sandbox.log())
        result = self.run_program("app", "apply", "-f", str(manifest), "--json", env=key)
        self.assertEqual((result.code, result.error["kind"]), (7, "keychain"), result.stderr)
        self.assertIn("HOME", result.error["hint"])
        self.assertEqual(len(self.sandbox.log()), before)

    def test_the_hint_names_the_variable_that_is_in_force(self):
        blocked = self.folder / "blocked"
        blocked.write_text("a file")
        for variables, named in (({"XDG_DATA_HOME": str(blocked)}, "set XDG_DATA_HOME"),
                                 ({"HOME": str(blocked)}, "set HOME or XDG_DATA_HOME")):
            with self.subTest(named):
                result = self.run_as_user("login", env=variables)
                self.assertEqual(result.code, 7, result.stderr)
                self.assertIn(named + " to another directory", result.stderr)


class DotFiles(HomesTest):
    """A configuration that a dotfile manager keeps elsewhere."""

    def setUp(self):
        super().setUp()
        self.home = self.make("home-of-links")
        self.environment |= {"HOME": str(self.home), "CHUTES_STORE": "plaintext"}
        self.assertEqual(self.run_as_user("login", "--quiet").code, 0)
        self.kept = self.folder / "dotfiles"
        self.kept.mkdir()
        self.config = self.home / ".config/chutes-login"

    def use(self, code=0):
        if self.as_root:
            self.give(self.kept)
            self.give(self.home)
        result = self.run_as_user("profile", "use", "default")
        self.assertEqual(result.code, code, result.stderr)
        return result

    def mode(self, path):
        return stat.S_IMODE(path.stat().st_mode)

    def test_a_symbolic_link_to_the_file_and_the_file_s_mode_stay(self):
        self.config.mkdir(parents=True, mode=0o755)
        for mode in (0o644, 0o600, 0o640, 0o444):
            with self.subTest(oct(mode)):
                target = self.kept / "config.toml"
                target.write_text("# mine\ntimeout = 60\n")
                target.chmod(mode)
                link = self.config / "config.toml"
                link.unlink(missing_ok=True)
                link.symlink_to("../../../dotfiles/config.toml")
                self.use()
                self.assertEqual(os.readlink(link), "../../../dotfiles/config.toml")
                self.assertEqual(target.read_text(), '# mine\ntimeout = 60\nprofile = "default"\n')
                self.assertEqual(self.mode(target), mode)
                self.assertEqual([path.name for path in self.kept.iterdir()], ["config.toml"])
                target.unlink()

    def test_a_symbolic_link_to_the_directory_stays(self):
        self.config.parent.mkdir(mode=0o755, exist_ok=True)
        self.config.symlink_to(self.kept)
        self.use()
        self.assertTrue(self.config.is_symlink())
        self.assertEqual((self.kept / "config.toml").read_text(), 'profile = "default"\n')

    def test_the_directory_s_mode_stays(self):
        self.config.mkdir(parents=True, mode=0o755)
        self.use()
        self.assertEqual((self.mode(self.config), self.mode(self.config / "config.toml")), (0o755, 0o600))

    def test_a_link_to_nothing_is_named_and_stays(self):
        self.config.mkdir(parents=True)
        link = self.config / "config.toml"
        link.symlink_to("nowhere")
        self.assertIn(f"{link}: No such file", self.use(2).stderr)
        self.assertTrue(link.is_symlink())
