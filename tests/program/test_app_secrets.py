"""Where the secret of an app goes, with the built program: only where it was asked for, and never lost."""

import re
import shutil
import signal
import stat
import subprocess
import unittest

from app_owner import AppTest
from asking import may_mount, mounting
from canaries import Canaries, Watch
from harness import LOGIN, eventually

SECRET = re.compile(r"csc_[A-Za-z0-9]{48}")


# dotenv 16, lib/main.js: what the SDK's framework reads an env file with.
DOTENV_LINE = re.compile(r"""^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`"""
                         r"""|[^#\r\n]+)?\s*(?:#.*)?$""", re.MULTILINE | re.ASCII)

# The text of an env file, and whether a shell can read it, too; None: it is refused.
ENV_FILES = (
    ("", True),
    ("B=1", True),
    ("C=2\\", True),
    ("C=2\\\n", True),
    ("export CHUTES_OAUTH_CLIENT_ID=\"old\";\nB=2\n", True),
    ("export CHUTES_OAUTH_CLIENT_SECRET='old' ; # mine\nB=2\n", True),
    ("CHUTES_OAUTH_CLIENT_SECRET='a\\'b'\nB=2\n", True),
    ("CHUTES_OAUTH_CLIENT_SECRET=old;\nB=2\n", True),
    ("CHUTES_OAUTH_CLIENT_SECRET=\"one\ntwo\"\nB='x y'\n", True),
    ("CHUTES_OAUTH_CLIENT_ID=\nCHUTES_OAUTH_SCOPES=\"openid\" # few\n", True),
    ("CHUTES_OAUTH_SCOPES=openid profile\nB = spaced\n", False),
    ("\ufeffCHUTES_OAUTH_CLIENT_ID=old\nB=2\n", False),
    ("CHUTES_OAUTH_CLIENT_ID: old\nB: 2\n", False),
    ("B='it\\'s'\nCHUTES_OAUTH_CLIENT_ID=`old`\n", False),
    ("B=\"open\nCHUTES_OAUTH_CLIENT_ID=old\n", False),
    ("B=\r\nCHUTES_OAUTH_CLIENT_ID=old\r\n", False),
    ("export CHUTES_OAUTH_CLIENT_ID=\"old\"; export B=2\n", None),
    ("CHUTES_OAUTH_CLIENT_SECRET=old; B=2\n", None),
    ("CHUTES_OAUTH_CLIENT_SECRET='a'\"b\"\n", None),
    ("CHUTES_OAUTH_CLIENT_SECRET=old\\\nmore\n", None),
    ("CHUTES_OAUTH_CLIENT_ID=\n'old'\nCHUTES_OAUTH_CLIENT_ID=a'b\n", False),
    ("B:\n", None),
)


def dotenv(text):
    """What dotenv reads in an env file."""
    variables = {}
    for match in DOTENV_LINE.finditer(re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))):
        value = (match.group(2) or "").strip()
        quote = value[:1]
        value = re.sub(r"^(['\"`])([\s\S]*)\1$", r"\2", value, flags=re.MULTILINE)
        if quote == '"':
            value = value.replace("\\n", "\n").replace("\\r", "\r")
        variables[match.group(1)] = value
    return variables


def github_outputs(text):
    """What the runner of a GitHub workflow reads in a step's output file."""
    outputs, lines = {}, iter(text.splitlines())
    for line in lines:
        name, separator, value = re.match(r"([^=<]+)(<<|=)(.*)", line).groups()
        outputs[name] = "\n".join(iter(lines.__next__, value)) if separator == "<<" else value
    return outputs


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


