"""doctor against the sandbox, with a keychain that works or does not, and with failures."""

import socket
import unittest

from harness import ProgramTest, free_port

CHECKS = ["configuration", "browser", "loopback", "ports", "keychain", "proxy", "network", "clock", "discovery", "models",
          "session", "completion"]


class Doctor(ProgramTest):
    def findings(self, code, *arguments, **options):
        """The results by check; all checks are always there, in their order."""
        result = self.run_program("doctor", "--json", *arguments, **options)
        self.assertEqual(result.code, code, result.stdout + result.stderr)
        self.assertEqual([finding["check"] for finding in result.json], CHECKS)
        self.result = result
        return {finding["check"]: finding for finding in result.json}

    def assert_found(self, findings, check, verdict, *phrases):
        self.assertEqual(findings[check]["result"], verdict, findings[check])
        for phrase in phrases:
            self.assertIn(phrase, findings[check]["detail"] + findings[check].get("hint", ""))

    def test_after_a_sign_in_nothing_is_broken_and_nothing_is_left_behind(self):
        self.sign_in()
        before = self.keyring.entries()
        session = self.keyring.session()
        findings = self.findings(0)
        self.assertEqual({name for name, finding in findings.items() if finding["result"] in ("failed", "skipped")},
                         {"completion"})  # SHELL is not set
        self.assert_found(findings, "session", "ok", "signed in as ada")
        self.assertEqual(self.keyring.entries(), before)
        self.assert_nobody_listens()
        for secret in (session["access_token"], session["refresh_token"]):
            self.assertNotIn(secret, self.result.stdout + self.result.stderr)

    def test_the_listener_s_round_trip_is_a_real_one(self):
        findings = self.findings(0, "-vv")
        self.assert_found(findings, "loopback", "ok", "127.0.0.1", " ms")
        self.assertRegex(self.result.stderr, r"GET http://127\.0\.0\.1:\d+/[\w-]{22}")

    def test_without_a_keychain_all_else_is_looked_at_and_the_exit_code_is_7(self):
        findings = self.findings(7, env={"DBUS_SESSION_BUS_ADDRESS": None})
        self.assert_found(findings, "keychain", "failed", "no keychain is running", "--store file")
        self.assert_found(findings, "session", "skipped", "no keychain is running")
        self.assert_found(findings, "models", "ok")
        self.assertEqual(self.result.error["kind"], "keychain")

    def test_a_clock_that_is_wrong_is_told_with_the_command_that_sets_it(self):
        with self.sandbox.fault("/.well-known/openid-configuration:skew=7200"):
            findings = self.findings(4)
        self.assert_found(findings, "clock", "failed", "this computer's clock is", "behind the server's", "timedatectl")
        with self.sandbox.fault("/.well-known/openid-configuration:skew=-60"):
            self.assert_found(self.findings(0), "clock", "warning", "ahead of")

    def test_ports_that_are_taken_are_named_with_their_holder(self):
        with socket.create_server(("127.0.0.1", self.ports[0])):
            self.assert_found(self.findings(0), "ports", "ok", "1 of 2 ", str(self.ports[0]), "python3")
            with socket.create_server(("127.0.0.1", self.ports[1])):
                self.assert_found(self.findings(4), "ports", "failed", "0 of 2 ")

    def test_a_service_that_is_dead_is_a_network_failure_and_ends_the_wait_for_the_rest(self):
        gone = f"http://127.0.0.1:{free_port()}"
        findings = self.findings(5, env={"CHUTES_API_URL": gone, "CHUTES_IDP_BASE_URL": gone, "CHUTES_LLM_URL": gone})
        self.assert_found(findings, "network", "failed", "connection refused")
        self.assert_found(findings, "clock", "skipped")
        self.assert_found(findings, "models", "failed")

    def test_a_session_that_the_server_has_ended_is_a_failure_with_code_3(self):
        self.sign_in()
        session = self.keyring.session()
        self.sandbox.ask("/idp/token/revoke", form={"token": session["refresh_token"]})
        self.assert_found(self.findings(0), "session", "warning", "refresh token", "login")
        self.sandbox.ask("/idp/token/revoke", form={"token": session["access_token"]})
        self.assert_found(self.findings(3), "session", "failed", "profile default", "login")

    def test_an_error_page_instead_of_models_or_discovery_is_told(self):
        with self.sandbox.fault("/v1/models:html=502"):
            self.assert_found(self.findings(6), "models", "failed", "status 502")
        with self.sandbox.fault("/.well-known/openid-configuration:html=502"):
            self.assert_found(self.findings(0), "discovery", "warning", "status 502")

    def test_the_completion_of_the_user_s_shell_is_looked_for_where_that_shell_looks(self):
        self.assert_found(self.findings(0, env={"SHELL": "/usr/bin/fish"}), "completion", "warning",
                          "chutes-login completion fish >")
        place = self.folder / "home/.config/fish/completions"
        place.mkdir(parents=True)
        (place / "chutes-login.fish").write_text(self.run_program("completion", "fish").stdout)
        self.assert_found(self.findings(0, env={"SHELL": "/usr/bin/fish"}), "completion", "ok", str(place))

    def test_in_a_pipe_it_is_one_line_a_check_and_an_early_reader_ends_it_quietly(self):
        result = self.run_program("doctor")
        self.assertEqual([line.split("\t")[1] for line in result.stdout.splitlines()], CHECKS)
        self.assertEqual({len(line.split("\t")) for line in result.stdout.splitlines()}, {4})


if __name__ == "__main__":
    unittest.main()
