"""`app verify` and `setup --web` with the built programs: each thing that can be wrong is named, and no secret shown."""

import json
import stat
import subprocess

from app_owner import URI, AppTest
from canaries import Canaries
from golden import check_golden
from harness import ProgramTest, Sandbox, free_port

WEB_URI = "http://localhost:3000/api/auth/chutes/callback"


class VerifyTest(AppTest):
    def setUp(self):
        super().setUp()
        self.env_file = self.folder / ".env.local"
        result = self.create("--redirect-uri", WEB_URI, "--secret-to", f"env-file:{self.env_file}")
        self.assertEqual(result.code, 0, result.stderr)
        self.client = self.app()
        self.secret = self.variables()["CHUTES_OAUTH_CLIENT_SECRET"]

    def variables(self):
        pairs = (line.split("=", 1) for line in self.env_file.read_text().splitlines() if "=" in line)
        return {name: value.strip('"') for name, value in pairs}

    def set(self, **values):
        """Rewrites the env file, without the variables that are None."""
        variables = {"CHUTES_OAUTH_REDIRECT_URI": URI, **self.variables(), **values}
        self.env_file.write_text("".join(f'{name}="{value}"\n' for name, value in variables.items() if value is not None))

    def verify(self, *more, **options):
        """As somebody without any API key."""
        return self.run_program("app", "verify", *more, **{"cwd": self.folder, "env": {"CHUTES_API_KEY": None}, **options})

    def findings(self, *more, **options):
        result = self.verify("--json", *more, **options)
        return result, {row["check"]: row for row in result.json}

    def assert_finding(self, check, verdict, *phrases, code=2, **options):
        result, findings = self.findings(**options)
        self.assertEqual(findings[check]["result"], verdict, result.stdout)
        for phrase in phrases:
            self.assertIn(phrase, findings[check]["detail"] + " / " + findings[check].get("hint", ""))
        self.assertEqual(result.code, code, result.stderr)
        return findings