class Destinations(AppTest):
    def created(self, *more, **options):
        result = self.create(*more, **options)
        self.assertEqual(result.code, 0, result.stderr)
        return result

    def assert_works(self, secret):
        self.assertRegex(secret, SECRET)
        self.assertTrue(self.secret_works(self.app()["client_id"], secret))

    def test_a_file_is_its_owner_s_alone_and_no_file_is_written_over(self):
        file = self.folder / "secret.txt"
        self.created("--secret-to", f"file:{file}")
        self.assertEqual(mode_of(file), 0o600)
        secret = file.read_text()
        self.assert_works(secret.strip())
        before = len(self.sandbox.log("/idp/apps"))
        self.assert_fails(self.create("--secret-to", f"file:{file}", name="Another one"), 2, "already exists", "--force")
        self.assertEqual(file.read_text(), secret)
        self.assertEqual(len(self.sandbox.log("/idp/apps")), before)
        rotated = self.run_program("app", "rotate-secret", self.name, "--secret-to", f"file:{file}", "--force")
        self.assertEqual(rotated.code, 0, rotated.stderr)
        self.assert_works(file.read_text().strip())
        self.assertNotEqual(file.read_text(), secret)

    def test_an_env_file_keeps_all_else_it_holds_and_its_mode(self):
        file = self.folder / ".env.local"
        file.write_bytes(b"# mine\r\nNEXT_PUBLIC_APP_URL=http://localhost:3000\r\nCHUTES_OAUTH_CLIENT_ID='old'\r\nX=1")
        file.chmod(0o700)
        result = self.created("--secret-to", f"env-file:{file}")
        self.assertNotIn("other users can read", result.stderr)
        self.assertEqual(mode_of(file), 0o700)
        app = self.app()
        match = re.fullmatch(
            rb"# mine\r\nNEXT_PUBLIC_APP_URL=http://localhost:3000\r\nCHUTES_OAUTH_CLIENT_ID=(\w+)\r\nX=1\r\n"
            rb"CHUTES_OAUTH_CLIENT_SECRET=(\w+)\r\nCHUTES_OAUTH_SCOPES=\"openid profile chutes:invoke\"\r\n",
            file.read_bytes())
        self.assertEqual(match.group(1).decode(), app["client_id"])
        self.assert_works(match.group(2).decode())

    def test_a_new_env_file_is_its_owner_s_alone_and_git_is_asked_whether_it_ignores_it(self):
        project = self.folder / "shop"
        subprocess.run(["git", "init", "--quiet", project], check=True)
        result = self.created("--secret-to", "env-file:.env.local", cwd=project)
        self.assertEqual(mode_of(project / ".env.local"), 0o600)
        self.assertIn("git does not ignore .env.local", result.stderr)
        self.assertIn(".gitignore", result.stderr)
        (project / ".gitignore").write_text("*e*n*v*l*o*c*a*l*\n!\\#env\n")
        again = self.run_program("app", "rotate-secret", self.name, "--secret-to", "env-file:.env.local", cwd=project)
        self.assertEqual(again.code, 0, again.stderr)
        self.assertNotIn("git", again.stderr)

    def test_an_env_file_can_be_sourced_by_a_shell(self):
        file = self.folder / "app.env"
        self.created("--secret-to", f"env-file:{file}")
        show = "printf '%s|%s|%s' \"$CHUTES_OAUTH_CLIENT_ID\" \"$CHUTES_OAUTH_CLIENT_SECRET\" \"$CHUTES_OAUTH_SCOPES\""
        values = subprocess.run(["sh", "-c", f". {file}; {show}"], capture_output=True, text=True, check=True,
                                env={}).stdout.split("|")
        self.assertEqual((values[0], values[2]), (self.app()["client_id"], "openid profile chutes:invoke"))
        self.assert_works(values[1])

    def test_what_is_in_the_keychain_is_found_by_other_programs_as_the_help_says(self):
        self.created()
        found = subprocess.run(["secret-tool", "lookup", "kind", f"client:{self.app()['client_id']}"],
                               capture_output=True, text=True, check=True)
        self.assert_works(found.stdout)

    def test_a_store_in_a_file_keeps_the_secret_too(self):
        uri = f"http://127.0.0.1:{self.ports[0]}/callback"
        plain = {"CHUTES_STORE": "plaintext"}
        self.created("--redirect-uri", uri, env=plain)
        self.assertEqual(self.keyring.entries(), [])
        login = self.run_program("login", "--client-id", self.app()["client_id"], "--redirect-uri", uri, env=plain)
        self.assertEqual(login.code, 0, login.stderr)

    def test_standard_output_gets_the_secret_alone(self):
        result = self.created("--secret-to", "stdout")
        self.assert_works(result.stdout.removesuffix("\n"))
        self.assertIsNone(SECRET.search(result.stderr))
        self.assertIn(self.app()["client_id"], result.stderr)

    def test_json_with_the_secret_on_standard_output_is_the_service_s_answer(self):
        document = self.created("--secret-to", "stdout", "--json").json
        self.assert_works(document.pop("client_secret"))
        self.assertEqual(document, self.app())

    def test_a_github_workflow_gets_a_mask_before_anything_else_and_then_its_outputs(self):
        output = self.folder / "output"
        output.write_text("earlier=1\n")
        result = self.created("--secret-to", "github", env={"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(output)})
        secret = re.fullmatch(r"::add-mask::(csc_\w+)\n", result.stdout).group(1)
        self.assert_works(secret)
        self.assertNotIn(secret, result.stderr)
        outputs = {match.group(1): match.group(3) for match in
                   re.finditer(r"(?m)^(\w+)<<(\S+)\n(.*)\n\2$", output.read_text())}
        app = self.app()
        self.assertEqual(outputs, {"client_id": app["client_id"], "client_secret": secret, "app_id": app["app_id"]})
        self.assertTrue(output.read_text().startswith("earlier=1\n"))

    def test_a_destination_that_does_not_work_creates_no_app(self):
        blocked = self.folder / "blocked"
        blocked.mkdir()
        (blocked / "folder").mkdir()
        link = blocked / "link"
        link.symlink_to("elsewhere")
        cases = {f"file:{blocked}/missing/secret": "no directory", f"file:{blocked}/folder": "", f"file:{link}": "link",
                 f"env-file:{link}": "link", "github": "GITHUB_OUTPUT", "nowhere": "env-file:path",
                 "file:": "--secret-to file:"}
        before = len(self.sandbox.log("/idp/apps"))
        for place, said in cases.items():
            with self.subTest(place):
                self.assert_fails(self.create("--secret-to", place), 2, said)
        self.assertEqual(len(self.sandbox.log("/idp/apps")), before)
        self.assert_fails(self.create(env={"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}), 7)
        self.assertEqual(len(self.sandbox.log("/idp/apps")), before)


class Proven(AppTest):
    """A place is proven before the secret exists: where it cannot be had, nothing is asked of the service."""

    def assert_refused(self, place, code, *phrases, wrap=(), **options):
        before = len(self.sandbox.log("/idp/apps"))
        words = ("app", "create", "--name", self.name, "--redirect-uri", "https://shop.example/cb", "--secret-to", place)
        program, *first = (*wrap, LOGIN)
        result = self.run_program(*first, *words, program=program, start_new_session=True, **options)
        self.assert_fails(result, code, *phrases)
        self.assertEqual(len(self.sandbox.log("/idp/apps")), before)
        return result

    def env_file(self, text, mode=0o600):
        file = self.folder / ".env.local"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        file.chmod(mode)
        return file

    def test_an_output_file_whose_last_line_has_no_end_gets_one(self):
        for number, before in enumerate(("", "earlier=1\n", "earlier=1", "long<<E\ntext\nE")):
            with self.subTest(before):
                self.name = f"Github {number} {self.name[-12:]}"
                output = self.folder / "output"
                output.write_text(before)
                result = self.create("--secret-to", "github", env={"GITHUB_OUTPUT": str(output)})
                self.assertEqual(result.code, 0, result.stderr)
                outputs = github_outputs(output.read_text())
                app = self.app()
                self.assertEqual((outputs["client_id"], outputs["app_id"]), (app["client_id"], app["app_id"]))
                self.assertTrue(self.secret_works(app["client_id"], outputs["client_secret"]))
                self.assertEqual(set(outputs) - {"client_id", "client_secret", "app_id"}, set(github_outputs(before)))

    def test_an_output_file_that_ends_within_a_value_gets_no_secret(self):
        output = self.folder / "output"
        for text in ("a<<E\n1\n", "a=1\nb<<E\nE2\nx=1\n", "a<<E\n1\nE\nb<<E\n"):
            output.write_text(text)
            self.assert_refused("github", 2, "GITHUB_OUTPUT", env={"GITHUB_OUTPUT": str(output)})
            self.assertEqual(output.read_text(), text)

    def test_env_files_as_people_write_them_are_read_back_or_refused(self):
        names = ("CHUTES_OAUTH_CLIENT_ID", "CHUTES_OAUTH_CLIENT_SECRET", "CHUTES_OAUTH_SCOPES")
        for number, (text, by_shell) in enumerate(ENV_FILES):
            with self.subTest(text):
                self.name = f"Env {number} {self.name[-12:]}"
                file = self.env_file(text)
                before, kept = file.read_bytes(), dotenv(text)
                result = self.create("--secret-to", f"env-file:{file}")
                if by_shell is None:
                    self.assert_fails(result, 2, ".env.local", "one variable a line")
                    self.assertEqual((file.read_bytes(), self.app()), (before, None))
                    continue
                self.assertEqual(result.code, 0, result.stderr)
                read = dotenv(file.read_text("utf-8"))
                self.assertEqual((read[names[0]], read[names[2]]), (self.app()["client_id"], "openid profile chutes:invoke"))
                self.assertTrue(self.secret_works(read[names[0]], read[names[1]]))
                self.assertEqual({name: value for name, value in read.items() if name not in names},
                                 {name: value for name, value in kept.items() if name not in names})
                for shell in ("sh", "bash") if by_shell else ():
                    show = "printf '%s\\0' " + " ".join(f'"${name}"' for name in (*names, "B"))
                    values = subprocess.run([shell, "-c", f"set -a; . {file}; {show}"], capture_output=True, text=True, check=True,
                                            env={}).stdout.split("\0")
                    self.assertEqual(values[:4], [*(read[name] for name in names), read.get("B", "")], shell)

    def test_a_file_that_others_can_read_gets_no_secret(self):
        for place, mode in (("env-file", 0o644), ("env-file", 0o640), ("env-file", 0o604)):
            with self.subTest(place, mode=oct(mode)):
                file = self.env_file("A=1\n", mode)
                result = self.assert_refused(f"{place}:{file}", 2, f"chmod 600 '{file}'")
                self.assertEqual((file.read_text(), mode_of(file)), ("A=1\n", mode))
        file = self.folder / "secret.txt"
        file.write_text("old\n")
        file.chmod(0o644)
        result = self.create("--secret-to", f"file:{file}", "--force", start_new_session=True)
        self.assert_fails(result, 2, "chmod 600")
        self.assertEqual(file.read_text(), "old\n")

    def test_a_missing_directory_and_a_directory_in_the_file_s_place_are_found_out_before(self):
        self.assert_refused(f"env-file:{self.folder}/missing/.env", 2, "no directory")
        (self.folder / "taken").mkdir()
        self.assert_refused(f"env-file:{self.folder}/taken", 2, "taken")
        self.assert_refused("github", 2, "No such file", env={"GITHUB_OUTPUT": str(self.folder / "missing")})

    @unittest.skipUnless(may_mount(), "this user may not mount anything")
    def test_a_file_that_is_a_mount_point_is_found_out_before(self):
        source = self.folder / "source.env"
        source.write_text("A=1\n")
        source.chmod(0o600)
        for place in ("env-file", "file"):
            file = self.env_file("")
            force = ("--force",) if place == "file" else ()
            before = len(self.sandbox.log("/idp/apps"))
            program, *first = (*mounting("--bind", str(source), str(file)), LOGIN)
            result = self.run_program(*first, "app", "create", "--name", self.name, "--redirect-uri", "https://shop.example/cb",
                                      "--secret-to", f"{place}:{file}", *force, program=program)
            self.assert_fails(result, 2, "mount point")
            self.assertEqual((len(self.sandbox.log("/idp/apps")), source.read_text()), (before, "A=1\n"))

    @unittest.skipUnless(may_mount(), "this user may not mount anything")
    def test_a_read_only_file_system_and_a_full_one_are_found_out_before(self):
        place = self.folder / "place"
        place.mkdir()
        (place / ".env.local").write_text("A=1\n")
        (place / ".env.local").chmod(0o600)
        (place / "output").write_text("a=1\n")
        read_only = mounting("-obind,ro", str(place), str(place))
        for words, options in ((f"env-file:{place}/.env.local", {}), (f"env-file:{place}/new", {}), (f"file:{place}/new", {}),
                               ("github", {"env": {"GITHUB_OUTPUT": str(place / "output")}})):
            with self.subTest(words):
                self.assert_refused(words, 2, "Read-only file system", wrap=read_only, **options)
        full = ("unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=32k none "$1" && printf "a=1\\n" >"$1/output" && '
                '{ cat /dev/zero >"$1/filler" 2>/dev/null; shift; exec "$@"; }', "sh", str(place))
        for words, options in ((f"env-file:{place}/new", {}), (f"file:{place}/new", {}),
                               ("github", {"env": {"GITHUB_OUTPUT": str(place / "output")}})):
            with self.subTest(words):
                self.assert_refused(words, 2, "No space left on device", wrap=full, **options)


class Between(AppTest):
    """The moments between the service's answer and the secret's place."""

    def creating(self, *more):
        """A creation that the service has done and not yet answered."""
        running = self.start("app", "create", "--name", self.name, "--redirect-uri", "https://shop.example/", *more)
        eventually(self.is_written_down, "the app is there")
        return running

    def test_a_polite_kill_waits_until_the_secret_is_stored(self):
        for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 143)):
            with self.subTest(number.name), self.sandbox.fault("/idp/apps@1:delay=1500"):
                self.name = f"{number.name} {self.name[5:17]}"
                running = self.creating()
                running.signal(number)
                self.assertEqual(running.result().code, code)
                client_id = self.app()["client_id"]
                self.assertTrue(self.secret_works(client_id, self.kept_secret(client_id)))

    def test_after_a_kill_that_nobody_survives_a_new_secret_can_be_had(self):
        with self.sandbox.fault("/idp/apps@1:delay=1500"):
            running = self.creating()
            running.signal(signal.SIGKILL)
            running.result()
        client_id = self.app()["client_id"]
        self.assertIsNone(self.kept_secret(client_id))
        self.assertEqual(self.run_program("app", "rotate-secret", self.name).code, 0)
        self.assertTrue(self.secret_works(client_id, self.kept_secret(client_id)))

    def test_a_place_that_is_gone_meanwhile_loses_no_secret(self):
        place = self.folder / "place"
        place.mkdir()
        with self.sandbox.fault("/idp/apps@1:delay=1500"):
            running = self.creating("--secret-to", f"file:{place}/secret")
            shutil.rmtree(place)
            result = running.result()
        self.assert_fails(result, 2, "no directory")
        rescued = self.home / ".local/state/chutes-login" / f"rescued-{self.app()['client_id']}.secret"
        self.assertIn(str(rescued), result.stderr)
        self.assertEqual(mode_of(rescued), 0o600)
        self.assertTrue(self.secret_works(self.app()["client_id"], rescued.read_text().strip()))
        self.assertIsNone(SECRET.search(result.stdout + result.stderr))

    def test_a_lost_answer_says_what_may_have_happened(self):
        with self.sandbox.fault("/idp/apps@1:lost"):
            result = self.create()
        self.assert_fails(result, 5, "may exist", "rotate-secret")
        self.assertIsNotNone(self.app())


class Canary(AppTest):
    def test_a_secret_is_nowhere_but_where_it_was_sent(self):
        output = self.folder / "github"
        output.write_text("")
        file, env_file = self.folder / "secret.txt", self.folder / "app.env"
        key = Canaries()
        key.add("API key", self.key)
        places = {"keychain": None, f"file:{file}": file, f"env-file:{env_file}": env_file, "github": output}
        for place, path in places.items():
            with self.subTest(place), Watch() as watch:
                self.name = f"Canary {place[:3]} {self.name[-12:]}"
                results = [self.create("-vv", "--secret-to", place, env={"GITHUB_OUTPUT": str(output)}),
                           self.run_program("app", "rotate-secret", self.name, "-vv", "--json")]
                for result in results:
                    self.assertEqual(result.code, 0, result.stderr)
                canaries = Canaries()
                canaries.add("first secret", SECRET.search(path.read_text()).group(0) if path else None)
                canaries.add("second secret", self.kept_secret(self.app()["client_id"]))
                shown = results[0].stderr + results[1].stdout + results[1].stderr
                if place != "github":
                    shown += results[0].stdout
                self.assertEqual(canaries.in_text(shown) | key.in_text(shown), set())
                seen = "\n".join(sight.words + sight.environment for sight in watch.sights)
                self.assertEqual(canaries.in_text(seen), set())
                there = canaries.in_files([self.folder], passed_over=[path] if path else [])
                self.assertEqual(there, {})
