"""Signing in at authorization servers that are not what one expects: no revocation, no scopes, no keys that are known, a
response of somebody else. What can be known before the browser opens is said before."""

import http.server
import json
import threading
import unittest
import urllib.parse

from golden import check_golden
from harness import ProgramTest

SERVICE, SIGN_IN, NOT_AUTHORIZED = 6, 3, 4


class Issuer(http.server.ThreadingHTTPServer):
    """A plain OAuth server; `document` changes what its discovery document says (None: leaves it out)."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.document = {}
        self.location = None  # the discovery document redirects there
        self.response = {}  # parameters that the redirect to the client has, too
        self.tokens = {"refresh_token": "rt-of-the-plain-issuer"}
        self.asked = []  # (method, path, fields)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def discovery(self):
        usual = {"issuer": self.url} | {name: f"{self.url}/{name}" for name in (
            "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "revocation_endpoint")}
        return {name: value for name, value in {**usual, **self.document}.items() if value is not None}

    def fields_of(self, path):
        return [fields for _, asked, fields in self.asked if asked == path]


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(urllib.parse.urlsplit(self.path).query)

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def answer(self, form):
        path = urllib.parse.urlsplit(self.path).path
        fields = dict(urllib.parse.parse_qsl(form))
        self.server.asked.append((self.command, path, fields))
        if path == "/.well-known/openid-configuration" and self.server.location:
            self.reply(302, {}, self.server.location)
        elif path == "/.well-known/openid-configuration":
            self.reply(200, self.server.discovery())
        elif path == "/authorization_endpoint":
            response = {"code": "the-code-of-the-plain-issuer", "state": fields["state"], **self.server.response}
            self.reply(302, {}, fields["redirect_uri"] + "?" + urllib.parse.urlencode(response))
        elif path == "/token_endpoint":
            self.reply(200, {"access_token": "at-of-the-plain-issuer", "token_type": "Bearer", "expires_in": 3600,
                             **self.server.tokens})
        elif path == "/userinfo_endpoint":
            self.reply(200, {"sub": "u-1", "preferred_username": "ada", "name": "Ada L.", "email": "ada@example.org"})
        else:
            self.reply(200 if path == "/revocation_endpoint" else 404, {})

    def reply(self, status, document, location=None):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class PlainIssuer(ProgramTest):
    def setUp(self):
        super().setUp()
        self.issuer = Issuer()
        self.addCleanup(self.issuer.server_close)
        self.addCleanup(self.issuer.shutdown)
        self.environment = {name: value for name, value in self.environment.items()
                            if not name.startswith("CHUTES_OAUTH_")}
        self.environment["CHUTES_OIDC_ISSUER"] = self.issuer.url

    def login(self, *words):
        return self.run_program("login", "--client-id", "my-cli", "--public-client", *words)

    def test_what_makes_a_sign_in_impossible_is_named_before_the_browser_opens(self):
        cases = {
            "a slash too many": ({"issuer": self.issuer.url + "/"}, None, f"use --issuer {self.issuer.url}/\n"),
            "another issuer": ({"issuer": "https://evil.example.net"}, None, "https://evil.example.net"),
            "a redirect": ({}, f"{self.issuer.url}/tenant/.well-known/openid-configuration",
                           f"use --issuer {self.issuer.url}/tenant\n"),
            "algorithms that are not known": ({"id_token_signing_alg_values_supported": ["RS512"]}, None, "RS512"),
            "an endpoint of another tenant": ({"token_endpoint": "https://other.herokuapp.com/token"}, None, "token_endpoint"),
        }
        texts = []
        for name, (document, location, fact) in cases.items():
            with self.subTest(name):
                self.issuer.document, self.issuer.location = document, location
                result = self.login()
                self.assert_fails(result, SERVICE, fact)
                self.assertEqual(self.browser.diary(), [])
                self.assertEqual(self.issuer.fields_of("/authorization_endpoint"), [])
                texts.append(f"{name}:\n{result.stderr}")
        check_golden(self, "\n".join(texts).replace(self.issuer.url, "<ISSUER>"))

    def test_a_response_of_another_issuer_ends_the_wait_at_once_and_its_code_goes_nowhere(self):
        self.issuer.response = {"iss": "https://evil.example.net"}
        result = self.login("--wait", "10m")
        self.assert_fails(result, NOT_AUTHORIZED, "https://evil.example.net", self.issuer.url)
        self.assertEqual(self.issuer.fields_of("/token_endpoint"), [])
        self.assertIn("Sign-in failed", self.browser.last_page["text"])
        self.assertEqual(self.keyring.entries(), [])

    def test_no_scope_is_forced_on_a_server_that_publishes_none(self):
        self.issuer.document = {"userinfo_endpoint": None}
        result = self.login()
        self.assertEqual(result.code, 0, result.stderr)
        [asked] = self.issuer.fields_of("/authorization_endpoint")
        self.assertNotIn("scope", asked)
        self.assertIn("the server's default", result.stdout)

    def test_whoami_shows_the_name_that_people_go_by(self):
        self.assertEqual(self.login().code, 0)
        shown = self.run_program("whoami").stdout
        for fact in ("ada", "Ada L.", "ada@example.org", "u-1"):
            self.assertIn(fact, shown)

    def test_logout_where_nothing_can_be_revoked_ends_well_and_says_what_lives_on(self):
        self.issuer.document = {"revocation_endpoint": None}
        self.assertEqual(self.login().code, 0)
        expiry = self.run_program("status", "--json").json["profiles"][0]["expires_at"]
        result = self.run_program("logout")
        self.assertEqual(result.code, 0, result.stderr)
        for fact in ("access token", expiry, "refresh token"):
            self.assertIn(fact, result.stderr)
        self.assertIsNone(self.keyring.session())

    def test_a_session_without_refresh_token_is_good_while_its_access_token_lives(self):
        self.issuer.tokens = {"expires_in": 30}
        self.assertEqual(self.login().code, 0)
        self.assertEqual(self.run_program("token").stdout, "at-of-the-plain-issuer\n")
        self.assertEqual(self.run_program("status").code, 0)
        refused = self.run_program("refresh")
        self.assert_fails(refused, SIGN_IN, "no refresh token")
        self.assertNotIn("expired", refused.stderr)


if __name__ == "__main__":
    unittest.main()
