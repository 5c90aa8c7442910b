"""Asking a model: text as it arrives, whole documents for scripts, and the ways it can end."""

import subprocess
import unittest

from harness import LOGIN, ProgramTest


class Invoke(ProgramTest):
    def setUp(self):
        super().setUp()
        self.sign_in("--quiet")
        self.model = self.sandbox.ask("/_host/llm/v1/models")[1]["data"][0]["id"]

    def test_a_streamed_answer_is_text_on_standard_output_and_nothing_else(self):
        result = self.run_program("invoke", "-m", self.model, "Say hello")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertTrue(result.stdout.strip())
        self.assertNotIn("data:", result.stdout)
        self.assertEqual(result.stderr, "")
        served = self.sandbox.log("/v1/chat/completions")[-1]
        self.assertEqual((served["status"], served["credential"]), (200, "access_token"))

    def test_the_prompt_may_come_from_standard_input(self):
        typed = self.run_program("invoke", "-m", self.model, "Say hello")
        piped = self.run_program("invoke", "-m", self.model, stdin="Say hello")
        self.assertEqual(piped.stdout, typed.stdout)

    def test_no_stream_prints_the_same_text(self):
        streamed = self.run_program("invoke", "-m", self.model, "Say hello")
        whole = self.run_program("invoke", "-m", self.model, "--no-stream", "Say hello")
        self.assertEqual(whole.stdout, streamed.stdout)

    def test_json_is_the_service_s_complete_response_object(self):
        text = self.run_program("invoke", "-m", self.model, "Say hello").stdout
        for stream in ((), ("--no-stream",)):
            with self.subTest(stream):
                report = self.run_program("invoke", "-m", self.model, "--json", *stream, "Say hello").json
                self.assertEqual(report["choices"][0]["message"]["content"].strip(), text.strip())
                self.assertEqual(report["choices"][0]["finish_reason"], "stop")

    def test_an_unknown_model_is_the_service_s_refusal(self):
        result = self.run_program("invoke", "-m", "no/such-model", "Say hello")
        self.assert_fails(result, 6, "no/such-model")
        self.assertEqual(result.stdout, "")

    def test_a_reader_who_has_had_enough_is_no_error_worth_words(self):
        shell = subprocess.run(
            ["bash", "-c", '"$0" invoke -m "$1" "Count to a thousand" | head -c 1; echo "${PIPESTATUS[0]}" >&2',
             LOGIN, self.model], env=self.environment, capture_output=True, text=True, timeout=30, check=True,
            stdin=subprocess.DEVNULL)
        self.assertEqual(len(shell.stdout), 1)
        self.assertIn(shell.stderr.strip(), ("141", "0"))

    def test_a_token_without_the_scope_is_forbidden_and_the_scope_is_named(self):
        self.sign_in("--quiet", "--scope", "openid", "--scope", "profile")
        self.assert_fails(self.run_program("invoke", "-m", self.model, "Say hello"), 8, "chutes:invoke")

    def test_an_api_key_of_the_environment_serves_where_nobody_is_signed_in(self):
        key = {"CHUTES_API_KEY": self.sandbox.variables["CHUTES_API_KEY"]}
        result = self.run_program("invoke", "--store", "plaintext", "-m", self.model, "Say hello", env=key)
        self.assertEqual(result.code, 0, result.stderr)
        self.assertIn("CHUTES_API_KEY", result.stderr)
        self.assertEqual(self.sandbox.log("/v1/chat/completions")[-1]["credential"], "api_key")

    def test_no_model_is_a_usage_error(self):
        self.assertEqual(self.run_program("invoke", "Say hello").code, 2)

    def test_a_stream_that_is_cut_is_incomplete_and_what_came_stands_on_standard_output(self):
        whole = self.run_program("invoke", "-m", self.model, "Say hello").stdout
        for fault, code in (("cut=3", 10), ("bare-error=3", 6), ("error-event=3", 6)):
            with self.subTest(fault), self.sandbox.fault(f"/v1/chat/completions:{fault}"):
                result = self.run_program("invoke", "-m", self.model, "Say hello")
                self.assertEqual(result.code, code, result.stderr)
                self.assertTrue(result.stdout.strip() and whole.startswith(result.stdout.rstrip("\n")), result.stdout)

    def test_an_expired_token_is_replaced_on_the_way(self):
        self.sandbox.advance(3601)
        result = self.run_program("invoke", "-m", self.model, "Say hello")
        self.assertEqual(result.code, 0, result.stderr)

    def test_no_balance_and_a_rate_limit_are_9(self):
        for status in (402, 429):
            with self.subTest(status), self.sandbox.fault(f"/v1/chat/completions:status={status}"):
                result = self.run_program("invoke", "-m", self.model, "Say hello")
                self.assert_fails(result, 9, "hint:")


if __name__ == "__main__":
    unittest.main()
