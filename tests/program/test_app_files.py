"""Apps as a file says they should be, with the built program: compared, applied, and left alone the second time."""

import concurrent.futures
import json
import secrets

from app_owner import AppTest
from canaries import Canaries

WRITES = ("POST", "PATCH", "DELETE")


class FileTest(AppTest):
    def wanted(self, name=None, **fields):
        return {"name": name or self.name, "redirect_uris": ["https://shop.example/callback"], **fields}

    def write(self, *apps):
        self.file = self.folder / "apps.json"
        self.file.write_text(json.dumps({"apps": list(apps)} if len(apps) != 1 else apps[0]))

    def apply(self, *more, **options):
        return self.run_program("app", "apply", "-f", str(self.file), *more, **options)

    def diff(self, *more, **options):
        return self.run_program("app", "diff", "-f", str(self.file), *more, **options)

    def applied(self, *more, **options):
        result = self.apply(*more, **options)
        self.assertEqual(result.code, 0, result.stderr)
        return result

    def writes(self):
        """How many requests have changed something so far."""
        return len([entry for entry in self.sandbox.log()
                    if entry["method"] in WRITES and entry["path"].startswith("/idp/apps")])

    def actions(self, result):
        return {row["name"]: row["action"] for row in result.json}


class Life(FileTest):
    def test_an_app_of_a_file_from_its_creation_to_its_end(self):
        self.write(self.wanted(description="All you need", public=False, refresh_token_lifetime_days=7,
                               allowed_scopes=["openid", "profile"]))
        before = self.diff("--json")
        self.assertEqual((before.code, self.actions(before)), (11, {self.name: "create"}))
        self.assertIsNone(self.app())
        result = self.applied("--json")
        row = result.json[0]
        app = self.app()
        self.assertEqual((row["action"], row["done"], row["client_id"]), ("create", True, app["client_id"]))
        self.assertEqual({change["field"]: (change["from"], change["to"]) for change in row["changes"]},
                         {"name": (None, self.name), "description": (None, "All you need"), "public": (None, False),
                          "redirect_uris": (None, ["https://shop.example/callback"]),
                          "refresh_token_lifetime_days": (None, 7), "allowed_scopes": (None, ["openid", "profile"])})
        self.assertTrue(self.secret_works(app["client_id"], self.kept_secret(app["client_id"])))
        self.assertNotIn(self.kept_secret(app["client_id"]), result.stdout + result.stderr)

        same = self.diff("--json")
        self.assertEqual((same.code, self.actions(same), same.json[0]["changes"]), (0, {self.name: "none"}, []))

        self.write(self.wanted(description="More", public=True, refresh_token_lifetime_days=7,
                               homepage_url="https://shop.example"))
        different = self.diff()
        self.assertEqual(different.code, 11)
        self.assertEqual(different.stdout, f"update '{self.name}'\n"
                                           '  description: "All you need" -> "More"\n'
                                           '  homepage_url: "https://shop.example"\n'
                                           "  public: false -> true\n")
        self.assertIn("1 of 1 app ", different.stderr)
        self.assertEqual(self.applied().stdout, different.stdout.replace("update ", "updated "))
        changed = self.app()
        self.assertEqual((changed["description"], changed["public"], changed["homepage_url"], changed["client_id"]),
                         ("More", True, "https://shop.example", app["client_id"]))

        first = self.kept_secret(app["client_id"])
        self.assertEqual(self.run_program("app", "rotate-secret", self.name).code, 0)
        self.assertFalse(self.secret_works(app["client_id"], first))
        self.assertEqual(self.run_program("app", "share", self.name, "grace").code, 0)
        self.assertEqual(self.diff().code, 0)
        self.assertEqual(self.run_program("app", "delete", self.name, "--yes").code, 0)
        self.assertEqual(self.diff().code, 11)

    def test_a_second_run_changes_nothing_and_sends_no_write(self):
        self.write(self.wanted(f"{self.name} A", public=False), self.wanted(f"{self.name} B", active=False),
                   self.wanted(f"{self.name} C", allowed_scopes=["openid"]))
        first = self.applied("--json")
        self.assertEqual([row["action"] for row in first.json], ["create"] * 3)
        writes = self.writes()
        second = self.applied("--json")
        self.assertEqual([(row["action"], row["changes"], row["done"]) for row in second.json], [("none", [], True)] * 3)
        self.assertEqual(self.writes(), writes)
        self.assertEqual(self.diff().code, 0)

    def test_an_app_can_be_set_inactive_and_active_again(self):
        self.write(self.wanted(active=False))
        self.applied()
        self.assertIsNone(self.app())  # the service lists active ones only
        self.write(self.wanted(active=True))
        row = self.applied("--json").json[0]
        self.assertEqual((row["action"], row["changes"]), ("update", [{"field": "active", "from": False, "to": True}]))
        self.assertEqual(self.app()["client_id"], row["client_id"])

    def test_a_dry_run_shows_all_and_changes_nothing(self):
        self.write(self.wanted(f"{self.name} A"), self.wanted(f"{self.name} B"))
        result = self.apply("--dry-run", "--json", "--secret-to", f"file:{self.folder}/{{name}}.txt")
        self.assertEqual((result.code, [row["action"] for row in result.json]), (0, ["create"] * 2), result.stderr)
        self.assertEqual([entry.name for entry in self.folder.glob("*.txt")], [])
        self.assertIsNone(self.app(f"{self.name} A"))
        self.assertEqual(self.applied().stdout.count("created"), 2)

    def test_what_the_file_leaves_out_is_left_alone(self):
        self.create("--description", "All you need", "--refresh-token-days", "7", "--private")
        self.write(self.wanted(logo_url="https://shop.example/logo.png"))
        self.applied()
        app = self.app()
        self.assertEqual((app["description"], app["refresh_token_lifetime_days"], app["public"], app["logo_url"]),
                         ("All you need", 7, False, "https://shop.example/logo.png"))

    def test_the_file_can_come_from_standard_input(self):
        result = self.run_program("app", "apply", "-f", "-", "--json", stdin=json.dumps(self.wanted()))
        self.assertEqual((result.code, self.actions(result)), (0, {self.name: "create"}), result.stderr)
        broken = self.run_program("app", "diff", "-f", "-", stdin='{"name": 1}')
        self.assert_fails(broken, 2, "standard input: name: ")