class EnvFile(VerifyTest):
    def test_a_setup_in_order_passes_every_check_and_spends_nothing(self):
        self.set()
        before = len(self.sandbox.log())
        result, findings = self.findings()
        self.assertEqual(result.code, 0, result.stdout + result.stderr)
        self.assertEqual({row["result"] for row in findings.values()}, {"ok"}, result.stdout)
        self.assertEqual(list(findings), ["env_file", "client_id", "client_secret", "redirect_uri", "scopes", "discovery",
                                          "endpoints", "clock", "client", "redirect_accepted", "secret_accepted",
                                          "scopes_granted"])
        asked = [(entry["method"], entry["path"], entry["credential"]) for entry in self.sandbox.log()[before:]]
        self.assertEqual({credential for _, _, credential in asked}, {"none"})
        status, grants = self.sandbox.ask("/idp/authorizations", credential=self.key)
        self.assertEqual([grant for grant in grants["items"] if grant["app_id"] == self.client["app_id"]], [])

    def test_scripts_read_a_line_a_check(self):
        self.set()
        result = self.verify()
        self.assertEqual(result.code, 0, result.stderr)
        lines = result.stdout.splitlines()
        self.assertRegex(lines[0], r"^ok\tenv_file\t[^\t]*\.env\.local\t$")
        self.assertRegex(lines[-2], r"^ok\tsecret_accepted\t[^\t]+\t$")
        self.set(CHUTES_OAUTH_CLIENT_ID="cid_" + "0" * 24)
        self.assert_fails(self.verify(), 2, "1 check failed: client", "hint: ")

    def test_quotes_exports_and_comments_are_read_as_the_sdk_s_framework_does(self):
        self.env_file.write_text(
            f"# mine\nexport CHUTES_OAUTH_CLIENT_ID = '{self.client['client_id']}' # the client\n"
            f"CHUTES_OAUTH_CLIENT_SECRET={self.secret} # hidden\r\n\nCHUTES_OAUTH_SCOPES=`openid profile`\n"
            f"CHUTES_OAUTH_REDIRECT_URI=wrong\nCHUTES_OAUTH_REDIRECT_URI=\"{URI}\"\n")
        result, _ = self.findings()
        self.assertEqual(result.code, 0, result.stdout)

    def test_the_environment_serves_where_there_is_no_file_and_the_file_goes_before_it(self):
        self.set(CHUTES_OAUTH_REDIRECT_URI=URI)
        variables = self.variables()
        wrong = {"CHUTES_API_KEY": None, "CHUTES_OAUTH_CLIENT_SECRET": "csc_" + "x" * 48}
        self.assertEqual(self.verify(env=wrong).code, 0)
        self.env_file.unlink()
        findings = self.assert_finding("secret_accepted", "ok", code=0, env={"CHUTES_API_KEY": None, **variables})
        self.assertEqual(findings["env_file"]["result"], "skipped")
        self.assert_fails(self.verify("--env-file", "missing.env"), 2, "missing.env")

    def test_a_file_that_others_can_read_or_git_would_commit_or_with_strange_lines_is_a_warning(self):
        self.set()
        subprocess.run(["git", "init", "--quiet", self.folder], check=True)
        self.env_file.write_text(self.env_file.read_text() + "CHUTES_OAUTH_SCOPES openid\n")
        self.env_file.chmod(0o644)
        result = self.verify()
        self.assertEqual(result.code, 0, result.stderr)
        warnings = [line for line in result.stdout.splitlines() if line.startswith("warning\tenv_file\t")]
        self.assertEqual(len(warnings), 3, result.stdout)
        for warning, fact in zip(warnings, ("chmod 600 '.env.local'", ".gitignore", "line 5 of .env.local")):
            self.assertIn(fact, warning)
        check_golden(self, "\n".join(warnings))

    def test_what_is_missing_or_in_the_wrong_place_is_named_and_not_shown(self):
        canaries = Canaries()
        canaries.add("client secret", self.secret)
        canaries.add("API key", self.key)
        self.set(CHUTES_OAUTH_CLIENT_ID=None)
        self.assert_finding("client_id", "failed", "CHUTES_OAUTH_CLIENT_ID", "app create")
        self.set(CHUTES_OAUTH_CLIENT_ID=self.secret, CHUTES_OAUTH_CLIENT_SECRET=self.key)
        findings = self.assert_finding("client_id", "failed", "client secret")
        self.assertIn("API key", findings["client_secret"]["detail"])
        result = self.verify("-v")
        self.assertEqual(canaries.in_text(result.stdout), set())
        self.set(CHUTES_OAUTH_CLIENT_ID=self.client["client_id"], CHUTES_OAUTH_CLIENT_SECRET=None)
        findings = self.assert_finding("client_secret", "failed", "CHUTES_OAUTH_CLIENT_SECRET", "rotate-secret")
        self.assertEqual(findings["secret_accepted"]["result"], "skipped")
        self.set(CHUTES_OAUTH_CLIENT_SECRET=self.secret[:-1])
        findings = self.assert_finding("client_secret", "warning")
        self.assertEqual(findings["secret_accepted"]["result"], "failed")
        for result in (self.verify("-vv"), self.verify("-vv", "--json")):
            self.assertEqual(canaries.in_text(result.stdout + result.stderr), set())

    def test_a_client_that_does_not_exist_and_one_that_is_inactive_are_unknown(self):
        self.set(CHUTES_OAUTH_CLIENT_ID="cid_" + "0" * 24)
        findings = self.assert_finding("client", "failed")
        self.assertEqual([findings[check]["result"] for check in ("redirect_accepted", "secret_accepted")],
                         ["skipped", "skipped"])
        self.set(CHUTES_OAUTH_CLIENT_ID=self.client["client_id"])
        self.run_program("app", "update", self.client["app_id"], "--deactivate")
        self.assert_finding("client", "failed", "inactive")

    def test_a_redirect_uri_is_compared_exactly_and_the_one_that_was_meant_is_named(self):
        for wrong, meant in ((URI + "/", URI), (URI.replace("https", "http"), URI),
                             (WEB_URI.replace("localhost", "127.0.0.1"), WEB_URI)):
            self.set(CHUTES_OAUTH_REDIRECT_URI=wrong)
            self.assert_finding("redirect_accepted", "failed", f"{wrong} ", f"{meant} ")
        self.set(CHUTES_OAUTH_REDIRECT_URI="https://elsewhere.example/callback")
        self.assert_finding("redirect_accepted", "failed", "https://elsewhere.example/callback", "app update APP --redirect-uri")

    def test_the_redirect_uri_is_chosen_as_the_sdk_does(self):
        self.set(CHUTES_OAUTH_REDIRECT_URI=None, NEXT_PUBLIC_APP_URL="http://localhost:3000/")
        findings = self.assert_finding("redirect_accepted", "ok", WEB_URI, code=0)
        self.assertEqual(findings["redirect_uri"]["result"], "ok")
        self.set(CHUTES_OAUTH_REDIRECT_URI=None, NEXT_PUBLIC_APP_URL=None)
        self.assert_finding("redirect_uri", "warning", WEB_URI, code=0)
        self.set(CHUTES_OAUTH_REDIRECT_URI="shop.example/callback")
        self.assert_finding("redirect_uri", "failed", "http")

    def test_a_wrong_secret_is_told_from_a_right_one(self):
        self.set(CHUTES_OAUTH_CLIENT_SECRET="csc_" + "x" * 48)
        self.assert_finding("secret_accepted", "failed", "app rotate-secret")

    def test_scopes_that_cannot_be_granted_are_named(self):
        self.set(CHUTES_OAUTH_SCOPES="openid nothing:read")
        self.assert_finding("scopes_granted", "failed", "nothing:read")
        self.set(CHUTES_OAUTH_SCOPES="openid,profile")
        self.assert_finding("scopes", "failed", "comma")
        self.set(CHUTES_OAUTH_SCOPES="openid billing:read")
        self.assert_finding("scopes_granted", "warning", "billing:read", code=0)

    def test_a_service_that_cannot_be_reached_is_told_once(self):
        self.set(CHUTES_IDP_BASE_URL=f"http://127.0.0.1:{free_port()}")
        result, findings = self.findings("--env-file", ".env.local")
        self.assertEqual((result.code, findings["discovery"]["result"]), (5, "failed"), result.stdout)
        self.assertEqual({findings[check]["result"] for check in ("endpoints", "client", "redirect_accepted")},
                         {"skipped"})
        self.set(CHUTES_IDP_BASE_URL="http://elsewhere.example")
        self.assert_fails(self.verify(), 2, "CHUTES_IDP_BASE_URL")

    def test_a_service_that_answers_nonsense_is_told_from_a_wrong_setup(self):
        self.set()
        with self.sandbox.fault("/idp/authorize:status=503"):
            self.assert_finding("client", "failed", "503", code=6)
        with self.sandbox.fault("/.well-known/openid-configuration:status=503"):
            self.assert_finding("discovery", "failed", "503", code=6)

    def test_a_clock_that_is_wrong_is_a_warning(self):
        self.set()
        with self.sandbox.fault("/idp/userinfo:skew=7200"):
            self.assert_finding("clock", "warning", "2 hours behind", "timedatectl", code=0)
        with self.sandbox.fault("/idp/userinfo:skew=-7200"):
            self.assert_finding("clock", "warning", "2 hours ahead", code=0)


