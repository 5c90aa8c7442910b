"""Clients and apps as the service takes them: apps that are inactive, base URLs that are not the service's, names, and ports."""

import json
import secrets
import socket
import unittest

from app_owner import URI, AppTest


class Registrations(AppTest):
    """Somebody with an admin key who may be signed in."""

    def setUp(self):
        super().setUp()
        self.login = {**self.registration, "CHUTES_API_KEY": None}
        self.client_id = self.registration["CHUTES_OAUTH_CLIENT_ID"]
        self.app_id = self.run_program("app", "show", self.client_id, "--json").json["app_id"]

    def activate(self, active, app_id=None):
        status, _ = self.sandbox.ask(f"/idp/apps/{app_id or self.app_id}", body={"active": active}, method="PATCH",
                                     credential=self.key)
        self.assertEqual(status, 200)

    def elsewhere(self, **variables):
        """The service, under an address that has none of its routes."""
        wrong = self.sandbox.url + "/v1"
        return {"CHUTES_API_URL": wrong, "CHUTES_IDP_BASE_URL": wrong, **variables}


class Inactive(Registrations):
    def setUp(self):
        super().setUp()
        self.sign_in("--quiet", env=self.login)
        self.activate(False)

    def hint(self, client_id=None):
        return f"'chutes-login app update {client_id or self.client_id} --activate'"

    def test_status_and_doctor_know_what_introspection_does_not_say(self):
        token = self.keyring.session()["access_token"]
        self.assertTrue(self.sandbox.introspect(token)["active"])
        self.assert_fails(self.run_program("status", "--check", env=self.login), 3, "inactive", self.hint())
        status = self.run_program("status", "--check", "--json", env=self.login)
        self.assertEqual(status.json["profiles"][0]["check"],
                         {"access_token": True, "refresh_token": True, "app_active": False})
        self.assertFalse(status.json["credential"]["usable"])
        doctor = self.run_program("doctor", "--json", env=self.login)
        self.assertEqual(doctor.code, 3, doctor.stdout)
        finding = next(finding for finding in doctor.json if finding["check"] == "session")
        self.assertEqual(finding["result"], "failed")
        self.assertIn(self.hint(), finding["hint"])
        self.sandbox.ask("/idp/token/revoke", form={"token": token})  # the refresh token lives on
        self.assert_fails(self.run_program("status", "--check", env=self.login), 3, "inactive", self.hint())
        given = self.run_program("doctor", env={**self.login, "CHUTES_ACCESS_TOKEN": self.fresh_token()})
        self.assert_fails(given, 3, "CHUTES_ACCESS_TOKEN")
        self.assertIn("inactive", given.stdout)

    def fresh_token(self):
        result = self.run_program("refresh", env=self.login)  # which the service grants
        self.assertEqual(result.code, 0, result.stderr)
        return self.keyring.session()["access_token"]

    def test_what_the_hint_says_puts_it_right(self):
        self.assert_fails(self.run_program("whoami", env=self.login), 3, "'chutes-login status --check'", "login")
        self.assertEqual(self.run_program("app", "update", self.client_id, "--activate").code, 0)
        self.assertEqual(self.run_program("whoami", env=self.login).code, 0)
        self.assertEqual(self.run_program("status", "--check", env=self.login).code, 0)

    def test_login_says_so_while_it_waits_and_when_it_gives_up(self):
        kept = self.keyring.session()
        result = self.run_program("login", "--wait", "2s", env=self.login)
        self.assert_fails(result, 4, "inactive")
        warning, hint = (next(line for line in result.stderr.splitlines() if line.startswith(start))
                         for start in ("warning: ", "hint: "))
        self.assertIn(self.hint(), warning)
        self.assertIn(self.hint(), hint)
        self.assertEqual(self.keyring.session(), kept)

    def test_setup_sees_that_its_client_is_inactive_and_registers_no_other(self):
        self.keyring.clear()
        self.assertEqual(self.run_program("setup").code, 0)
        client_id = self.keyring.client()["client_id"]
        self.activate(False, self.run_program("app", "show", client_id, "--json").json["app_id"])
        before = len(self.sandbox.apps())
        self.assert_fails(self.run_program("setup"), 4, "inactive", self.hint(client_id))
        self.assertEqual(len(self.sandbox.apps()), before)
        self.assertEqual(self.run_program("app", "update", client_id, "--activate").code, 0)
        self.assertEqual(self.run_program("setup").code, 0)
        self.assertEqual(self.keyring.client()["client_id"], client_id)


