"""`exec`: the command runs as if it had been typed, with a token in its environment and nothing else added."""

import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import unittest

from harness import PATIENCE, ProgramTest, eventually

ACCESS = re.compile(r"cak_[-0-9a-f]{36}\.[A-Za-z0-9]{48}")

# What a process knows of itself, as JSON. It opens nothing before it has listed what is open.
LOOK = """
import os
files = {}
for number in os.listdir('/proc/self/fd'):
    try:
        files[number] = os.readlink('/proc/self/fd/' + number)
    except OSError:
        pass  # the listing's own
import json, resource, sys
mask = os.umask(0)
status = dict(line.split(':', 1) for line in open('/proc/self/status'))
print(json.dumps({
    'pid': os.getpid(), 'words': sys.argv[1:], 'environment': dict(os.environ), 'files': files, 'mask': mask,
    'core': resource.getrlimit(resource.RLIMIT_CORE), 'readable': os.access('/proc/self/environ', os.R_OK),
    'owner': os.stat('/proc/self').st_uid == os.getuid(),
    **{name: int(status[name], 16) for name in ('SigBlk', 'SigIgn', 'SigCgt', 'SigPnd', 'ShdPnd')}}))
"""


class Exec(ProgramTest):
    def setUp(self):
        super().setUp()
        self.sign_in("--quiet")
        self.look = self.folder / "look.py"
        self.look.write_text(LOOK)
        self.interpreter = [sys.executable, "-I", "-S", str(self.look)]

    def stored_token(self):
        return ACCESS.search(json.dumps(self.keyring.session())).group()

    def seen(self, *arguments, **options):
        result = self.run_program("exec", *arguments, "--", *self.interpreter, **options)
        self.assertEqual(result.code, 0, result.stderr)
        self.assertEqual(result.stderr, "")
        return result.json

    def test_the_command_has_the_token_and_the_service_s_address_as_openai_s_clients_want_them(self):
        added = {"CHUTES_ACCESS_TOKEN": self.stored_token(), "OPENAI_API_KEY": self.stored_token(),
                 "OPENAI_BASE_URL": self.sandbox.variables["CHUTES_LLM_URL"] + "/v1"
                 if "CHUTES_LLM_URL" in self.sandbox.variables else
                 self.sandbox.variables["CHUTES_HOST_TEMPLATE"].replace("{host}", "llm") + "/v1"}
        kept = {name: value for name, value in self.environment.items() if name != "CHUTES_OAUTH_CLIENT_SECRET"}
        self.assertEqual(self.seen()["environment"], {**kept, **added})

    def test_the_address_and_the_token_work_together(self):
        script = 'exec curl --silent --show-error --header "Authorization: Bearer $OPENAI_API_KEY" "$OPENAI_BASE_URL/models"'
        result = self.run_program("exec", "sh", "-c", script)
        self.assertEqual(result.code, 0, result.stderr)
        self.assertTrue(result.json["data"])

    def test_openai_s_own_client_works_as_its_documentation_shows_it(self):
        folder = pathlib.Path(__file__).with_name("openai_clients")
        self.assertTrue((folder / "node_modules").is_dir(), "npm's openai is missing: tests/run.sh installs it")
        result = self.run_program("exec", "--", "node", str(folder / "chat.mjs"))
        self.assertEqual((result.stdout, result.stderr, result.code), ("You said: Say hello", "", 0))

    def test_the_words_of_the_command_are_left_as_they_were_typed(self):
        words = ["--json", "", "[a,b]", "--", "{}", "a b", "-v", "--profile=", "\N{SNOWMAN}"]
        for marker in ([], ["--"]):
            result = self.run_program("exec", *marker, *self.interpreter, *words)
            self.assertEqual(result.json["words"], words)

    def test_the_command_takes_our_place_with_its_output_input_and_exit_code(self):
        running = self.start("exec", "sh", "-c", 'echo $$; cat; echo oops >&2; exit 42', stdin="from here\n")
        result = running.result()
        self.assertEqual((result.code, result.stdout, result.stderr),
                         (42, f"{running.process.pid}\nfrom here\n", "oops\n"))

    def test_a_signal_ends_the_command_as_if_it_had_been_typed(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
            with self.subTest(number):
                running = self.start("exec", "sh", "-c", "echo ready; exec sleep 60")
                eventually(lambda: "ready" in running.stdout, "the command runs")
                running.signal(number)
                running.result()
                self.assertEqual(running.process.returncode, -number)

    @unittest.skipIf({"ASAN_OPTIONS", "TSAN_OPTIONS"} & os.environ.keys(), "a sanitizer lowers the core limit by itself")
    def test_the_command_inherits_what_we_were_started_with_and_nothing_we_opened(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)

        def before():
            os.umask(0o027)
            resource.setrlimit(resource.RLIMIT_CORE, (4096, 8192))
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})

        typed = self.direct(before, reader)
        running = self.start("exec", "--", *self.interpreter, preexec_fn=before, pass_fds=(reader,))
        seen = running.result().json
        self.assertEqual(seen["pid"], running.process.pid)
        self.assertEqual(sorted(seen["files"]), sorted(["0", "1", "2", str(reader)]))
        for fact in ("mask", "core", "SigBlk", "SigIgn", "SigCgt", "SigPnd", "ShdPnd", "readable", "owner"):
            self.assertEqual((fact, seen[fact]), (fact, typed[fact]))
        self.assertEqual((seen["mask"], seen["core"]), (0o027, [4096, 8192]))
        self.assertTrue(seen["SigIgn"] & 1 << signal.SIGHUP - 1)
        self.assertTrue(seen["SigBlk"] & 1 << signal.SIGUSR1 - 1)

    def direct(self, before, descriptor):
        """The command's output when it is run directly."""
        done = subprocess.run(self.interpreter, env=self.environment, preexec_fn=before, pass_fds=(descriptor,),
                              stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=PATIENCE)
        return json.loads(done.stdout)

    def test_broken_pipes_that_were_ignored_before_stay_ignored(self):
        def before():
            signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        facts = [self.direct(None, 0)["SigIgn"], self.seen()["SigIgn"],
                 self.seen(preexec_fn=before, restore_signals=False)["SigIgn"]]
        pipe = 1 << signal.SIGPIPE - 1
        # The interpreter itself ignores SIGPIPE and SIGXFSZ; sh does not.
        self.assertEqual({fact & pipe for fact in facts}, {pipe})
        for options, expected in (({}, "0"), ({"preexec_fn": before, "restore_signals": False}, "1")):
            result = self.run_program("exec", "sh", "-c", "grep SigIgn /proc/self/status", **options)
            self.assertEqual(str(int(int(result.stdout.split()[1], 16) & pipe > 0)), expected)

    def test_a_command_that_is_not_found_exits_127_and_one_that_cannot_be_run_126(self):
        plain = self.folder / "plain"
        plain.write_text("echo never\n")
        lost = self.folder / "lost"
        lost.write_text("#!/nowhere/interpreter\n")
        lost.chmod(0o755)
        for command, code in (("no-such-command-anywhere", 127), (str(self.folder / "missing"), 127), ("", 127),
                              (str(lost), 127), (str(plain), 126), (str(self.folder), 126)):
            with self.subTest(command):
                result = self.run_program("exec", "--", command, "word")
                self.assert_fails(result, code, f"chutes-login: cannot run {command}: ", "hint: ")
                self.assertEqual(result.stdout, "")
                self.assertEqual(len(result.stderr.splitlines()), 2)

    def test_a_command_that_cannot_run_is_told_in_json_too(self):
        result = self.run_program("exec", "--json", "--", "no-such-command-anywhere")
        self.assertEqual((result.code, result.error["kind"], result.error["exit_code"]),
                         (127, "command_not_found", 127))

    def test_a_script_without_a_first_line_runs_as_sh_runs_it(self):
        script = self.folder / "script"
        script.write_text("exit 7\n")
        script.chmod(0o755)
        self.assertEqual(self.run_program("exec", str(script)).code, 7)

    def test_a_token_that_is_due_is_refreshed_before_and_the_lock_is_not_left_behind(self):
        before = self.stored_token()
        environment = self.seen("--min-valid", "2h")["environment"]
        self.assertNotEqual(environment["OPENAI_API_KEY"], before)
        self.assertEqual(environment["OPENAI_API_KEY"], self.stored_token())
        self.assertEqual(self.run_program("refresh").code, 0)

    def test_the_secrets_of_ours_are_not_in_the_command_s_environment_block(self):
        passphrase = self.folder / "passphrase"
        passphrase.write_text("correct horse\n")
        passphrase.chmod(0o600)
        env = {"CHUTES_API_KEY": self.sandbox.variables["CHUTES_API_KEY"],
               "CHUTES_STORE_PASSPHRASE_FILE": str(passphrase)}
        running = self.start("exec", "sh", "-c", "echo ready; exec sleep 60", env=env)
        eventually(lambda: "ready" in running.stdout, "the command runs")
        block = pathlib.Path(f"/proc/{running.process.pid}/environ").read_bytes().decode()
        for secret in (self.registration["CHUTES_OAUTH_CLIENT_SECRET"], *env.values(), "crt_"):
            self.assertNotIn(secret, block)
        words = pathlib.Path(f"/proc/{running.process.pid}/cmdline").read_bytes().decode()
        self.assertNotIn("cak_", words)
        running.signal(signal.SIGTERM)
        running.result()

    def test_a_session_in_an_encrypted_file_serves_as_well(self):
        passphrase = self.folder / "passphrase"
        passphrase.write_text("correct horse\n")
        passphrase.chmod(0o600)
        env = {"CHUTES_STORE": "file", "CHUTES_STORE_PASSPHRASE_FILE": str(passphrase)}
        self.sign_in("--quiet", env=env)
        environment = self.seen("--env", "THE_TOKEN", env=env)["environment"]
        self.assertRegex(environment["THE_TOKEN"], ACCESS)
        self.assertEqual({"OPENAI_API_KEY", "CHUTES_ACCESS_TOKEN", *env} & environment.keys(), {"CHUTES_STORE"})

    def test_signed_out_nothing_is_started(self):
        self.assertEqual(self.run_program("logout", "--quiet").code, 0)
        result = self.run_program("exec", "echo", "started")
        self.assert_fails(result, 3, "sign")
        self.assertEqual(result.stdout, "")


if __name__ == "__main__":
    unittest.main()