class Environment(VerifyTest):
    """What a file in the working directory and the variables of the shell do to each other."""

    def setUp(self):
        super().setUp()
        self.elsewhere = Sandbox()  # a service that somebody else runs
        self.addCleanup(self.elsewhere.close)

    def verify(self, *more, **options):
        return super().verify(*more, **{"start_new_session": True, **options})

    def test_a_variable_with_another_value_in_the_environment_is_named_and_no_value_is_shown(self):
        self.set(CHUTES_OAUTH_SCOPES="openid profile", NEXT_PUBLIC_APP_URL="https://shop.example")
        other = {"CHUTES_API_KEY": None, "CHUTES_OAUTH_CLIENT_SECRET": "csc_" + "y" * 48,
                 "CHUTES_OAUTH_REDIRECT_URI": "http://127.0.0.1:1/a http://127.0.0.1:2/b",
                 "NEXT_PUBLIC_APP_URL": "https://other.example", "CHUTES_OAUTH_SCOPES": "openid profile"}
        result = self.verify("--json", env=other)
        self.assertEqual(result.code, 0, result.stdout + result.stderr)
        warned = [row["detail"].split()[0] for row in result.json if row["check"] == "env_file" and row["result"] == "warning"]
        self.assertEqual(warned, ["CHUTES_OAUTH_CLIENT_SECRET", "CHUTES_OAUTH_REDIRECT_URI", "NEXT_PUBLIC_APP_URL"])
        for value in (*other.values(), self.secret):
            if value and value != "openid profile":
                self.assertNotIn(value, "".join(row["detail"] for row in result.json if row["check"] == "env_file"))
        check_golden(self, "\n".join(f"{row['detail']}\n{row['hint']}" for row in result.json if row["check"] == "env_file"))

    def test_after_sourcing_a_sandbox_s_variables_each_that_hides_one_of_the_file_is_told(self):
        self.set()
        shell = subprocess.run(["bash", "-c", ". /dev/stdin; env -0"], input="".join(
            f"export {name}='{value}'\n" for name, value in self.elsewhere.variables.items()), capture_output=True, text=True,
            check=True, env={})
        sourced = dict(entry.split("=", 1) for entry in shell.stdout.split("\0") if entry.startswith("CHUTES_"))
        result = self.verify("--json", env={**sourced, "CHUTES_API_KEY": None,
                                            **{name: self.sandbox.url for name in ("CHUTES_API_URL", "CHUTES_IDP_BASE_URL")}})
        warned = {row["detail"].split()[0] for row in result.json if row["check"] == "env_file"}
        self.assertEqual(warned, {"CHUTES_OAUTH_CLIENT_ID", "CHUTES_OAUTH_CLIENT_SECRET", "CHUTES_OAUTH_REDIRECT_URI"})

    def test_the_environment_s_secret_never_goes_to_an_address_that_a_file_names(self):
        for variable in ("CHUTES_IDP_BASE_URL", "CHUTES_API_URL"):
            self.set(CHUTES_OAUTH_CLIENT_SECRET=None, CHUTES_API_URL=None, CHUTES_IDP_BASE_URL=None)
            self.set(CHUTES_OAUTH_CLIENT_SECRET=None, **{variable: self.elsewhere.url})
            own = {"CHUTES_API_KEY": None, "CHUTES_OAUTH_CLIENT_SECRET": self.secret, "CHUTES_IDP_BASE_URL": None}
            for words in ((), ("--env-file", ".env.local")):
                with self.subTest(variable, words=words):
                    before = len(self.elsewhere.log())
                    result = self.verify(*words, env=own)
                    self.assert_fails(result, 2, self.elsewhere.url, "CHUTES_OAUTH_CLIENT_SECRET", "CHUTES_IDP_BASE_URL")
                    self.assertEqual(len(self.elsewhere.log()), before)
                    self.assertNotIn(self.secret, result.stdout + result.stderr)

    def test_an_address_in_env_local_is_not_asked_unless_the_file_is_named_or_somebody_agrees(self):
        self.set(CHUTES_IDP_BASE_URL=self.elsewhere.url)
        before = len(self.elsewhere.log())
        self.assert_fails(self.verify(), 2, "--env-file .env.local")
        self.assertEqual(len(self.elsewhere.log()), before)
        self.assertEqual(self.verify("--env-file", ".env.local").code, 2)  # there is no such client
        self.assertGreater(len(self.elsewhere.log()), before)

    def test_an_address_that_is_the_environment_s_too_is_no_question(self):
        self.set(CHUTES_IDP_BASE_URL=self.sandbox.url + "/")
        self.assertEqual(self.verify().code, 0)
        self.set(CHUTES_OAUTH_CLIENT_SECRET=None, CHUTES_IDP_BASE_URL=self.sandbox.url)
        result = self.verify(env={"CHUTES_API_KEY": None, "CHUTES_OAUTH_CLIENT_SECRET": self.secret})
        self.assertEqual(result.code, 0, result.stdout + result.stderr)