class Conflicts(FileTest):
    def test_scopes_that_differ_are_said_and_not_skipped(self):
        self.write(self.wanted(allowed_scopes=["openid"]))
        self.applied()
        self.write(self.wanted(allowed_scopes=["openid", "profile"], description="new"))
        writes = self.writes()
        result = self.apply("--json")
        self.assertEqual((result.code, self.actions(result)), (2, {self.name: "conflict"}))
        self.assertIn("app replace", result.json[0]["reason"])
        self.assertIn("app replace", result.error["message"])
        self.assertEqual(self.writes(), writes)
        self.assertEqual(self.diff().code, 11)

    def test_scopes_of_an_app_that_another_machine_created_cannot_be_told(self):
        self.write(self.wanted(allowed_scopes=["openid"]))
        self.applied()
        result = self.diff("--json", env={"XDG_STATE_HOME": str(self.folder / "elsewhere")})
        self.assertEqual((result.code, self.actions(result)), (0, {self.name: "none"}), result.stderr)
        self.assertIn("scopes", result.json[0]["remark"])

    def test_a_name_that_a_stranger_s_public_app_has_is_a_conflict_before_anything_is_sent(self):
        self.create(env={"CHUTES_API_KEY": self.grace_key})
        self.write(self.wanted(self.name.upper()), self.wanted(f"{self.name} mine"))
        result = self.apply("--json")
        self.assertEqual((result.code, self.actions(result)),
                         (2, {self.name.upper(): "conflict", f"{self.name} mine": "create"}))
        self.assertIn("another account", result.json[0]["reason"])
        self.assertEqual([row["done"] for row in result.json], [False, True])
        self.assertIsNotNone(self.app(f"{self.name} mine"))

    def test_a_name_that_a_stranger_s_private_app_has_is_found_out_by_the_refusal(self):
        self.create("--private", env={"CHUTES_API_KEY": self.grace_key})
        self.write(self.wanted())
        self.assertEqual(self.actions(self.diff("--json")), {self.name: "create"})  # nobody can see it
        result = self.apply()
        self.assert_fails(result, 2, "the name is taken")
        self.assertTrue(result.stdout.startswith(f"conflict '{self.name}'\n"))

    def test_two_applies_at_once_make_one_app_each(self):
        names = [f"{self.name} {index}" for index in range(4)]
        self.write(*[self.wanted(name) for name in names])
        for place, runtime in (("one machine", "run"), ("two machines", "other")):
            with self.subTest(place):
                (self.folder / "other").mkdir(mode=0o700, exist_ok=True)
                with concurrent.futures.ThreadPoolExecutor() as pool:
                    runs = [pool.submit(self.apply, "--json", env={"XDG_RUNTIME_DIR": str(self.folder / folder)})
                            for folder in ("run", runtime)]
                results = [run.result() for run in runs]
                self.assertEqual([result.code for result in results], [0, 0], [result.stderr for result in results])
                apps = [app for app in self.sandbox.apps() if app["name"] in names]
                self.assertEqual(sorted(app["name"] for app in apps), names)
                created = [row["name"] for result in results for row in result.json if row["action"] == "create"]
                self.assertEqual(sorted(created), names)
                for app in apps:
                    self.assertTrue(self.secret_works(app["client_id"], self.kept_secret(app["client_id"])))
                    self.assertEqual(self.run_program("app", "delete", app["app_id"], "--yes").code, 0)

    def test_a_failure_in_the_middle_leaves_what_was_done_and_says_what_was_not(self):
        names = [f"{self.name} {index}" for index in range(3)]
        self.write(*[self.wanted(name) for name in names])
        # One look at one's own apps, one at others' for each name, then the creations: the answer to the second is lost.
        with self.sandbox.fault("/idp/apps@6:reset=0"):
            result = self.apply("--json")
        self.assertEqual(result.code, 5, result.stderr)
        self.assertEqual([(row["name"], row["done"], "error" in row) for row in result.json],
                         [(names[0], True, False), (names[1], False, True), (names[2], False, False)])
        self.assertTrue(result.error["message"].startswith("2 of 3 apps "), result.error)
        self.assertIn(f"'{names[1]}': ", result.error["message"])
        self.assertIn("app rotate-secret", result.error["hint"])
        again = self.applied("--json")
        self.assertEqual([row["done"] for row in again.json], [True] * 3)
        self.assertEqual(sorted(app["name"] for app in self.sandbox.apps() if app["name"] in names), names)

    def test_what_concerns_one_app_only_does_not_keep_the_others_from_being_applied(self):
        self.create("--private", name=f"{self.name} 1", env={"CHUTES_API_KEY": self.grace_key})
        self.write(*[self.wanted(f"{self.name} {index}") for index in range(3)])
        result = self.apply("--json")
        self.assertEqual((result.code, [row["done"] for row in result.json]), (2, [True, False, True]))

    def test_a_key_without_rights_ends_it_with_its_code(self):
        self.write(self.wanted())
        self.assert_fails(self.apply(env={"CHUTES_API_KEY": self.little_key}), 8, "admin api key")


