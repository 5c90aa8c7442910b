"""Asking a model with more than words: attachments, schemas, parameters, conversations; and the bad input of a bad day."""

import json
import os
import signal
import socket
import stat
import subprocess
import time
import unittest

from golden import check_golden
from harness import LOGIN, PATIENCE, SLOWNESS, ProgramTest, eventually

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class ChatTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.sign_in("--quiet")
        self.model = self.sandbox.ask("/_host/llm/v1/models")[1]["data"][0]["id"]
        self.asked_before = self.asked()

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def ask(self, *arguments, **options):
        return self.run_program("invoke", "-m", self.model, *arguments, **options)

    def asked(self):
        return len(self.sandbox.log("/v1/chat/completions"))

    def assert_refused(self, result, *phrases):
        """A usage error before anything was sent."""
        self.assert_fails(result, 2, *phrases)
        self.assertEqual(result.stdout, "")
        self.assertEqual(self.asked(), self.asked_before)


class Options(ChatTest):
    def test_images_and_texts_go_with_the_prompt(self):
        image = self.file("holiday.txt", PNG)  # an image by its bytes
        notes = self.file("notes.md", b"two\n")
        result = self.ask("--attach", image, "--attach", "https://example.org/cat.png", "--attach", notes, "What is this?")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertIn("You said: What is this?\n\nnotes.md:\n```\ntwo\n``` (images: 2)", result.stdout)

    def test_an_answer_that_fits_its_schema_is_json_for_the_next_program(self):
        schema = self.file("person.json", json.dumps(
            {"type": "object", "required": ["born"], "properties": {"born": {"type": "integer"}}}).encode())
        result = self.ask("--schema", schema, "Ada Lovelace")
        self.assertEqual((result.code, result.json, result.stderr), (0, {"born": 1}, ""))

    def test_an_answer_that_breaks_its_schema_exits_6_and_stands(self):
        schema = self.file("person.json", json.dumps(
            {"type": "object", "properties": {"born": {"type": "integer", "not": {"const": 1}}}}).encode())  # no model knows "not"
        result = self.ask("--schema", schema, "Ada Lovelace")
        self.assert_fails(result, 6, "schema: born: ")
        self.assertEqual(result.json, {"born": 1})

    def test_stop_texts_end_the_answer(self):
        self.assertEqual(self.ask("--stop", "two", "one two three").stdout, "You said: one \n")

    def test_parameters_reach_the_engine(self):
        result = self.ask("--param", "max_completion_tokens=2", "--json", "one two three")
        self.assertEqual(result.json["choices"][0]["finish_reason"], "length")
        refusal = self.ask("--param-json", "temperature=-1", "one two three")
        self.assert_fails(refusal, 6, "temperature must be non-negative")

    def test_a_length_limit_is_a_failure_only_where_it_is_named_one(self):
        for words, code in ((("--fail-on", "length"), 10), (("--strict",), 10), (("--fail-on", "filter"), 0), ((), 0)):
            with self.subTest(words):
                result = self.ask("--max-tokens", "2", *words, "one two three")
                self.assertEqual(result.code, code, result.stderr)
                self.assertTrue(result.stdout.startswith("You"))

    def test_usage_tells_the_cost_once_models_has_told_the_prices(self):
        self.assertNotIn("$", self.ask("--usage", "Say hello").stderr)
        self.assertEqual(self.run_program("models").code, 0)
        asked = len(self.sandbox.log("/v1/models"))
        result = self.ask("--usage", "Say hello")
        self.assertRegex(result.stderr, r"\d+ tokens in, \d+ out, .*[\d.]+ s.*\$0\.\d{6}\n$")
        self.assertEqual(len(self.sandbox.log("/v1/models")), asked)

    def test_an_unknown_model_is_answered_with_near_names(self):
        self.assertEqual(self.run_program("models").code, 0)
        result = self.run_program("invoke", "-m", self.model.lower()[:-1], "Say hello")
        self.assert_fails(result, 6, "did you mean", self.model)


    def test_the_curl_command_asks_the_same_however_much_is_attached(self):
        path = f"{os.path.dirname(LOGIN)}:{self.environment['PATH']}"
        for size in (10, 300_000):
            with self.subTest(size):
                image = self.file("cat.png", PNG + bytes(size))
                words = ("--no-stream", "--attach", image, "It's a cat")
                script = self.file("ask.sh", self.ask(*words, "--curl").stdout.encode())
                curl = subprocess.run(["bash", script], env={**self.environment, "PATH": path}, check=True,
                                      capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)
                self.assertEqual(json.loads(curl.stdout)["choices"][0]["message"]["content"] + "\n",
                                 self.ask(*words).stdout)


