"""Registering applications with the built program: the whole life of an app, the service's limits, its refusals."""

import concurrent.futures
import json
import secrets

from app_owner import URI, AppTest


class Life(AppTest):
    def done(self, *words, **options):
        result = self.run_program(*words, **options)
        self.assertEqual(result.code, 0, result.stderr)
        return result

    def test_an_app_from_its_creation_to_its_end(self):
        self.done("app", "create", "--name", self.name, "--redirect-uri", URI, "--description", "All you need",
                  "--private", "--refresh-token-days", "7")
        app = self.app()
        self.assertEqual((app["description"], app["public"], app["refresh_token_lifetime_days"], app["redirect_uris"]),
                         ("All you need", False, 7, [URI]))
        first_secret = self.kept_secret(app["client_id"])
        self.assertTrue(self.secret_works(app["client_id"], first_secret))

        self.assertIn(app["client_id"], self.done("app", "list").stdout)
        for word in (self.name, app["client_id"], app["app_id"]):
            shown = self.done("app", "show", word, "--json").json
            self.assertEqual(shown.pop("remembered_scopes"), ["openid", "profile", "chutes:invoke"])
            self.assertEqual(shown, app)

        added = "http://localhost:3000/callback"
        self.done("app", "update", self.name, "--add-redirect-uri", added, "--public", "--homepage-url",
                  "https://shop.example")
        changed = self.app()
        self.assertEqual((changed["redirect_uris"], changed["public"], changed["homepage_url"], changed["description"]),
                         ([URI, added], True, "https://shop.example", "All you need"))

        self.done("app", "rotate-secret", self.name)
        self.assertFalse(self.secret_works(app["client_id"], first_secret))
        self.assertTrue(self.secret_works(app["client_id"], self.kept_secret(app["client_id"])))

        self.done("app", "share", self.name, "grace")
        self.assertEqual([share["user_id"] for share in self.done("app", "shares", self.name, "--json").json],
                         [self.grace])
        self.assert_fails(self.run_program("app", "share", self.name, "grace"), 2, "already shared")
        self.assert_fails(self.run_program("app", "share", self.name, "ada"), 2, "yourself")
        self.assert_fails(self.run_program("app", "share", self.name, "nobody"), 6, "user not found")
        self.done("app", "unshare", self.name, "grace")
        self.assertEqual(self.done("app", "shares", self.name, "--json").json, [])

        self.assert_fails(self.run_program("app", "delete", self.name), 2, "--yes")
        self.done("app", "delete", self.name, "--yes")
        self.assertIsNone(self.app())
        self.assertIsNone(self.kept_secret(app["client_id"]))
        self.assert_fails(self.run_program("app", "show", app["app_id"]), 6, app["app_id"], "app list")

    def test_an_inactive_app_is_found_by_its_id(self):
        self.assertEqual(self.create().code, 0)
        app = self.app()
        self.done("app", "update", self.name, "--deactivate")
        self.assert_fails(self.run_program("app", "show", self.name), 6, "inactive")
        self.assertFalse(self.done("app", "show", app["app_id"], "--json").json["active"])
        self.done("app", "update", app["app_id"], "--activate")
        self.assertTrue(self.app()["active"])

    def test_replacing_an_app_leaves_the_old_one_in_place(self):
        self.assertEqual(self.create("--description", "Old").code, 0)
        new = f"{self.name} 2"
        self.done("app", "replace", self.name, "--name", new, "--scope", "profile usage:read")
        self.assertEqual(self.app(new)["description"], "Old")
        self.assertNotEqual(self.app(new)["client_id"], self.app()["client_id"])
        shown = self.done("app", "show", new, "--json").json
        self.assertEqual(shown["remembered_scopes"], ["profile", "usage:read"])

    def test_login_uses_the_secret_of_an_app_that_was_created_here(self):
        uri = f"http://127.0.0.1:{self.ports[0]}/callback"
        self.done("app", "create", "--name", self.name, "--redirect-uri", uri)
        self.done("login", "--client-id", self.app()["client_id"], "--redirect-uri", uri)
        self.done("whoami")

    def test_two_hundred_apps_are_listed_over_all_pages(self):
        mark = secrets.token_hex(6)
        for number in range(200):
            self.sandbox.ask("/idp/apps", credential=self.key,
                             body={"name": f"{mark} {number}", "redirect_uris": [URI]})
        listed = self.done("app", "list", "--json", "--search", mark).json
        self.assertEqual(sorted(app["name"] for app in listed), sorted(f"{mark} {number}" for number in range(200)))
        self.assertGreaterEqual(len(self.done("app", "list").stdout.splitlines()), 200)
        self.assertEqual(len(self.done("app", "list", "--json", "--limit", "150").json), 150)

    def test_the_list_holds_others_apps_only_if_asked_for(self):
        other = f"Grace {secrets.token_hex(6)}"
        status, _ = self.sandbox.ask("/idp/apps", credential=self.grace_key,
                                     body={"name": other, "redirect_uris": [URI]})
        self.assertEqual(status, 200)
        self.assertEqual(self.done("app", "list", "--search", other).stdout, "")
        self.assertIn(other, self.done("app", "list", "--all", "--search", other).stdout)