class Secrets(FileTest):
    def test_the_secrets_of_several_apps_go_to_a_file_each_and_nowhere_else(self):
        self.write(self.wanted(f"{self.name} one"), self.wanted(f"{self.name} two"))
        result = self.applied("-vv", "--secret-to", f"file:{self.folder}/{{name}}.secret")
        canaries = Canaries()
        for word in ("one", "two"):
            file = self.folder / f"{self.name.replace(' ', '-')}-{word}.secret"
            secret = file.read_text().strip()
            canaries.add(word, secret)
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)
            self.assertTrue(self.secret_works(self.app(f"{self.name} {word}")["client_id"], secret))
        self.assertEqual(canaries.in_text(result.stdout + result.stderr), set())
        found = canaries.in_files([self.folder])
        self.assertEqual(sorted(found), sorted(str(path) for path in self.folder.glob("*.secret")))
        self.assertEqual([entry for entry in self.keyring.entries() if entry[0].get("kind", "").startswith("client:")], [])

    def test_a_place_without_room_for_all_is_refused_before_anything_is_created(self):
        self.write(self.wanted(f"{self.name} one"), self.wanted(f"{self.name} two"))
        for place in (f"file:{self.folder}/secret", "stdout", f"env-file:{self.folder}/.env"):
            self.assert_fails(self.apply("--secret-to", place), 2, "2 apps", "{name}")
        self.write(self.wanted(f"{self.name} one"), self.wanted(f"{self.name}-one"))
        self.assert_fails(self.apply("--secret-to", f"file:{self.folder}/{{name}}"), 2, "same place")
        self.assert_fails(self.apply("--secret-to", f"file:{self.folder}/missing/{{name}}"), 2)
        self.assertIsNone(self.app(f"{self.name} one"))

    def test_a_destination_that_does_not_work_is_found_before_anything_is_created(self):
        self.write(self.wanted(f"{self.name} one"), self.wanted(f"{self.name} two"))
        self.assert_fails(self.apply("--secret-to", f"file:{self.folder}/missing/{{name}}"), 2, "missing")
        self.assertIsNone(self.app(f"{self.name} one"))

    def test_standard_output_is_the_secret_s_alone(self):
        self.write(self.wanted())
        result = self.applied("--secret-to", "stdout")
        self.assertTrue(self.secret_works(self.app()["client_id"], result.stdout.strip()))
        self.assertIn(f"created '{self.name}'", result.stderr)
        second = self.applied("--secret-to", "stdout")
        self.assertEqual(second.stdout, "")
        self.assertIn(f"unchanged '{self.name}'", second.stderr)