class Conversations(ChatTest):
    def kept(self, name="default"):
        return self.folder / "home/.local/state/chutes-login/conversations" / f"{name}.jsonl"

    def lines(self, name="default"):
        return [json.loads(line) for line in self.kept(name).read_text().splitlines()]

    def test_a_conversation_goes_on_from_one_command_to_the_next(self):
        first = self.ask("--continue", "--system", "Be brief", "--", "One")
        self.assertEqual((first.code, first.stdout, first.stderr), (0, "[Be brief] You said: One\n", ""))
        second = self.ask("Two", "--continue")
        self.assertEqual(second.stdout, "[Be brief] You said: Two (question 2)\n")
        self.assertIn("after 1 turn", second.stderr)
        self.assertEqual([line["messages"][0]["content"] for line in self.lines()], ["One", "Two"])

    def test_it_is_the_user_s_alone(self):
        self.ask("One", "--continue=tour")
        self.assertEqual(stat.S_IMODE(self.kept("tour").stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.kept("tour").parent.stat().st_mode), 0o700)

    def test_two_processes_at_once_keep_both_turns_whole(self):
        with self.sandbox.fault("/v1/chat/completions:delay=300"):
            both = [self.start("invoke", "-m", self.model, "--continue", "--", prompt) for prompt in ("One", "Two")]
            for running in both:
                self.assertEqual(running.result().code, 0, running.stderr)
        self.assertEqual(sorted(line["messages"][0]["content"] for line in self.lines()), ["One", "Two"])

    def test_a_cut_answer_is_not_kept(self):
        self.ask("One", "--continue")
        with self.sandbox.fault("/v1/chat/completions:cut=3"):
            self.assertEqual(self.ask("Two", "--continue").code, 10)
        self.assertEqual(len(self.lines()), 1)

    def test_a_torn_last_line_is_repaired(self):
        self.ask("One", "--continue")
        with self.kept().open("a") as file:
            file.write('{"at":"2026-11-23T10')
        self.assertEqual(self.ask("Two", "--continue").stdout, "You said: Two (question 2)\n")
        self.assertEqual(len(self.lines()), 2)

    def test_a_file_that_others_can_read_is_refused(self):
        self.ask("One", "--continue")
        self.kept().chmod(0o644)
        self.assert_fails(self.ask("Two", "--continue"), 2, str(self.kept()), "chmod 600")