class Registration(VerifyTest):
    def test_an_app_is_verified_by_what_is_registered_and_kept(self):
        self.assertEqual(self.run_program("app", "rotate-secret", self.name).code, 0)
        for word in (self.name, self.client["client_id"], self.client["app_id"]):
            result = self.run_program("app", "verify", word, "--json", cwd=self.folder)
            self.assertEqual(result.code, 0, result.stdout + result.stderr)
            rows = [(row["check"], row["result"]) for row in result.json]
            self.assertEqual(rows[0], ("app", "ok"))
            self.assertEqual(rows.count(("redirect_accepted", "ok")), 2)
            self.assertIn(("secret_accepted", "ok"), rows)

    def test_a_kept_secret_that_cannot_be_read_is_not_taken_for_none(self):
        self.assertEqual(self.run_program("app", "rotate-secret", self.name).code, 0)
        gone = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder}/gone"}
        result = self.run_program("app", "verify", self.name, "--json", cwd=self.folder, env=gone)
        finding = {row["check"]: row for row in result.json}["keychain"]
        self.assertEqual(finding["result"], "warning")
        self.assertIn("cannot be read", finding["detail"])
        self.assertTrue(finding["hint"])
        self.assertNotIn("keychain", [row["check"] for row in self.run_program(
            "app", "verify", self.name, "--json", cwd=self.folder).json])

    def test_a_file_that_belongs_to_another_app_is_found_out(self):
        self.set()
        self.assertEqual(self.create(name=f"{self.name} 2").code, 0)
        same = self.run_program("app", "verify", self.name, "--env-file", str(self.env_file))
        self.assertEqual(same.code, 0, same.stdout)
        other = self.run_program("app", "verify", f"{self.name} 2", "--env-file", str(self.env_file))
        self.assert_fails(other, 2, "1 check failed: client id")
        self.assertIn("CHUTES_OAUTH_CLIENT_ID to cid_", other.stdout)