class WrongAddresses(Registrations):
    MANAGEMENT = (("app", "list"), ("app", "show", "{id}"), ("app", "update", "{id}", "--description", "x"),
                  ("app", "delete", "{id}", "--yes"), ("app", "rotate-secret", "{id}"), ("app", "share", "{id}", "grace"),
                  ("app", "shares", "{id}"), ("app", "verify", "{id}"), ("grants", "list"), ("grants", "revoke", "{id}"),
                  ("app", "create", "--name", "Elsewhere", "--redirect-uri", URI), ("setup",))

    def assert_blames_the_address(self, result, code=6):
        self.assert_fails(result, code, "CHUTES_API_URL", "CHUTES_IDP_BASE_URL")
        for blamed in ("--scope", "admin api key", "no app", "does not exist", *(("sign in",) if code == 6 else ())):
            self.assertNotIn(blamed, result.stderr.lower())
        self.assertEqual(result.stdout, "")

    def test_a_key_is_not_blamed_and_no_app_is_taken_for_absent(self):
        before = self.sandbox.apps()
        for command in self.MANAGEMENT:
            with self.subTest(command):
                words = [word.format(id=self.client_id) for word in command]
                self.assert_blames_the_address(self.run_program(*words, env=self.elsewhere()))
        self.assertEqual(self.sandbox.apps(), before)

    def test_a_session_is_not_blamed_for_scopes_that_it_has(self):
        self.sign_in("--quiet", env=self.login)
        profile = self.keyring.session()
        # The session is kept under the service's own address, so only the other one is wrong.
        wrong = {**self.login, "CHUTES_IDP_BASE_URL": self.sandbox.url, "CHUTES_API_URL": self.sandbox.url + "/v1"}
        for command in (("balance",), ("whoami", "--account")):
            with self.subTest(command):
                self.assert_blames_the_address(self.run_program(*command, env=wrong), 8)
        self.assertEqual(self.keyring.session(), profile)

    def test_a_token_and_nothing_at_all_are_not_blamed_either(self):
        for token in ("cak_dead", None):
            with self.subTest(token):
                variables = self.elsewhere(CHUTES_API_KEY=None, CHUTES_ACCESS_TOKEN=token)
                command = ("whoami",) if token else ("scopes",)
                self.assert_blames_the_address(self.run_program(*command, env=variables))

    def test_login_says_that_there_is_no_sign_in_page(self):
        result = self.run_program("login", "--wait", "2s", env={**self.login, **self.elsewhere(CHUTES_API_KEY=None)})
        self.assert_fails(result, 4, "warning: ", "status 401", "CHUTES_IDP_BASE_URL")

    def test_doctor_and_verify_see_that_nothing_is_served_there(self):
        doctor = self.run_program("doctor", "--json", env=self.elsewhere())
        findings = {finding["check"]: finding for finding in doctor.json}
        self.assertEqual((doctor.code, findings["discovery"]["result"]), (6, "failed"), doctor.stderr)
        self.assertIn("CHUTES_IDP_BASE_URL", findings["discovery"]["hint"])
        verify = self.run_program("app", "verify", "--json", env={**self.registration, **self.elsewhere()})
        findings = {finding["check"]: finding for finding in verify.json}
        self.assertEqual(findings["endpoints"]["result"], "failed", verify.stdout)


