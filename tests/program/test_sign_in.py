"""Signing in, from the word typed to the tokens in the keyring, with the built programs."""

import re
import socket
import unittest
import urllib.parse

from harness import LOGIN, ProgramTest, Sandbox, eventually, listening


class SignIn(ProgramTest):
    def test_login_says_who_is_signed_in_with_which_scopes_and_where_the_tokens_are_kept(self):
        result = self.run_program("login")
        self.assertEqual(result.code, 0, result.stderr)
        said = result.stdout + result.stderr
        username = self.sandbox.ask("/users/me", credential=self.sandbox.variables["CHUTES_API_KEY"])[1]["username"]
        self.assertIn(username, said)
        self.assertIn("chutes:invoke", said)
        self.assertIn("keyring", said.lower().replace("keychain", "keyring"))
        self.assert_nobody_listens()

    def test_the_bare_program_signs_in(self):
        self.assertEqual(self.run_program().code, 0)
        self.assertIsNotNone(self.keyring.session())

    def test_the_short_name_without_a_command_prints_help_under_that_name(self):
        short = self.folder / "chutes"
        short.symlink_to(LOGIN)
        result = self.run_program(program=str(short))
        self.assertEqual(result.code, 0, result.stderr)
        self.assertRegex(result.stdout, r"(?m)^\s*(Usage: )?chutes ")
        self.assertNotIn("chutes-login [", result.stdout)

    def test_login_reports_in_json_what_scripts_rely_on(self):
        report = self.sign_in("--json").json
        self.assertEqual(report["profile"], "default")
        self.assertEqual(sorted(report["scope"]), ["chutes:invoke", "openid", "profile"])
        self.assertEqual(report["refresh_token"], True)
        self.assertEqual(report["store"], "keychain")
        self.assertAlmostEqual(report["expires_in"], 3600, delta=30)
        self.assertRegex(report["expires_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertTrue({"username", "sub"} <= report.keys())

    def test_the_wire_sees_one_authorization_request_one_code_exchange_and_then_userinfo(self):
        before = len(self.sandbox.log())
        self.sign_in()
        served = self.sandbox.log()[before:]
        exchanges = [entry for entry in served if entry["path"] == "/idp/token"]
        self.assertEqual([(entry["grant_type"], entry["status"], entry["client_id"]) for entry in exchanges],
                         [("authorization_code", 200, self.registration["CHUTES_OAUTH_CLIENT_ID"])])
        self.assertEqual([entry["credential"] for entry in served if entry["path"] == "/idp/userinfo"],
                         ["access_token"])
        order = [entry["path"] for entry in served]
        self.assertLess(order.index("/idp/authorize"), order.index("/idp/token"))
        self.assertLess(order.index("/idp/token"), order.index("/idp/userinfo"))

    def test_the_authorization_request_carries_pkce_state_and_the_registered_redirect_uri(self):
        self.sign_in()
        authorize = [page for page in self.browser.diary("page") if "/idp/authorize?" in page["url"]][0]
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(authorize["url"]).query)
        self.assertEqual(query["response_type"], ["code"])
        self.assertEqual(query["client_id"], [self.registration["CHUTES_OAUTH_CLIENT_ID"]])
        self.assertEqual(query["redirect_uri"], [f"http://127.0.0.1:{self.ports[0]}/callback"])
        self.assertEqual(query["scope"], ["openid profile chutes:invoke"])
        self.assertEqual(query["code_challenge_method"], ["S256"])
        self.assertRegex(query["code_challenge"][0], r"^[A-Za-z0-9_-]{43}$")
        self.assertGreaterEqual(len(query["state"][0]), 22)

    def test_the_keyring_holds_the_tokens_and_the_client_secret_and_nothing_else_does(self):
        self.sign_in()
        kinds = sorted(attributes["kind"] for attributes, _ in self.keyring.entries())
        self.assertEqual(kinds, ["client", "session"])
        secrets = "".join(secret for _, secret in self.keyring.entries())
        access = re.search(r"cak_[-0-9a-f]{36}\.\w{48}", secrets).group()
        refresh = re.search(r"crt_[-0-9a-f]{36}\.\w{48}", secrets).group()
        self.assertIn(self.registration["CHUTES_OAUTH_CLIENT_SECRET"], secrets)
        self.assertTrue(self.sandbox.introspect(access)["active"])
        self.assertTrue(self.sandbox.introspect(refresh)["active"])
        for file in (self.folder / "home").rglob("*"):
            if file.is_file():
                text = file.read_bytes()
                for secret in (access, refresh, self.registration["CHUTES_OAUTH_CLIENT_SECRET"]):
                    self.assertNotIn(secret.encode(), text, file)

    def test_the_browser_is_given_a_short_loopback_address_that_works_once(self):
        self.sign_in()
        started = self.browser.diary("started")[0]
        self.assertEqual(len(started["parameters"]), 1)
        self.assertRegex(started["url"], rf"^http://127\.0\.0\.1:{self.ports[0]}/[A-Za-z0-9_/-]{{16,64}}$")
        self.assertNotIn("state", started["url"])

    def test_the_last_page_says_success_and_its_address_holds_no_code(self):
        self.sign_in()
        page = self.browser.last_page
        self.assertEqual(page["status"], 200)
        self.assertIn("signed in", page["text"].lower())
        self.assertNotIn("code=", page["url"])
        headers = {name.lower(): value for name, value in page["headers"].items()}
        self.assertIn("default-src 'none'", headers["content-security-policy"])
        self.assertEqual(headers["cache-control"], "no-store")
        self.assertEqual(headers["referrer-policy"], "no-referrer")

    def test_a_second_sign_in_straight_after_the_first_works_on_the_same_port(self):
        self.sign_in()
        first = self.run_program("token").stdout
        self.sign_in()
        self.assertNotEqual(self.run_program("token").stdout, first)
        authorizations = [page["url"] for page in self.browser.diary("page") if "/idp/authorize?" in page["url"]]
        self.assertEqual([f"%3A{self.ports[0]}%2F" in url for url in authorizations], [True, True])

    def test_profiles_are_kept_apart(self):
        self.sign_in("--profile", "work")
        self.assertIsNotNone(self.keyring.session("work"))
        self.assertIsNone(self.keyring.session("default"))
        self.assertEqual(self.run_program("token").code, 3)
        self.assertEqual(self.run_program("token", "--profile", "work").code, 0)

    def test_without_a_browser_the_complete_authorization_url_is_printed_and_works_by_hand(self):
        running = self.start("login", "--no-browser")
        found = eventually(lambda: re.search(r"http\S+/idp/authorize\?\S+", running.stderr), "the URL is printed")
        self.assertTrue(listening(self.ports[0]))
        self.browser.visit(found.group())
        result = running.result()
        self.assertEqual(result.code, 0, result.stderr)
        self.assertIsNotNone(self.keyring.session())

    def test_a_browser_that_will_not_start_is_no_failure(self):
        running = self.start("login", env={"BROWSER": "/nonexistent/browser"})
        found = eventually(lambda: re.search(r"http\S+/idp/authorize\?\S+", running.stderr), "the URL is printed")
        self.browser.visit(found.group())
        self.assertEqual(running.result().code, 0)

    def test_later_commands_need_no_registration_variables(self):
        self.sign_in()
        self.sandbox.advance(3600)
        without = {name: None for name in self.registration}
        self.assertEqual(self.run_program("refresh", env=without).code, 0)

    def test_forged_and_stray_requests_at_the_listener_change_nothing(self):
        head = "Host: 127.0.0.1:{port}\r\n"
        forged = {
            "GET /callback?error=access_denied&state=wrong HTTP/1.1\r\n" + head + "\r\n": "400",
            "GET /callback?code=stolen&state=wrong HTTP/1.1\r\n" + head + "\r\n": "400",
            "GET /callback?code=stolen HTTP/1.1\r\n" + head + "\r\n": "400",
            "GET /favicon.ico HTTP/1.1\r\n" + head + "\r\n": "404",
            "GET / HTTP/1.1\r\n" + head + "\r\n": "404",
            "POST /callback HTTP/1.1\r\n" + head + "Content-Length: 0\r\n\r\n": "405",
            "HEAD /callback?code=a&state=b HTTP/1.1\r\n" + head + "\r\n": "405",
            "GET /callback?code=a&state=b HTTP/1.1\r\nHost: evil.test\r\n\r\n": "4",
            "GET /callback?code=a&state=b HTTP/1.1\r\n" + head + "Origin: http://evil.test\r\n\r\n": "403",
            "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n": "4",
            "GET /" + "a" * 20000 + " HTTP/1.1\r\n\r\n": "",
        }
        self.browser.plan(before_redirect_uri=list(forged))
        self.sign_in()
        for stranger in self.browser.diary("stranger"):
            with self.subTest(sent=stranger["sent"][:60]):
                status = stranger["answer"].split(" ")[1] if stranger["answer"] else ""
                self.assertTrue(status.startswith(forged[stranger["sent"]]) and not status.startswith("2"),
                                stranger["answer"][:200])
        self.assertEqual(len(self.browser.diary("stranger")), len(forged))

    def test_the_ladder_takes_the_next_registered_port_when_the_first_is_taken(self):
        with socket.create_server(("127.0.0.1", self.ports[0])):
            self.sign_in()
        self.assertTrue(self.browser.diary("started")[0]["url"].startswith(f"http://127.0.0.1:{self.ports[1]}/"))

    def test_an_issuer_whose_discovery_document_names_another_is_refused(self):
        result = self.run_program("login", "--issuer", self.sandbox.url)
        self.assert_fails(result, 6, "issuer")
        self.assertEqual(self.browser.diary("started"), [])

    def test_one_of_the_registered_ports_can_be_chosen(self):
        self.sign_in("--port", str(self.ports[1]))
        self.assertTrue(self.browser.diary("started")[0]["url"].startswith(f"http://127.0.0.1:{self.ports[1]}/"))

    def test_a_registration_by_options_is_remembered(self):
        without = {name: None for name in self.registration}
        self.sign_in("--client-id", self.registration["CHUTES_OAUTH_CLIENT_ID"], "--client-secret-stdin",
                     "--redirect-uri", f"http://127.0.0.1:{self.ports[1]}/callback", env=without,
                     stdin=self.registration["CHUTES_OAUTH_CLIENT_SECRET"] + "\n")
        self.sign_in(env=without)
        self.assertEqual(self.run_program("refresh", env=without).code, 0)

    def test_the_service_of_the_older_generation_signs_in_as_well(self):
        old = Sandbox("--approve", "auto", "--rules", "old")
        self.addCleanup(old.close)
        registration = old.register([f"http://127.0.0.1:{self.ports[0]}/callback"])
        self.sign_in(env={**old.variables, **registration, "CHUTES_API_KEY": None})


class LoginForm(ProgramTest):
    sandbox_options = ("--approve", "ask")

    def fingerprint(self):
        return re.search(r"\b[A-Za-z0-9]{32}\b", self.sandbox.notes).group()

    def test_a_person_fills_in_the_login_form_and_presses_allow(self):
        self.browser.plan(fingerprint=self.fingerprint(), answer="allow")
        self.sign_in()
        self.assertIn("/idp/login", [urllib.parse.urlsplit(page["url"]).path for page in self.browser.diary("page")])

    def test_a_person_presses_deny(self):
        self.browser.plan(fingerprint=self.fingerprint(), answer="deny")
        result = self.run_program("login")
        self.assert_fails(result, 4, "declined")
        self.assertIsNone(self.keyring.session())


if __name__ == "__main__":
    unittest.main()