class Limits(AppTest):
    def test_each_limit_is_reported_before_anything_is_sent(self):
        create = ["app", "create", "--name", "Fine name", "--redirect-uri", URI]
        cases = {
            "name: ": ["app", "create", "--name", "ab", "--redirect-uri", URI],
            "65": ["app", "create", "--name", "x" * 65, "--redirect-uri", URI],
            "'/'": ["app", "create", "--name", "a/b c", "--redirect-uri", URI],
            "registration: name:": ["app", "create", "--redirect-uri", URI],
            "redirect_uris: ": ["app", "create", "--name", "Fine name"],
            "11": create + ["--redirect-uri", URI] * 10,
            "'shop://cb'": create + ["--redirect-uri", "shop://cb"],
            "1 to 30": create + ["--refresh-token-days", "0"],
            "31": create + ["--refresh-token-days", "31"],
            "app replace app --name name --scope": ["app", "update", "Any app", "--scope", "profile"],
            "--logo-url requires a value": ["app", "update", "Any app", "--logo-url", ""],
            "change: ": ["app", "update", "Any app"],
        }
        before = len(self.sandbox.log())
        for said, words in cases.items():
            with self.subTest(said):
                self.assert_fails(self.run_program(*words), 2, said)
        self.assertEqual(len(self.sandbox.log()), before)

    def test_the_service_has_the_last_word(self):
        self.assertEqual(self.create().code, 0)
        self.assert_fails(self.create(name=self.name.upper()), 2, "already exists", "name")
        self.assert_fails(self.create("--scope", "billing:read", name="Other one"), 8, "unlimited_dev", "role")
        self.assert_fails(self.create("--scope", "email", name="Other one"), 2, "no scope email")
        other = f"Grace {secrets.token_hex(6)}"
        self.sandbox.ask("/idp/apps", credential=self.grace_key, body={"name": other, "redirect_uris": [URI]})
        self.assert_fails(self.create(name=other), 2, "already exists")
        self.assert_fails(self.run_program("app", "update", self.name, "--name", other), 6, "name")

    def test_an_app_of_somebody_else_can_be_seen_and_not_changed(self):
        other = f"Grace {secrets.token_hex(6)}"
        app = self.sandbox.ask("/idp/apps", credential=self.grace_key,
                               body={"name": other, "redirect_uris": [URI]})[1]
        self.assertEqual(self.run_program("app", "show", app["client_id"]).code, 0)
        for words in (["update", app["client_id"], "--private"], ["delete", app["client_id"], "--yes"],
                      ["rotate-secret", app["client_id"]], ["shares", app["client_id"]]):
            with self.subTest(words[0]):
                self.assert_fails(self.run_program("app", *words), 6, "application not found")
        self.assertEqual(self.keyring.entries(), [])

    def test_a_field_that_only_the_service_refuses_is_shown_and_what_was_sent_is_not(self):
        name = "emoji \N{GRINNING FACE} name"  # no letter, which only the service can tell
        with self.sandbox.fault("/idp/apps:status=422"):
            result = self.create(name=name)
        self.assert_fails(result, 2)
        self.assertNotIn("input", result.stderr)

    def test_two_creations_of_one_name_at_once_make_one_app(self):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            codes = sorted(result.code for result in pool.map(lambda _: self.create(), range(2)))
        self.assertEqual(codes, [0, 2])
        self.assertEqual(len([app for app in self.sandbox.apps() if app["name"] == self.name]), 1)


