"""No secret where others can read it: not on a screen, not in a log, not on a command line, not in a child."""

import json
import re
import unittest

from harness import ProgramTest

# Everything that must not be seen: tokens, codes of the redirect, secrets.
SECRET = re.compile(r"c(?:ak|rt)_[-0-9a-f]{36}\.[A-Za-z0-9]{8,}|csc_[A-Za-z0-9]{8,}|cpk_[0-9a-f]{32}\.")


class Secrecy(ProgramTest):
    def secrets(self):
        """Every live secret by value, with the parts a careless log would still show."""
        kept = " ".join(secret for _, secret in self.keyring.entries())
        tokens = re.findall(r"c(?:ak|rt)_[-0-9a-f]{36}\.[A-Za-z0-9]{48}", kept)
        self.assertEqual(len(tokens), 2)
        codes = [match.group(1) for page in self.browser.diary("page")
                 if (match := re.search(r"[?&]code=([A-Za-z0-9]{64})", page["url"]))]
        self.assertTrue(codes)
        return [*tokens, *(token.split(".")[1] for token in tokens), *codes,
                self.registration["CHUTES_OAUTH_CLIENT_SECRET"], self.sandbox.variables["CHUTES_API_KEY"]]

    def test_no_command_shows_a_secret_however_talkative_it_is_asked_to_be(self):
        key = {"CHUTES_API_KEY": self.sandbox.variables["CHUTES_API_KEY"]}
        model = self.sandbox.ask("/_host/llm/v1/models")[1]["data"][0]["id"]
        commands = [["login"], ["status"], ["whoami"], ["balance"], ["invoke", "-m", model, "hello"], ["refresh"],
                    ["refresh", "--json"], ["status", "--json"], ["login", "--json"], ["logout"]]
        for talk in ("-v", "-vv"):
            for command in commands:
                with self.subTest(f"{talk} {' '.join(command)}"):
                    secrets = self.secrets() if self.keyring.session() else []
                    result = self.run_program(*command, talk, env=key)
                    secrets += self.secrets() if self.keyring.session() else []
                    self.assertEqual(result.code, 0, result.stderr)
                    seen = result.stdout + result.stderr
                    self.assertEqual([secret for secret in secrets if secret in seen], [])
                    self.assertIsNone(SECRET.search(seen), seen)

    def test_verbose_tells_each_request_without_what_must_not_be_told(self):
        self.sign_in("--quiet")
        result = self.run_program("whoami", "-v")
        self.assertRegex(result.stderr, r"GET http://127\.0\.0\.1:\d+/idp/userinfo.*200")

    def test_token_is_the_one_command_that_shows_one_and_its_trace_does_not(self):
        self.sign_in("--quiet")
        result = self.run_program("token", "-vv", "--min-valid", "2h")
        self.assertRegex(result.stdout, SECRET)
        self.assertIsNone(SECRET.search(result.stderr), result.stderr)

    def test_the_browser_gets_no_secret_by_command_line_or_environment_and_no_open_file(self):
        key = {"CHUTES_API_KEY": self.sandbox.variables["CHUTES_API_KEY"], "CHUTES_ACCESS_TOKEN": "cak_mine"}
        self.sign_in("--quiet", env=key)
        started = self.browser.diary("started")[0]
        told = json.dumps([started["parameters"], started["environment"]])
        for secret in [*self.secrets(), "cak_mine"]:
            self.assertNotIn(secret, told)
        strange = [file for file in started["open_files"] if file.startswith(("socket:", "pipe:"))]
        self.assertEqual(strange, [])

    def test_a_failed_exchange_shows_neither_code_nor_secret(self):
        wrong = "csc_" + "Q" * 48
        result = self.run_program("login", "-vv", env={"CHUTES_OAUTH_CLIENT_SECRET": wrong})
        self.assertNotEqual(result.code, 0)
        self.assertNotIn("Q" * 8, result.stdout + result.stderr)
        code = re.search(r"[?&]code=([A-Za-z0-9]{64})", json.dumps(self.browser.diary("page"))).group(1)
        self.assertNotIn(code, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
