"""Being signed in: refreshing, showing, handing out, and giving back the session."""

import json
import re
import unittest

from harness import ProgramTest, Sandbox

ACCESS = r"cak_[-0-9a-f]{36}\.[A-Za-z0-9]{48}"
REFRESH = r"crt_[-0-9a-f]{36}\.[A-Za-z0-9]{48}"


class SignedIn(ProgramTest):
    def setUp(self):
        super().setUp()
        self.sign_in("--quiet")

    def stored(self, pattern):
        return re.search(pattern, json.dumps(self.keyring.session())).group()


class Refresh(SignedIn):
    def test_refresh_keeps_the_rotated_pair_even_if_it_was_not_due(self):
        access, refresh = self.stored(ACCESS), self.stored(REFRESH)
        self.assertEqual(self.run_program("refresh").code, 0)
        self.assertNotEqual(self.stored(ACCESS), access)
        self.assertNotEqual(self.stored(REFRESH), refresh)
        self.assertFalse(self.sandbox.introspect(refresh)["active"])
        self.assertTrue(self.sandbox.introspect(self.stored(REFRESH))["active"])

    def test_refresh_reports_in_json_what_scripts_rely_on(self):
        report = self.run_program("refresh", "--json").json
        self.assertTrue({"profile", "username", "sub", "scope", "expires_at", "expires_in", "refresh_token", "store"}
                        <= report.keys(), report)
        self.assertAlmostEqual(report["expires_in"], 3600, delta=30)

    def test_commands_at_the_same_time_refresh_once_and_all_succeed(self):
        session = self.keyring.session()
        self.assertEqual(self.run_program("refresh").code, 0)
        before = len(self.sandbox.log("/idp/token"))
        self.make_due()
        commands = [self.start("token") for _ in range(4)]
        results = [command.result() for command in commands]
        self.assertEqual([result.code for result in results], [0] * 4, [result.stderr for result in results])
        self.assertEqual(len({result.stdout for result in results}), 1)
        self.assertEqual([entry["status"] for entry in self.sandbox.log("/idp/token")[before:]], [200])
        self.assertNotEqual(self.keyring.session(), session)

    def make_due(self):
        """Makes the stored session look expired, as an hour does, by asking for more life than a token has."""
        due = self.run_program("token", "--min-valid", "2h")
        self.assertEqual(due.code, 0, due.stderr)

    def test_a_wrong_client_secret_at_refresh_keeps_the_session(self):
        wrong = {**self.registration, "CHUTES_OAUTH_CLIENT_SECRET": "csc_" + "x" * 48}
        before = self.stored(REFRESH)
        result = self.run_program("refresh", env=wrong)
        self.assertNotEqual(result.code, 0)
        self.assertIn("secret", result.stderr.lower())
        self.assertEqual(self.stored(REFRESH), before)
        self.assertEqual(self.run_program("refresh", env=self.registration).code, 0)

    def test_a_revoked_refresh_token_asks_for_a_new_sign_in(self):
        self.sandbox.ask("/idp/token/revoke", form={"token": self.stored(REFRESH)})
        result = self.run_program("refresh")
        self.assert_fails(result, 3, "hint:", "login")

    def test_nothing_stored_asks_for_a_sign_in(self):
        self.assert_fails(self.run_program("refresh", "--profile", "nobody"), 3, "hint:", "login")


class Token(SignedIn):
    def test_token_prints_the_access_token_and_nothing_else(self):
        result = self.run_program("token")
        self.assertRegex(result.stdout, f"^{ACCESS}\n$")
        self.assertEqual(result.stderr, "")

    def test_header_and_curl_config_are_ready_to_use(self):
        token = self.run_program("token").stdout.strip()
        self.assertEqual(self.run_program("token", "--header").stdout, f"Authorization: Bearer {token}\n")
        line = self.run_program("token", "--curl-config").stdout
        self.assertEqual(line, f'header = "Authorization: Bearer {token}"\n')

    def test_json(self):
        report = self.run_program("token", "--json").json
        self.assertRegex(report["access_token"], f"^{ACCESS}$")
        self.assertEqual(report["token_type"], "Bearer")
        self.assertTrue({"expires_at", "scope"} <= report.keys())

    def test_a_fresh_token_is_not_refreshed(self):
        before = len(self.sandbox.log("/idp/token"))
        self.run_program("token")
        self.assertEqual(len(self.sandbox.log("/idp/token")), before)

    def test_a_token_with_too_little_life_left_is_refreshed(self):
        first = self.run_program("token").stdout
        self.assertEqual(self.run_program("token", "--min-valid", "59m").stdout, first)
        self.assertNotEqual(self.run_program("token", "--min-valid", "2h").stdout, first)

    def test_the_token_of_the_environment_is_used_as_it_is(self):
        result = self.run_program("token", env={"CHUTES_ACCESS_TOKEN": "cak_mine"})
        self.assertEqual(result.stdout, "cak_mine\n")


