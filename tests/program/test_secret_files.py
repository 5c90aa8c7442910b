"""Secrets handed over in files and pipes, as shells, Docker and Kubernetes do, and the bytes that come with them."""

import socket
import subprocess
import unittest

from app_owner import AppTest
from asking import may_mount, mounting
from golden import check_golden
from harness import LOGIN, ProgramTest

PASSPHRASE = "correct horse battery staple"
MARK = "\ufeff"
LINE_ENDS = ("", "\n", "\r\n", "\n\n")


class ApiKeyFile(AppTest):
    """Doors of --api-key-file."""

    nothing = {"CHUTES_API_KEY": None}

    def list_apps(self, file, **options):
        return self.run_program("app", "list", "--api-key-file", str(file), env=self.nothing, **options)

    def by_shell(self, shell, line):
        """What a shell makes of the line, in which $LOGIN is the program and $KEY the key."""
        environment = {name: value for name, value in self.environment.items() if name != "CHUTES_API_KEY"}
        return subprocess.run([shell, "-c", line], env={**environment, "LOGIN": LOGIN, "KEY": self.key}, capture_output=True,
                              text=True, check=False, timeout=60)

    def write(self, file, mode=0o600, text=None):
        file.write_text(text or self.key + "\n")
        file.chmod(mode)
        return file

    def test_a_pipe_and_standard_input_are_read_under_every_name(self):
        lines = {"bash": ('"$LOGIN" app list --api-key-file <(printf %s "$KEY")',
                          'printf "%s\\n" "$KEY" | "$LOGIN" app list --api-key-file /dev/stdin',
                          'printf %s "$KEY" | "$LOGIN" app list --api-key-file -',
                          '"$LOGIN" app list --api-key-file /dev/stdin <<<"$KEY"',
                          '"$LOGIN" app list --api-key-file /dev/fd/7 7< <(sleep 0.1; printf %s "$KEY")'),
                 "zsh": ('"$LOGIN" app list --api-key-file <(printf %s "$KEY")',
                         '"$LOGIN" app list --api-key-file =(printf %s "$KEY")'),
                 "sh": ('printf "%s\\n" "$KEY" | "$LOGIN" app list --api-key-file /proc/self/fd/0',)}
        for shell, commands in lines.items():
            for line in commands:
                with self.subTest(shell, line=line):
                    result = self.by_shell(shell, line)
                    self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_pipe_that_is_slow_is_waited_for_and_that_is_said(self):
        result = self.by_shell("bash", '"$LOGIN" app list --api-key-file <(sleep 2; printf %s "$KEY")')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("/dev/fd/", result.stderr)

    def test_a_secret_of_kubernetes_is_read_through_its_links(self):
        folder = self.folder / "secret"
        folder.mkdir()
        version = folder / "..2026_11_28_02_39_28.1234"
        version.mkdir()
        self.write(version / "key")
        (folder / "..data").symlink_to(version.name)
        (folder / "key").symlink_to("..data/key")
        folder.chmod(0o1777)
        self.assertEqual(self.list_apps(folder / "key").code, 0)
        folder.chmod(0o777)
        self.assert_fails(self.list_apps(folder / "key"), 2, "symbolic link that another user can change")

    @unittest.skipUnless(may_mount(), "this user may not mount anything")
    def test_docker_s_file_that_all_may_read_is_read_where_it_is_mounted_read_only(self):
        source, file = self.write(self.folder / "source", 0o444), self.write(self.folder / "key", 0o444)
        self.assert_fails(self.list_apps(file), 2, "open to other users", f"chmod 600 '{file}'")
        for options, code in (("-obind,ro", 0), ("--bind", 2)):
            with self.subTest(options):
                program, *first = (*mounting(options, str(source), str(file)), LOGIN)
                result = self.run_program(*first, "app", "list", "--api-key-file", str(file), program=program, env=self.nothing)
                self.assertEqual(result.code, code, result.stderr)
        source.chmod(0o446)
        program, *first = (*mounting("-obind,ro", str(source), str(file)), LOGIN)
        self.assert_fails(self.run_program(*first, "app", "list", "--api-key-file", str(file), program=program, env=self.nothing),
                          2, "writable by other users")

    def test_what_others_could_write_is_refused_and_the_remedy_is_true(self):
        said = []
        for mode in (0o620, 0o602, 0o666, 0o644, 0o604):
            file = self.write(self.folder / "key", mode)
            result = self.list_apps(file)
            self.assert_fails(result, 2, str(file), f"chmod 600 '{file}'")
            self.assertNotIn(self.key, result.stderr)
            said.append(result.stderr.replace(str(self.folder), "<FOLDER>"))
            file.chmod(0o600)
            self.assertEqual(self.list_apps(file).code, 0)
        check_golden(self, "".join(said))

    def test_a_socket_on_standard_input_and_a_closed_descriptor(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.sendall(self.key.encode())
            ours.shutdown(socket.SHUT_WR)
            result = subprocess.run([LOGIN, "app", "list", "--api-key-file", "/dev/stdin"], stdin=theirs, capture_output=True,
                                    text=True, check=False, timeout=60,
                                    env={k: v for k, v in self.environment.items() if k != "CHUTES_API_KEY"})
            self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_fails(self.list_apps("/dev/fd/99"), 2, "/dev/fd/99")
        self.assert_fails(self.list_apps("/dev/null"), 2, "/dev/null")


class PassphraseFile(ProgramTest):
    """Doors of CHUTES_STORE_PASSPHRASE_FILE."""

    def setUp(self):
        super().setUp()
        self.file = self.folder / "passphrase"
        self.file.write_text(PASSPHRASE + "\n")
        self.file.chmod(0o600)
        self.environment.update({"CHUTES_STORE": "file", "CHUTES_STORE_PASSPHRASE_FILE": str(self.file)})
        self.sign_in("--quiet")

    def by_shell(self, line):
        return subprocess.run(["bash", "-c", line], env={**self.environment, "LOGIN": LOGIN, "PASSPHRASE": PASSPHRASE},
                              capture_output=True, text=True, check=False, timeout=60)

    def test_a_pipe_and_standard_input_are_read_once_and_that_is_enough(self):
        for line in ('CHUTES_STORE_PASSPHRASE_FILE=<(printf %s "$PASSPHRASE") "$LOGIN" token',
                     'CHUTES_STORE_PASSPHRASE_FILE=/dev/stdin "$LOGIN" refresh <<<"$PASSPHRASE"',
                     'printf "%s\\n" "$PASSPHRASE" | CHUTES_STORE_PASSPHRASE_FILE=- "$LOGIN" status --all'):
            with self.subTest(line):
                result = self.by_shell(line)
                self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_byte_order_mark_is_not_part_of_it(self):
        self.file.write_text(MARK + PASSPHRASE + "\r\n", newline="")
        self.assertEqual(self.run_program("token").code, 0)

    @unittest.skipUnless(may_mount(), "this user may not mount anything")
    def test_docker_s_file_that_all_may_read_is_read_where_it_is_mounted_read_only(self):
        self.file.chmod(0o444)
        self.assert_fails(self.run_program("token"), 7, "open to other users")
        program, *first = (*mounting("-obind,ro", str(self.file), str(self.file)), LOGIN)
        self.assertEqual(self.run_program(*first, "token", program=program).code, 0)


class Bytes(AppTest):
    """What stands around a credential, at each of its doors."""

    def test_line_ends_behind_the_api_key_are_not_part_of_it_wherever_it_comes_from(self):
        file = self.folder / "key"
        for end in LINE_ENDS:
            for mark in ("", MARK):
                text = mark + self.key + end
                file.write_text(text, newline="")
                file.chmod(0o600)
                doors = {"variable": ((), {"env": {"CHUTES_API_KEY": text}}),
                         "file": (("--api-key-file", str(file)), {"env": {"CHUTES_API_KEY": None}}),
                         "stdin": (("--api-key-stdin",), {"env": {"CHUTES_API_KEY": None}, "stdin": text})}
                for door, (words, options) in doors.items():
                    with self.subTest(door, end=end, mark=mark):
                        result = self.run_program("app", "list", *words, **options)
                        self.assertEqual(result.code, 0, result.stderr)

    def test_line_ends_behind_a_client_s_id_and_secret_spend_no_code(self):
        for end in LINE_ENDS[1:]:
            environment = {name: value + end for name, value in self.registration.items()}
            with self.subTest("variables", end=end):
                result = self.run_program("login", env={"CHUTES_API_KEY": None, **environment})
                self.assertEqual(result.code, 0, result.stderr)
            with self.subTest("standard input", end=end):
                result = self.run_program("login", "--client-id", self.registration["CHUTES_OAUTH_CLIENT_ID"] + end,
                                          "--client-secret-stdin", "--redirect-uri",
                                          self.registration["CHUTES_OAUTH_REDIRECT_URI"].split()[0],
                                          stdin=MARK + self.registration["CHUTES_OAUTH_CLIENT_SECRET"] + end)
                self.assertEqual(result.code, 0, result.stderr)

    def test_an_access_token_is_one_line_and_puts_no_option_into_a_configuration_of_curl(self):
        token = "cak_" + "x" * 40
        for end in LINE_ENDS:
            result = self.run_program("token", env={"CHUTES_ACCESS_TOKEN": token + end})
            self.assertEqual((result.code, result.stdout), (0, token + "\n"), result.stderr)
        for odd in ('x"', "x\\", 'x" url = "http://127.0.0.1:1/', "x\\\"y"):
            result = self.run_program("token", "--curl-config", env={"CHUTES_ACCESS_TOKEN": odd})
            self.assertEqual(result.stdout.count("\n"), 1)
            (self.folder / "curlrc").write_text(result.stdout)
            shown = subprocess.run(["curl", "-K", str(self.folder / "curlrc"), "-s", "-o", "/dev/null", "-v", "--max-time", "5",
                                    "--noproxy", "*", self.sandbox.url], capture_output=True, text=True, check=False, env={})
            self.assertIn(f"Authorization: Bearer {odd}\n", shown.stderr.replace("\r", ""))

    def test_a_control_character_within_a_credential_is_refused_and_its_door_is_named(self):
        inner = 'x"\nurl = "http://127.0.0.1:1/'
        rows = [("CHUTES_ACCESS_TOKEN", ("token", "--curl-config"), {}), ("CHUTES_ACCESS_TOKEN", ("whoami",), {}),
                ("CHUTES_API_KEY", ("app", "list"), {}), ("CHUTES_OAUTH_CLIENT_ID", ("login",), self.registration),
                ("CHUTES_OAUTH_CLIENT_SECRET", ("login",), self.registration)]
        before = len(self.sandbox.log())
        for name, words, environment in rows:
            for value in (inner, "\nx", "x\ty", "x\x1b[31m", "x\x7fy"):
                with self.subTest(name, words=words, value=value):
                    result = self.run_program(*words, env={"CHUTES_API_KEY": None, **environment, name: value})
                    self.assert_fails(result, 2, name)
                    self.assertNotIn(value, result.stdout + result.stderr)
                    self.assertEqual(result.stdout, "")
        file = self.folder / "key"
        for value in ("x\ty", "x\x1b[31m", "x\x00y"):
            file.write_text(value)
            file.chmod(0o600)
            nothing = {"CHUTES_API_KEY": None}
            self.assert_fails(self.run_program("app", "list", "--api-key-file", str(file), env=nothing), 2, "--api-key-file")
            self.assert_fails(self.run_program("app", "list", "--api-key-stdin", env=nothing, stdin=value), 2, "--api-key-stdin")
            self.assert_fails(self.run_program("login", "--client-id", "cid_x", "--client-secret-stdin", stdin=value), 2,
                              "--client-secret-stdin")
            self.assert_fails(self.run_program("introspect", "-", stdin=value), 2, "standard input")
        self.assertEqual(len(self.sandbox.log()), before)

    def test_help_needs_no_credential_in_order(self):
        for words in (("help", "environment"), ("--help",), ("completion", "bash")):
            self.assertEqual(self.run_program(*words, env={"CHUTES_API_KEY": "x\ny"}).code, 0)

    def test_a_byte_order_mark_is_stripped_in_every_text_that_is_read(self):
        manifest = MARK + '{"name": "%s", "redirect_uris": ["https://shop.example/cb"]}' % self.name
        file = self.folder / "apps.json"
        file.write_text(manifest)
        self.assertEqual(self.run_program("app", "diff", "-f", str(file)).code, 11)
        self.assertEqual(self.run_program("app", "diff", "-f", "-", stdin=manifest).code, 11)
        configuration = self.home / ".config/chutes-login/config.toml"
        configuration.parent.mkdir(parents=True)
        configuration.write_text(MARK + 'profile = "work"\n')
        self.assertIn("work", self.run_program("status").stdout)
        configuration.unlink()
        system, schema, lines = (self.folder / name for name in ("system.txt", "schema.json", "lines.jsonl"))
        system.write_text(MARK + "Be brief")
        schema.write_text(MARK + '{"type": "object"}')
        lines.write_text(MARK + '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}\n')
        token = {"CHUTES_ACCESS_TOKEN": "cak_x"}
        request = self.run_program("invoke", "-m", "m", "--system", f"@{system}", "--schema", str(schema), "--dry-run", "--json",
                                   stdin=MARK + "Hello", env=token)
        self.assertEqual(request.code, 0, request.stderr)
        self.assertNotIn(MARK, request.stdout)
        self.assertNotIn("\\ufeff", request.stdout)
        batch = self.run_program("invoke", "--batch", str(lines), "--dry-run", env=token)
        self.assertEqual(batch.code, 0, batch.stderr)


if __name__ == "__main__":
    unittest.main()
