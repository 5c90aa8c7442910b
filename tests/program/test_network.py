"""The network's bad days, and TLS with a certificate this machine does not know."""

import unittest

from harness import ProgramTest, Sandbox, free_port


class NoNetwork(ProgramTest):
    def setUp(self):
        super().setUp()
        nowhere = f"http://127.0.0.1:{free_port()}"
        self.offline = {"CHUTES_API_URL": nowhere, "CHUTES_IDP_BASE_URL": nowhere, "CHUTES_LLM_URL": nowhere,
                        "CHUTES_HOST_TEMPLATE": nowhere + "/_host/{host}"}

    def test_a_server_that_is_gone_is_5_for_every_command_and_the_session_stays(self):
        gone = Sandbox("--approve", "auto")
        env = {**gone.variables, **gone.register([f"http://127.0.0.1:{self.ports[0]}/callback"]), "CHUTES_API_KEY": None}
        self.sign_in("--quiet", env=env)
        gone.close()
        for command in (["whoami"], ["balance"], ["refresh"], ["invoke", "-m", "any/model", "hello"]):
            with self.subTest(command):
                self.assert_fails(self.run_program(*command, env=env), 5, "127.0.0.1", "hint:")
        self.assertIsNotNone(self.keyring.session())

    def test_a_name_that_does_not_exist_is_5(self):
        env = {"CHUTES_API_URL": "https://no-such-host.invalid", "CHUTES_IDP_BASE_URL": "https://no-such-host.invalid",
               "CHUTES_ACCESS_TOKEN": "cak_x"}
        self.assert_fails(self.run_program("whoami", env=env), 5, "no-such-host.invalid", "hint:")

    def test_the_failure_in_json_names_its_kind(self):
        error = self.run_program("whoami", "--json", env={**self.offline, "CHUTES_ACCESS_TOKEN": "cak_x"}).error
        self.assertEqual((error["kind"], error["exit_code"]), ("network", 5))

    def test_plain_http_beyond_this_machine_is_refused_before_anything_is_sent(self):
        env = {"CHUTES_API_URL": "http://api.chutes.invalid", "CHUTES_IDP_BASE_URL": "http://api.chutes.invalid",
               "CHUTES_ACCESS_TOKEN": "cak_x"}
        self.assert_fails(self.run_program("whoami", env=env), 2, "http")


class Tls(ProgramTest):
    sandbox_options = ("--approve", "auto", "--tls")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.certificate = cls.sandbox.variables["SSL_CERT_FILE"]

    def test_the_whole_flow_works_over_tls_with_the_sandbox_s_certificate(self):
        self.sign_in("--quiet")
        self.assertEqual(self.run_program("whoami").code, 0)
        self.assertEqual(self.run_program("refresh").code, 0)

    def test_a_certificate_nobody_vouches_for_is_5_and_no_request_is_sent(self):
        before = len(self.sandbox.log())
        env = {"SSL_CERT_FILE": None, "CHUTES_ACCESS_TOKEN": "cak_secret"}
        result = self.run_program("whoami", env=env)
        self.assert_fails(result, 5, "certificate", "hint:")
        self.assertEqual(len(self.sandbox.log()), before)

    def test_a_refresh_at_a_server_that_is_not_trusted_tells_it_nothing_and_keeps_the_session(self):
        self.sign_in("--quiet")
        kept, before = self.keyring.session(), len(self.sandbox.log())
        self.assert_fails(self.run_program("refresh", env={"SSL_CERT_FILE": None}), 5, "could not trust", "hint:")
        self.assertEqual(len(self.sandbox.log()), before)
        self.assertEqual(self.keyring.session()["refresh_token"], kept["refresh_token"])
        self.assertEqual(self.run_program("refresh").code, 0)

    def test_login_finds_the_wrong_certificate_before_the_browser_opens_or_ends_with_5(self):
        result = self.run_program("login", "--wait", "10s", env={"SSL_CERT_FILE": None})
        self.assert_fails(result, 5, "certificate")
        self.assertIsNone(self.keyring.session())


if __name__ == "__main__":
    unittest.main()
