"""Bad days of a sign-in: each ends with a sentence, a hint, the documented exit code, and nothing left behind."""

import os
import signal
import socket
import time
import unittest

from harness import ProgramTest, eventually, free_port, listening


class NothingLeft(ProgramTest):
    """Whatever went wrong: no listener is left, and nobody is signed in."""

    def tearDown(self):
        self.assert_nobody_listens()
        self.assertIsNone(self.keyring.session())


class Refused(NothingLeft):
    def test_nobody_answers_in_time(self):
        self.browser.plan(visits=False)
        started = time.monotonic()
        result = self.run_program("login", "--wait", "1s")
        self.assert_fails(result, 4, "hint:")
        self.assertLess(time.monotonic() - started, 5)

    def test_an_unregistered_redirect_uri_is_a_page_in_the_browser_and_a_hint_here(self):
        other = free_port()
        uri = f"http://127.0.0.1:{other}/callback"
        result = self.run_program("login", "--wait", "2s", env={"CHUTES_OAUTH_REDIRECT_URI": uri})
        self.assertEqual(self.browser.last_page["status"], 400)
        self.assertIn("invalid_redirect_uri", self.browser.last_page["text"])
        self.assert_fails(result, 4, "hint:", uri)
        self.assertFalse(listening(other))

    def test_a_wrong_client_id_is_a_page_in_the_browser_and_a_hint_here(self):
        result = self.run_program("login", "--wait", "2s",
                                  env={"CHUTES_OAUTH_CLIENT_ID": "cid_doesnotexist000000000000"})
        self.assertIn("invalid_client", self.browser.last_page["text"])
        self.assert_fails(result, 4, "hint:", "client")

    def test_a_wrong_client_secret_is_told_and_the_browser_does_not_say_success(self):
        wrong = "csc_" + "x" * 48
        result = self.run_program("login", env={"CHUTES_OAUTH_CLIENT_SECRET": wrong})
        self.assert_fails(result, 2, "secret", "hint:")
        self.assertNotIn(wrong, result.stdout + result.stderr)
        self.assertNotIn("you are signed in", self.browser.last_page["text"].lower())

    def test_a_scope_that_needs_registration_is_named_before_the_service_refuses_it(self):
        result = self.run_program("login", "--scope", "openid", "--scope", "billing:read")
        self.assert_fails(result, 4, "billing:read")
        self.assertIn("error=invalid_scope", " ".join(page["url"] for page in self.browser.diary("page")))


class RefusedBeforeTheBrowserOpens(NothingLeft):
    def tearDown(self):
        self.assertEqual(self.browser.diary(), [])
        self.assertEqual(self.sandbox.log("/idp/authorize"), [])
        super().tearDown()

    def test_an_unknown_scope_is_named(self):
        result = self.run_program("login", "--scope", "openid", "--scope", "chutes:fly")
        self.assertIn(result.code, (2, 8), result.stderr)
        self.assertIn("chutes:fly", result.stderr)

    def test_a_one_chute_scope_is_named(self):
        scope = "chutes:2f1d0f0e-0000-4000-8000-000000000000:invoke"
        result = self.run_program("login", "--scope", scope)
        self.assertIn(result.code, (2, 8), result.stderr)
        self.assertIn(scope, result.stderr)

    def test_a_missing_client_secret_stops_with_the_way_to_get_one(self):
        result = self.run_program("login", env={"CHUTES_OAUTH_CLIENT_SECRET": None})
        self.assert_fails(result, 2, "secret", "hint:")

    def test_no_registration_at_all_stops_with_the_way_to_get_one(self):
        result = self.run_program("login", env={name: None for name in self.registration})
        self.assert_fails(result, 2, "hint:", "CHUTES_OAUTH_CLIENT_ID")

    def test_a_full_port_ladder_names_who_holds_the_ports(self):
        with socket.create_server(("127.0.0.1", self.ports[0])), socket.create_server(("127.0.0.1", self.ports[1])):
            result = self.run_program("login")
        self.assert_fails(result, 4, str(self.ports[0]), str(self.ports[1]), str(os.getpid()), "hint:")

    def test_a_port_squatted_on_the_other_family_of_localhost_counts_as_taken(self):
        with socket.create_server(("::1", self.ports[0]), family=socket.AF_INET6):
            result = self.run_program(
                "login", env={"CHUTES_OAUTH_REDIRECT_URI": f"http://localhost:{self.ports[0]}/callback"})
        self.assert_fails(result, 4, str(self.ports[0]))

    def test_a_client_id_with_a_mistyped_option_is_a_usage_error(self):
        self.assert_fails(self.run_program("login", "--no-such-option"), 2, "--no-such-option")

    def test_a_secret_on_the_command_line_is_refused_and_not_repeated(self):
        result = self.run_program("whoami", "--api-key", "cpk_verysecret")
        self.assertEqual(result.code, 2, result.stderr)
        self.assertNotIn("cpk_verysecret", result.stdout + result.stderr)


class Interrupted(ProgramTest):
    def waiting_login(self, *arguments):
        self.browser.plan(visits=False)
        running = self.start("login", *arguments)
        eventually(lambda: listening(self.ports[0]) and self.browser.diary("finished"), "login waits for the browser")
        return running

    def test_control_c_ends_at_once_and_leaves_no_listener(self):
        running = self.waiting_login()
        started = time.monotonic()
        running.signal(signal.SIGINT)
        self.assertEqual(running.result().code, 130)
        self.assertLess(time.monotonic() - started, 5)
        self.assert_nobody_listens()

    def test_termination_ends_with_143_and_leaves_no_listener(self):
        running = self.waiting_login()
        running.signal(signal.SIGTERM)
        self.assertEqual(running.result().code, 143)
        self.assert_nobody_listens()

    def test_a_killed_login_leaves_the_port_free_at_once(self):
        running = self.waiting_login()
        running.signal(signal.SIGKILL)
        running.result()
        self.browser.plan()
        self.sign_in()

    def test_the_listener_is_on_the_loopback_address_only(self):
        running = self.waiting_login()
        wanted = f":{self.ports[0]:04X}"
        with open("/proc/net/tcp", encoding="ascii") as table:
            listeners = [line.split()[1] for line in table if line.split()[3] == "0A" and wanted in line.split()[1]]
        self.assertEqual(listeners, ["0100007F" + wanted])
        running.signal(signal.SIGINT)
        running.result()


class Denied(ProgramTest):
    sandbox_options = ("--approve", "deny")

    def test_a_denial_in_the_browser_ends_with_4(self):
        result = self.run_program("login")
        self.assert_fails(result, 4, "declined", "hint:")
        self.assertIsNone(self.keyring.session())
        self.assert_nobody_listens()
        self.assertNotIn("you are signed in", self.browser.last_page["text"].lower())

    def test_a_denial_in_json_names_its_kind(self):
        error = self.run_program("login", "--json").error
        self.assertEqual((error["kind"], error["exit_code"]), ("not_authorized", 4))


if __name__ == "__main__":
    unittest.main()