class Credentials(AppTest):
    def test_a_key_without_admin_rights_is_explained(self):
        for words in (["app", "list"], ["app", "show", "cid_x"], ["grants", "list"]):
            with self.subTest(" ".join(words)):
                self.assert_fails(self.run_program(*words, env={"CHUTES_API_KEY": self.little_key}), 8,
                                  "admin api key")

    def test_the_key_can_come_from_a_file_or_standard_input(self):
        file = self.folder / "key"
        file.write_text(self.key + "\n")
        file.chmod(0o600)
        nothing = {"CHUTES_API_KEY": None}
        self.assertEqual(self.run_program("app", "list", "--api-key-file", str(file), env=nothing).code, 0)
        self.assertEqual(self.run_program("app", "list", "--api-key-stdin", stdin=self.key, env=nothing).code, 0)
        self.assert_fails(self.run_program("app", "list", env=nothing), 2, "--api-key-stdin")

    def test_without_a_network_or_with_a_failing_service_the_code_says_which(self):
        nowhere = {"CHUTES_API_URL": "http://127.0.0.1:1", "CHUTES_IDP_BASE_URL": "http://127.0.0.1:1"}
        self.assert_fails(self.run_program("app", "list", env=nowhere), 5)
        for status, code in ((500, 6), (429, 9), (403, 8)):
            with self.subTest(status), self.sandbox.fault(f"/idp/apps:status={status}"):
                self.assertEqual(self.run_program("app", "list").code, code)
        failure = self.run_program("app", "show", "cid_x", "--json").error
        self.assertEqual((failure["kind"], failure["exit_code"]), ("service", 6))


class Grants(AppTest):
    def _environment(self):
        return {**super()._environment(), **self.registration}

    def test_a_grant_is_listed_and_revoked_with_every_token(self):
        self.sign_in("--quiet")
        token = self.run_program("token").stdout.strip()
        granted = self.run_program("grants", "list", "--json").json
        ours = [grant for grant in granted
                if grant["app_id"] == self.run_program("app", "show", self.registration["CHUTES_OAUTH_CLIENT_ID"],
                                                       "--json").json["app_id"]]
        self.assertEqual(ours[0]["scopes"], ["openid", "profile", "chutes:invoke"])
        self.assertIn(ours[0]["app_name"], self.run_program("grants", "list").stdout)
        self.assertEqual(self.run_program("grants", "revoke", ours[0]["app_name"]).code, 0)
        self.assertFalse(self.sandbox.introspect(token)["active"])
        self.assert_fails(self.run_program("grants", "revoke", ours[0]["app_name"]), 6, "authorized no app")

    def test_the_scopes_are_listed_without_any_credential(self):
        result = self.run_program("scopes", "--json", env={"CHUTES_API_KEY": None})
        self.assertEqual(result.code, 0, result.stderr)
        scopes = {scope["scope"]: scope["needs_registration"] for scope in json.loads(result.stdout)}
        self.assertEqual((scopes["openid"], scopes["profile"], scopes["admin"]), (False, False, True))
        self.assertEqual(self.sandbox.log("/idp/scopes")[-1]["credential"], "none")
