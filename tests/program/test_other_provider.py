"""Signing in at an OpenID provider of other people's making: npm's oidc-provider, which knows nothing of this project."""

import json
import pathlib
import unittest
import urllib.request

from harness import PATIENCE, ProgramTest, Running, bare_environment, eventually

FOLDER = pathlib.Path(__file__).resolve().with_name("other_provider")
BASIC_SECRET = "a b:c+d/e%&="  # nothing of which means the same before and after form-encoding


class OtherProvider:
    """The provider in a process of its own, and its doors for tests."""

    def __init__(self, algorithm):
        if not (FOLDER / "node_modules").is_dir():
            raise AssertionError("npm's oidc-provider is missing: tests/run.sh installs it")
        self._running = Running(["node", "provider.mjs", algorithm], bare_environment(), cwd=FOLDER)
        eventually(lambda: "\n" in self._running.stdout or self._running.process.poll() is not None,
                   "the provider listens")
        self.issuer = self._running.stdout.strip()
        if not self.issuer.startswith("http"):
            raise AssertionError(f"the provider did not start:\n{self._running.stderr}")
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def log(self, path):
        with self._opener.open(self.issuer + "/_log", timeout=PATIENCE) as response:
            return [entry for entry in json.load(response) if entry["path"] == path]

    def lie(self, lie):
        self._opener.open(urllib.request.Request(self.issuer + "/_lie", data=lie.encode()), timeout=PATIENCE).close()

    def close(self):
        self._running.close()


class OtherProviderTest(ProgramTest):
    algorithm = "RS256"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = OtherProvider(cls.algorithm)
        cls.addClassCleanup(cls.provider.close)

    def setUp(self):
        super().setUp()
        self.addCleanup(self.provider.lie, "")
        self.environment = {name: value for name, value in self.environment.items()
                            if not name.startswith("CHUTES_OAUTH_")}
        self.environment["CHUTES_OIDC_ISSUER"] = self.provider.issuer

    def sign_in_as(self, client, secret=None):
        options = ["--client-id", client] + (["--client-secret-stdin"] if secret else [])
        return self.run_program("login", *options, stdin=secret)

    def asked(self, path, act):
        """What the provider was asked at this path while `act` ran."""
        before = len(self.provider.log(path))
        act()
        return self.provider.log(path)[before:]


class Signing:
    """A whole life of a session; with each algorithm that is believed."""

    def test_sign_in_with_a_proved_identity(self):
        result = self.sign_in_as("basic", BASIC_SECRET)
        self.assertEqual(result.code, 0, result.stderr)
        self.assertIn("Signed in as ada", result.stdout)
        session = self.keyring.session()
        self.assertEqual((session["sub"], session["username"], session["issuer"]),
                         ("user-1", "ada", self.provider.issuer))
        self.assertEqual(session["scope"], "openid profile offline_access")

    def test_a_tampered_signature_keeps_nothing(self):
        for lie, fact in (("signature", "signed"), ("payload", "signed"), ("unpublished", "key")):
            with self.subTest(lie):
                self.provider.lie(lie)
                self.assert_fails(self.sign_in_as("basic", BASIC_SECRET), 4, "ID token", fact)
                self.assertIsNone(self.keyring.session())


class WithRs256(Signing, OtherProviderTest):
    algorithm = "RS256"


class WithPs256(Signing, OtherProviderTest):
    algorithm = "PS256"


class WithEs256(Signing, OtherProviderTest):
    algorithm = "ES256"


class WithEdDsa(Signing, OtherProviderTest):
    algorithm = "EdDSA"


