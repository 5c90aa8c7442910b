"""Asking the server what it knows of a session: introspect, status --check, and what signing out leaves there."""

import unittest

from harness import ProgramTest


class Introspection(ProgramTest):
    def setUp(self):
        super().setUp()
        self.sign_in("--quiet")
        self.session = self.keyring.session()

    def revoke(self, name):
        status, _ = self.sandbox.ask("/idp/token/revoke", form={"token": self.session[name]})
        self.assertEqual(status, 200)

    def test_introspect_gives_the_service_s_own_fields_of_both_tokens(self):
        for words, kind in (([], "access_token"), (["--refresh-token"], "refresh_token")):
            result = self.run_program("introspect", "--json", *words)
            self.assertEqual((result.code, result.stderr), (0, ""))
            self.assertEqual(result.json, self.sandbox.introspect(self.session[kind]))
            self.assertEqual((result.json["active"], result.json["token_type"]), (True, kind))

    def test_introspect_shows_what_is_and_refreshes_nothing(self):
        self.sandbox.advance(3700)
        before = len(self.sandbox.log())
        result = self.run_program("introspect")
        self.assert_fails(result, 3, "no longer active", "refresh")
        self.assertIn("active", result.stdout)
        self.assertEqual([entry["path"] for entry in self.sandbox.log()[before:]], ["/idp/token/introspect"])
        self.assertEqual(self.keyring.session(), self.session)

    def test_introspect_takes_a_token_from_standard_input_and_none_from_its_arguments(self):
        token = self.session["access_token"]
        self.assertTrue(self.run_program("introspect", "-", "--json", stdin=token + "\n").json["active"])
        unknown = self.run_program("introspect", "-", "--json", stdin="cak_unknown")
        self.assertEqual((unknown.code, unknown.json), (0, {"active": False}), unknown.stderr)
        result = self.run_program("introspect", token)
        self.assert_fails(result, 2)
        self.assertNotIn(token[:12], result.stdout + result.stderr)

    def test_status_check_knows_of_a_revocation_elsewhere(self):
        self.assertEqual(self.run_program("status", "--check").code, 0)
        self.revoke("access_token")
        self.assertEqual(self.run_program("status", "--check").code, 0)  # a refresh still mends it
        self.revoke("refresh_token")
        self.assertEqual(self.run_program("status").code, 0)
        result = self.run_program("status", "--check", "--json")
        self.assertEqual(result.code, 3, result.stderr)
        self.assertEqual(result.json["profiles"][0]["check"], {"access_token": False, "refresh_token": False})
        self.assertEqual(result.json["credential"], {"source": "session", "usable": False})

    def test_status_check_never_takes_a_network_failure_for_a_dead_session(self):
        with self.sandbox.fault("/idp/token/introspect:reset=0"):
            self.assert_fails(self.run_program("status", "--check"), 5)
            self.assert_fails(self.run_program("introspect"), 5)
        self.assertEqual(self.keyring.session(), self.session)
        self.assertEqual(self.run_program("status", "--check").code, 0)

    def test_signing_in_again_revokes_both_tokens_it_replaces(self):
        self.sign_in("--quiet")
        for name in ("access_token", "refresh_token"):
            self.assertFalse(self.sandbox.introspect(self.session[name])["active"])
            self.assertTrue(self.sandbox.introspect(self.keyring.session()[name])["active"])

    def test_signing_in_again_warns_when_the_old_session_could_not_be_revoked(self):
        with self.sandbox.fault("/idp/token/revoke:reset=0"):
            result = self.run_program("login")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertIn("warning: ", result.stderr)
        self.assertTrue(self.sandbox.introspect(self.keyring.session()["access_token"])["active"])

    def test_logout_all_revokes_every_session(self):
        self.sign_in("--quiet", "--profile", "work")
        sessions = [self.keyring.session(), self.keyring.session("work")]
        result = self.run_program("logout", "--all", "--json")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertEqual(result.json, [{"profile": "default", "revoked": True}, {"profile": "work", "revoked": True}])
        for session in sessions:
            self.assertFalse(self.sandbox.introspect(session["access_token"])["active"])
            self.assertFalse(self.sandbox.introspect(session["refresh_token"])["active"])
        self.assertEqual({attributes["kind"] for attributes, _ in self.keyring.entries()}, {"client"})


class ApiKey(ProgramTest):
    def test_whoami_with_an_api_key_alone_shows_the_account_of_the_key(self):
        key = {"CHUTES_API_KEY": self.sandbox.variables["CHUTES_API_KEY"]}
        account = self.sandbox.ask("/users/me", credential=key["CHUTES_API_KEY"])[1]
        result = self.run_program("whoami", "--json", env=key)
        self.assertEqual(result.code, 0, result.stderr)
        self.assertEqual(result.json, account)
        text = self.run_program("whoami", env=key)
        self.assertIn(account["username"], text.stdout)
        self.assertNotIn(key["CHUTES_API_KEY"], text.stdout + text.stderr)


if __name__ == "__main__":
    unittest.main()
