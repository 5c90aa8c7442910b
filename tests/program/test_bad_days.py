"""A service that answers nonsense, late, or not at all: a sentence, the documented exit code, and nothing lost."""

import unittest

from harness import ProgramTest

# How a token response can go wrong, and the exit code it ends with: nonsense is the service's fault, silence the network's.
SPOILT = {"html=502": 6, "text=500": 6, "empty": 6, "json-type": 6, "json-type=access_token": 6, "truncate=20": (5, 6),
          "huge=20000000": 6, "status=503": 6, "lost": 5, "reset=10": (5, 6)}


class SpoiltTokenResponse(ProgramTest):
    def assert_spoilt(self, result, codes):
        self.assertIn(result.code, codes if isinstance(codes, tuple) else (codes,), result.stderr)
        self.assertIn("chutes-login: ", result.stderr)
        self.assertNotIn("<html", result.stdout + result.stderr)

    def test_a_sign_in_ends_with_a_sentence_and_the_browser_does_not_say_success(self):
        for fault, codes in SPOILT.items():
            with self.subTest(fault), self.sandbox.fault(f"/idp/token:{fault}"):
                before = len(self.sandbox.log("/idp/token"))
                self.assert_spoilt(self.run_program("login"), codes)
                self.assertIsNone(self.keyring.session())
                self.assertNotIn("you are signed in", self.browser.last_page["text"].lower())
                self.assertEqual(len(self.sandbox.log("/idp/token")) - before, 1, "a code is good for one request")
                self.assert_nobody_listens()

    def test_a_refresh_keeps_the_session_it_could_not_replace(self):
        self.sign_in("--quiet")
        for fault in ("html=502", "text=500", "status=503"):
            with self.subTest(fault):
                kept = self.keyring.session()
                with self.sandbox.fault(f"/idp/token:{fault}"):
                    self.assert_spoilt(self.run_program("refresh"), 6)
                self.assertEqual(self.keyring.session()["refresh_token"], kept["refresh_token"])
                self.assertEqual(self.run_program("refresh").code, 0)


class TokensBeforeEverythingElse(ProgramTest):
    def test_tokens_are_kept_although_the_service_cannot_say_who_this_is(self):
        for fault in ("html=502", "status=401", "lost"):
            with self.subTest(fault):
                with self.sandbox.fault(f"/idp/userinfo:{fault}"):
                    result = self.run_program("login", "--quiet")
                self.assertEqual(result.code, 0, result.stderr)
                self.assertIsNotNone(self.keyring.session())
                self.assertEqual(self.run_program("whoami").code, 0)
                self.keyring.clear()


class SpoiltAnswers(ProgramTest):
    def setUp(self):
        super().setUp()
        self.sign_in("--quiet")

    def test_whoami_and_balance_report_nonsense_as_the_service_s(self):
        for command, path in (("whoami", "/idp/userinfo"), ("balance", "/users/me")):
            for fault in ("html=502", "text=500", "empty", "status=500"):
                with self.subTest(f"{command} {fault}"), self.sandbox.fault(f"{path}:{fault}"):
                    result = self.run_program(command)
                    self.assert_fails(result, 6, "chutes-login: ")
                    self.assertNotIn("<html", result.stderr)
                    self.assertEqual(result.stdout, "")

    def test_the_status_of_a_refusal_is_in_the_json_error(self):
        with self.sandbox.fault("/idp/userinfo:html=502"):
            error = self.run_program("whoami", "--json").error
        self.assertEqual((error["kind"], error["exit_code"], error["status"]), ("service", 6, 502))

    def test_an_answer_that_does_not_come_ends_at_the_limit(self):
        with self.sandbox.fault("/idp/userinfo:delay=20000"):
            self.assert_fails(self.run_program("whoami", "--timeout", "1"), 5, "hint:")

    def test_an_answer_without_end_is_cut_off(self):
        with self.sandbox.fault("/idp/userinfo:huge"):
            self.assertIn(self.run_program("whoami", "--timeout", "10").code, (5, 6))


if __name__ == "__main__":
    unittest.main()