class Status(SignedIn):
    def test_status_of_a_session_that_can_make_a_call_is_0(self):
        result = self.run_program("status", "--json")
        self.assertEqual(result.code, 0, result.stderr)
        profile = result.json["profiles"][0]
        self.assertEqual((profile["name"], profile["signed_in"], profile["refreshable"]), ("default", True, True))
        self.assertEqual(profile["client_id"], self.registration["CHUTES_OAUTH_CLIENT_ID"])
        self.assertTrue({"username", "scope", "expires_at", "expires_in", "store", "issuer"} <= profile.keys())
        self.assertEqual(result.json["credential"], {**result.json["credential"], "source": "session", "usable": True})

    def test_status_asks_no_network(self):
        before = len(self.sandbox.log())
        self.run_program("status")
        self.assertEqual(len(self.sandbox.log()), before)

    def test_status_of_nobody_is_3(self):
        result = self.run_program("status", "--profile", "nobody")
        self.assertEqual(result.code, 3, result.stdout + result.stderr)

    def test_status_says_which_credential_of_the_environment_hides_the_session(self):
        result = self.run_program("status", "--json", env={"CHUTES_ACCESS_TOKEN": "cak_mine"})
        self.assertEqual(result.json["credential"]["source"], "CHUTES_ACCESS_TOKEN")
        self.assertNotIn("cak_mine", result.stdout + result.stderr)


class Account(SignedIn):
    def test_whoami_gives_the_service_s_own_fields(self):
        report = self.run_program("whoami", "--json").json
        self.assertEqual({"sub", "username", "created_at"} - report.keys(), set())
        self.assertIn(report["username"], self.run_program("whoami").stdout)

    def test_whoami_is_one_request(self):
        before = len(self.sandbox.log())
        self.run_program("whoami")
        self.assertEqual([entry["path"] for entry in self.sandbox.log()[before:]], ["/idp/userinfo"])

    def test_balance_gives_the_balance_and_the_deposit_address(self):
        account = self.sandbox.ask("/users/me", credential=self.stored(ACCESS))[1]
        report = self.run_program("balance", "--json").json
        self.assertEqual(report["balance"], account["balance"])
        self.assertEqual(report["payment_address"], account["payment_address"])
        self.assertIn(account["payment_address"], self.run_program("balance").stdout)

    def test_an_expired_session_is_refreshed_on_the_way(self):
        self.sandbox.advance(3601)
        before = self.stored(ACCESS)
        result = self.run_program("whoami")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertNotEqual(self.stored(ACCESS), before)

    def test_nobody_signed_in_is_3_with_the_way_in(self):
        for command in ("whoami", "balance", "token"):
            with self.subTest(command):
                self.assert_fails(self.run_program(command, "--profile", "nobody"), 3, "hint:", "login")

    def test_nobody_signed_in_in_json(self):
        result = self.run_program("whoami", "--json", "--profile", "nobody")
        self.assertEqual(result.stdout, "")
        self.assertEqual((result.error["kind"], result.error["exit_code"]), ("sign_in_needed", 3))
        self.assertTrue(result.error["message"] and result.error["hint"])


class Logout(SignedIn):
    def test_logout_revokes_both_tokens_and_empties_the_keyring(self):
        access, refresh = self.stored(ACCESS), self.stored(REFRESH)
        result = self.run_program("logout")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertFalse(self.sandbox.introspect(access)["active"])
        self.assertFalse(self.sandbox.introspect(refresh)["active"])
        self.assertIsNone(self.keyring.session())
        self.assertEqual(self.run_program("whoami").code, 3)

    def test_logout_offline_removes_the_session_and_says_the_server_was_not_told(self):
        gone = Sandbox("--approve", "auto")
        env = {**gone.variables, **gone.register([f"http://127.0.0.1:{self.ports[0]}/callback"]), "CHUTES_API_KEY": None}
        self.sign_in("--profile", "gone", env=env)
        gone.close()
        result = self.run_program("logout", "--profile", "gone", env=env)
        self.assert_fails(result, 5, "hint:")
        self.assertIsNone(self.keyring.session("gone"))

    def test_logout_of_nobody_is_no_failure_worth_more_than_a_word(self):
        self.assertIn(self.run_program("logout", "--profile", "nobody").code, (0, 3))

    def test_signing_in_again_needs_only_the_browser(self):
        self.run_program("logout")
        self.sign_in(env={name: None for name in self.registration})


if __name__ == "__main__":
    unittest.main()