class BadInput(ChatTest):
    def test_what_cannot_be_attached(self):
        program = self.file("program", b"\x7fELF\0\0")
        said = ""
        for word, fact in ((str(self.folder / "missing.png"), "missing.png"), (str(self.folder), str(self.folder)),
                           (program, program), (self.file("empty.png", b""), "empty.png"),
                           ("http://example.org/cat.png", "https://")):
            with self.subTest(word):
                result = self.ask("--attach", word, "x")
                self.assert_refused(result, fact)
                said += result.stderr
        check_golden(self, said.replace(str(self.folder), "FOLDER"))

    @unittest.skipIf(os.geteuid() == 0, "root may read every file")
    def test_an_image_that_may_not_be_read(self):
        image = self.file("cat.png", PNG)
        os.chmod(image, 0)
        self.assert_refused(self.ask("--attach", image, "x"), image)

    def test_an_empty_prompt(self):
        for stdin in (None, "", " \n"):
            with self.subTest(stdin):
                self.assert_refused(self.ask(stdin=stdin), "prompt")

    def test_a_closed_standard_input_is_no_prompt_and_no_hindrance(self):
        def run(*words):
            return subprocess.run(["bash", "-c", '"$0" "$@" <&-', LOGIN, "invoke", "-m", self.model, *words],
                                  env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(run("Say hello").stdout, "You said: Say hello\n")
        self.assertEqual(run().returncode, 2)

    def test_a_prompt_that_is_not_utf_8_is_refused_with_the_place(self):
        result = subprocess.run([LOGIN, "invoke", "-m", self.model], env=self.environment, capture_output=True,
                                input=b"caf\xe9", timeout=PATIENCE, check=False)
        self.assertEqual((result.returncode, result.stdout), (2, b""))
        self.assertIn(b"byte 0xE9 at offset 3", result.stderr)
        self.assertEqual(self.asked(), self.asked_before)

    def test_ten_megabytes_of_prompt(self):
        result = self.ask("--max-tokens", "3", stdin="word " * 2_000_000)
        self.assertEqual((result.code, result.stdout), (0, "You said: word\n"), result.stderr)

    def test_a_full_disk_is_said_at_once(self):
        shell = subprocess.run(["bash", "-c", '"$0" invoke -m "$1" "Say hello" >/dev/full', LOGIN, self.model],
                               env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
                               stdin=subprocess.DEVNULL)
        self.assertEqual(shell.returncode, 1)
        self.assertIn("No space left on device", shell.stderr)
        result = self.run_program("invoke", "FLUX.1-schnell", "-f", "prompt=x", "-o", "/dev/full")
        self.assert_fails(result, 1, "/dev/full: No space left on device", "hint:")

    def test_a_body_that_is_no_json_and_a_file_that_is_not_there(self):
        for words, facts in ((("-d", "{no json"), ("-d", "JSON")), (("-d", "@/nowhere/at/all"), ("-d", "/nowhere/at/all")),
                             (("-F", "image=@/nowhere/at/all"), ("-F", "/nowhere/at/all"))):
            with self.subTest(words):
                self.assert_fails(self.run_program("invoke", "echo", "/echo", *words), 2, *facts)

    def test_a_foreign_target_is_refused_and_not_a_byte_is_sent(self):
        with socket.create_server(("127.0.0.1", 0)) as stranger:
            stranger.settimeout(0)
            for target in (f"http://127.0.0.1:{stranger.getsockname()[1]}/echo", "https://evil.example/echo",
                           "http://chutes.ai.evil.example/echo"):
                with self.subTest(target):
                    self.assert_fails(self.run_program("invoke", target, "-d", "{}"), 2, "hint:")
            self.assertRaises(BlockingIOError, stranger.accept)


class Endings(ChatTest):
    def seconds_to_cancel(self):
        running = self.start("invoke", "-m", self.model, "Say hello")
        eventually(lambda: running.stdout, "the answer has begun")
        began = time.monotonic()
        running.signal(signal.SIGINT)
        running.process.wait(PATIENCE)
        seconds = time.monotonic() - began
        result = running.result()
        self.assertEqual((result.code, result.stderr), (130, ""))
        self.assertTrue("You said: Say hello".startswith(result.stdout.rstrip("\n")))
        return seconds

    def test_ctrl_c_cancels_within_a_tenth_of_a_second_and_what_came_stands(self):
        with self.sandbox.fault("/v1/chat/completions:drip=2"):
            self.assertLess(min(self.seconds_to_cancel() for _ in range(5)), 0.1 * SLOWNESS)

    def test_a_reader_who_leaves_ends_the_request_quietly_with_141(self):
        with self.sandbox.fault("/v1/chat/completions:drip=2"):
            running = subprocess.Popen([LOGIN, "invoke", "-m", self.model, "Say hello " * 50], env=self.environment,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.addCleanup(running.stderr.close)
            self.assertTrue(running.stdout.read(1))
            running.stdout.close()
            self.assertEqual(running.wait(PATIENCE), 141)
            self.assertEqual(running.stderr.read(), b"")


if __name__ == "__main__":
    unittest.main()