class Names(Registrations):
    def test_names_are_compared_as_the_service_does(self):
        self.assertEqual(self.create("--secret-to", "keychain").code, 0)
        self.assert_fails(self.create(name=self.name + " "), 2, "already exists")
        other = f"Other {secrets.token_hex(4)}"
        self.assertEqual(self.create(name=other).code, 0)
        taken = self.run_program("app", "update", other, "--name", self.name)
        self.assert_fails(taken, 2, "already exists", "app of yours")
        self.assertNotIn("all accounts", taken.stderr)
        self.assertEqual(self.run_program("app", "update", other, "--name", self.name.upper()).code, 0)  # twins may be

    def test_a_name_with_a_symbol_is_refused_before_anything_is_sent(self):
        before = len(self.sandbox.log())
        for command in (("create", "--name", "abc 😀", "--redirect-uri", URI), ("update", self.client_id, "--name", "abc ™")):
            self.assert_fails(self.run_program("app", *command), 2, "name", "letters")
        self.assertEqual(len(self.sandbox.log()), before)

    def test_apply_finds_its_own_app_under_the_stripped_name(self):
        self.assertEqual(self.create().code, 0)
        first = self.app()
        file = self.folder / "apps.json"
        for name in (f" {self.name} ", self.name):
            file.write_text(json.dumps({"name": name, "redirect_uris": [URI]}))
            for action in ("update", "none"):
                result = self.run_program("app", "apply", "-f", str(file), "--json")
                self.assertEqual(result.code, 0, result.stderr)
                self.assertEqual([(step["action"], step["app_id"]) for step in result.json], [(action, first["app_id"])])
            self.assertEqual(self.app(name)["app_id"], first["app_id"])
        self.assertEqual(self.run_program("app", "show", self.name + " ", "--json").code, 2)  # not exact, and named
        file.write_text(json.dumps({"apps": [{"name": name, "redirect_uris": [URI]} for name in ("Same one", "Same one ")]}))
        self.assert_fails(self.run_program("app", "apply", "-f", str(file)), 2, "same name")


class Ports(Registrations):
    def test_the_tenth_redirect_uri_is_taken_and_the_eleventh_refused_here_with_nothing_sent(self):
        uris = self.registration["CHUTES_OAUTH_REDIRECT_URI"].split()
        for number in range(len(uris) + 1, 11):
            uri = f"http://127.0.0.1:{40000 + number}/callback"
            result = self.run_program("app", "update", self.client_id, "--add-redirect-uri", uri, "--json")
            self.assertEqual((result.code, len(result.json["redirect_uris"])), (0, number), result.stderr)
        eleventh = self.run_program("app", "update", self.client_id, "--add-redirect-uri", "http://127.0.0.1:4/callback")
        self.assert_fails(eleventh, 2, "at most 10", "11")
        swapped = self.run_program("app", "update", self.client_id, "--add-redirect-uri", "http://127.0.0.1:4/callback",
                                   "--remove-redirect-uri", uris[0], "--json")
        self.assertEqual((swapped.code, len(swapped.json["redirect_uris"])), (0, 10), swapped.stderr)

    def test_every_port_of_setup_s_client_serves_whoever_names_the_client(self):
        self.assertEqual(self.run_program("setup").code, 0)
        client = self.keyring.client()
        self.assertEqual(len(client["redirect_uris"]), 10)
        ports = [int(uri.rsplit(":", 1)[1].split("/")[0]) for uri in client["redirect_uris"]]
        for port in ports[:9]:
            taken = socket.socket()
            self.addCleanup(taken.close)
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", port))
            taken.listen()
        named = {"CHUTES_OAUTH_CLIENT_ID": client["client_id"], "CHUTES_OAUTH_CLIENT_SECRET": client["client_secret"],
                 "CHUTES_API_KEY": None}
        for command, env in ((("login",), {"CHUTES_API_KEY": None}), (("login",), named),
                             (("login", "--client-id", client["client_id"]), {"CHUTES_API_KEY": None})):
            result = self.run_program(*command, env=env)
            self.assertEqual(result.code, 0, result.stderr)
            self.assertIn(f":{ports[9]}/", self.browser.last_page["url"])
            self.assertEqual(self.keyring.client()["redirect_uris"], client["redirect_uris"])

    def test_an_unregistered_redirect_uri_is_named_with_the_command_that_registers_it(self):
        uri = f"http://127.0.0.1:{self.ports[0]}/elsewhere"
        result = self.run_program("login", "--wait", "2s", env={**self.login, "CHUTES_OAUTH_REDIRECT_URI": uri})
        self.assert_fails(result, 4, f"app update {self.client_id} --add-redirect-uri {uri}")

    def test_a_client_without_a_secret_is_not_said_to_have_given_one(self):
        result = self.run_program("login", "--public-client", env={**self.login, "CHUTES_OAUTH_CLIENT_SECRET": None})
        self.assert_fails(result, 2, "without a client secret")
        self.assertNotIn("with the client secret", result.stderr)


if __name__ == "__main__":
    unittest.main()