class BadFiles(FileTest):
    def test_each_mistake_is_reported_with_its_place_and_nothing_is_sent(self):
        self.file = self.folder / "apps.json"
        before = len(self.sandbox.log())
        for text, phrase in (
                ("", "apps.json: line 1, column 1: "),
                ('{\n"name": "a",\n"name": "b"}', 'apps.json: line 3, column 6: the member "name" '),
                ('{"name": "My App"}', "apps.json: redirect_uris: "),
                ('{"apps": [{"name": "My App", "redirect_uris": ["x"]}]}',
                 "apps.json: apps[0].redirect_uris: "),
                ('{"name": "My App", "redirect_uris": ["http://a"], "scopes": []}', "'allowed_scopes'"),
                ('{"name": "My App", "redirect_uris": ["http://a"], "description": null}', "apps.json: description: ")):
            self.file.write_text(text)
            for command in (self.apply, self.diff):
                self.assert_fails(command(), 2, phrase)
        self.file.unlink()
        self.assert_fails(self.apply(), 2, "-f", "apps.json")
        self.assert_fails(self.run_program("app", "apply"), 2, "-f FILE is missing")
        self.assert_fails(self.run_program("app", "diff", "-f", "-", "--api-key-stdin", stdin="x"), 2, "cannot be both")
        self.assertEqual(len(self.sandbox.log()), before)

    def test_a_scope_that_does_not_exist_is_told_before_anything_is_created(self):
        self.write(self.wanted(allowed_scopes=["openid", f"nothing:{secrets.token_hex(4)}"]))
        self.assert_fails(self.apply(), 2, "no scope nothing:")
        self.assertIsNone(self.app())