class WebSetup(AppTest):
    def setUp(self):
        super().setUp()
        self.env_file = self.folder / ".env.local"

    def web(self, *more, **options):
        return self.run_program("setup", "--web", "--name", self.name, *more, cwd=self.folder, **options)

    def test_a_web_application_is_registered_and_its_env_file_passes_verification(self):
        self.env_file.write_text("DATABASE=mine\n")
        self.env_file.chmod(0o600)
        result = self.web("--json")
        self.assertEqual(result.code, 0, result.stderr)
        app = self.app()
        self.assertEqual(result.json["client_id"], app["client_id"])
        self.assertEqual((app["redirect_uris"], app["homepage_url"], app["public"]),
                         ([WEB_URI], "http://localhost:3000", False))
        lines = self.env_file.read_text().splitlines()
        self.assertEqual([line.split("=")[0] for line in lines],
                         ["DATABASE", "CHUTES_OAUTH_CLIENT_ID", "CHUTES_OAUTH_CLIENT_SECRET", "CHUTES_OAUTH_SCOPES",
                          "NEXT_PUBLIC_APP_URL", "CHUTES_OAUTH_REDIRECT_URI", "CHUTES_IDP_BASE_URL"])
        self.assertEqual(stat.S_IMODE(self.env_file.stat().st_mode), 0o600)
        secret = next(line.split("=")[1] for line in lines if "SECRET" in line)
        self.assertTrue(self.secret_works(app["client_id"], secret))
        self.assertNotIn(secret, result.stdout + result.stderr)
        verified = self.run_program("app", "verify", "--env-file", ".env.local", cwd=self.folder,
                                    env={"CHUTES_API_KEY": None, "CHUTES_IDP_BASE_URL": None, "CHUTES_API_URL": None})
        self.assertEqual(verified.code, 0, verified.stdout + verified.stderr)

    def test_a_second_run_finds_the_app_of_the_first_and_adds_a_new_redirect_uri(self):
        self.assertEqual(self.web("--homepage-url", "https://shop.example/").code, 0)
        first, app = self.env_file.read_text(), self.app()
        self.assertEqual(app["redirect_uris"], ["https://shop.example/api/auth/chutes/callback"])
        again = self.web()
        self.assertIn("still registered", again.stderr)
        self.assertEqual((again.code, self.env_file.read_text(), self.app()), (0, first, app))
        more = self.web("--homepage-url", "https://other.example")
        self.assertEqual(more.code, 0, more.stderr)
        self.assertEqual(self.app()["redirect_uris"], ["https://shop.example/api/auth/chutes/callback",
                                                       "https://other.example/api/auth/chutes/callback"])
        self.assertIn("NEXT_PUBLIC_APP_URL=\"https://other.example\"", self.env_file.read_text())

    def test_what_no_option_says_and_nobody_can_be_asked_is_named(self):
        self.assert_fails(self.run_program("setup", "--web", cwd=self.folder, start_new_session=True), 2,
                          "--name")
        self.assert_fails(self.run_program("setup", "--env-file", "x"), 2, "--env-file", "--web")
        self.assert_fails(self.web("--no-browser"), 2, "--no-browser", "--web")
        self.assert_fails(self.web("--redirect-uri", "shop.example"), 2, "redirect_uris")
        self.assertFalse(self.env_file.exists())
        self.assertIsNone(self.app())


class LoginPage(ProgramTest):
    """A sandbox that shows its login page, as the service does: nobody's browser is needed."""

    sandbox_options = ("--approve", "ask")

    def test_a_redirect_uri_is_accepted_without_anybody_signing_in(self):
        uri = self.registration["CHUTES_OAUTH_REDIRECT_URI"]
        result = self.run_program("app", "verify", "--json", cwd=self.folder)
        self.assertEqual(result.code, 0, result.stdout + result.stderr)
        accepted = [row["detail"] for row in result.json if row["check"] == "redirect_accepted"]
        self.assertEqual(accepted, uri.split())
        self.assertIn("several URIs", json.dumps(result.json))