class Distrust(OtherProviderTest):
    """An ID token that is not what it should be ends the sign-in, and its tokens are revoked."""

    def test_every_claim_is_held_to_what_was_asked(self):
        for lie, fact in (("none", "'none'"), ("hs256", "'HS256'"), ("nonce", "(nonce)"), ("no nonce", "(nonce)"),
                          ("expired", "expired"), ("future", "future"), ("audience", "client"), ("issuer", "issuer"),
                          ("at_hash", "access token")):
            with self.subTest(lie):
                self.provider.lie(lie)
                revoked = self.asked("/token/revocation", lambda: self.assert_fails(
                    self.sign_in_as("basic", BASIC_SECRET), 4, "ID token", fact))
                self.assertEqual([entry["status"] for entry in revoked], [200, 200])
                self.assertEqual(self.keyring.entries(), [])
                self.assertIn("Sign-in failed", self.browser.last_page["text"])

    def test_user_information_about_somebody_else_is_no_sign_in(self):
        self.provider.lie("userinfo")
        self.assert_fails(self.sign_in_as("basic", BASIC_SECRET), 4, "ID token", "userinfo")
        self.assertIsNone(self.keyring.session())

    def test_a_failed_sign_in_leaves_the_session_before_it(self):
        self.assertEqual(self.sign_in_as("basic", BASIC_SECRET).code, 0)
        before = self.keyring.session()
        self.provider.lie("nonce")
        self.assertEqual(self.sign_in_as("basic", BASIC_SECRET).code, 4)
        self.assertEqual(self.keyring.session(), before)

    def test_a_key_that_was_published_meanwhile_is_fetched(self):
        self.provider.lie("late key")
        fetched = self.asked("/jwks", lambda: self.assertEqual(self.sign_in_as("basic", BASIC_SECRET).code, 0))
        self.assertEqual(len(fetched), 2)

    def test_a_provider_without_id_tokens_is_a_plain_oauth_server(self):
        self.provider.lie("no token")
        self.assertEqual(self.sign_in_as("basic", BASIC_SECRET).code, 0)
        self.assertEqual(self.keyring.session()["sub"], "user-1")


class Session(OtherProviderTest):
    def test_refresh_tokens_rotate(self):
        self.assertEqual(self.sign_in_as("basic", BASIC_SECRET).code, 0)
        seen = {self.keyring.session()["refresh_token"]}
        for _ in range(3):
            result = self.run_program("refresh")
            self.assertEqual(result.code, 0, result.stderr)
            seen.add(self.keyring.session()["refresh_token"])
        self.assertEqual(len(seen), 4)
        self.assertEqual(self.run_program("whoami", "--json").json["sub"], "user-1")

    def test_a_refresh_that_brings_somebody_else_s_tokens_is_refused(self):
        self.assertEqual(self.sign_in_as("basic", BASIC_SECRET).code, 0)
        before = self.keyring.session()
        self.provider.lie("subject")
        self.assert_fails(self.run_program("refresh"), 3, "another account")
        self.assertEqual(self.keyring.session()["access_token"], before["access_token"])
        self.assert_fails(self.run_program("token", "--min-valid", "2h"), 3, "another account")

    def test_logout_revokes_with_the_client_s_secret(self):
        self.assertEqual(self.sign_in_as("basic", BASIC_SECRET).code, 0)
        session = self.keyring.session()
        revoked = self.asked("/token/revocation", lambda: self.assertEqual(self.run_program("logout").code, 0))
        self.assertEqual([(entry["token_type_hint"], entry["status"], entry["secret"]) for entry in revoked],
                         [("refresh_token", 200, "header"), ("access_token", 200, "header")])
        for token in ("refresh_token", "access_token"):
            answer = self.run_program("introspect", "-", "--json", stdin=session[token])
            self.assertEqual((answer.code, answer.json), (0, {"active": False}))

    def test_introspection_says_who_asks(self):
        self.assertEqual(self.sign_in_as("basic", BASIC_SECRET).code, 0)
        self.assertTrue(self.run_program("introspect", "--json").json["active"])
        self.assertEqual(self.provider.log("/token/introspection")[-1]["secret"], "header")

    def test_a_public_client_needs_no_secret(self):
        self.assertEqual(self.sign_in_as("public").code, 0)
        self.assertEqual(self.run_program("refresh").code, 0)
        self.assertEqual({entry["secret"] for entry in self.provider.log("/token")[-2:]}, {"none"})
        self.assertEqual(self.run_program("logout").code, 0)

    def test_the_secret_in_the_body_where_the_client_was_registered_so(self):
        result = self.run_program("login", "--client-id", "post", "--client-secret-stdin", "--client-auth", "post",
                                  stdin="of-post")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertEqual(self.run_program("refresh").code, 0)
        self.assertEqual({entry["secret"] for entry in self.provider.log("/token")[-2:]}, {"body"})

    def test_the_discovery_document_is_asked_for_once_a_day(self):
        document = "/.well-known/openid-configuration"
        self.assertEqual(self.sign_in_as("basic", BASIC_SECRET).code, 0)
        self.assertEqual(self.asked(document, lambda: self.run_program("refresh")), [])
        [kept] = (self.folder / "home/.cache/chutes-login").glob("discovery-*.json")
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        kept.write_text("{")
        self.assertEqual(len(self.asked(document, lambda: self.assertEqual(self.run_program("refresh").code, 0))), 1)


if __name__ == "__main__":
    unittest.main()
