"""`setup` against the sandbox: registers a client for the user, once, and signs in with it."""

import socket

from harness import ProgramTest


class Setup(ProgramTest):
    def _environment(self):
        """Somebody who has an admin key and nothing else."""
        environment = super()._environment()
        for name in self.registration:
            del environment[name]
        return {**environment, "CHUTES_API_KEY": self.sandbox.variables["CHUTES_API_KEY"]}

    def client(self):
        return self.keyring.client()

    def test_one_command_registers_a_client_and_signs_in_with_it(self):
        result = self.run_program("setup")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertRegex(result.stderr, r"Registered the client 'chutes-login [0-9a-f]{6}' \(cid_")
        self.assertTrue(result.stdout.startswith("Signed in as ada (profile default)\n"), result.stdout)
        self.assertEqual(len(self.client()["redirect_uris"]), 10)
        self.assertTrue(self.client()["client_secret"].startswith("csc_"))
        self.assertNotIn(self.client()["client_secret"], result.stdout + result.stderr)

    def test_without_the_key_later_commands_need_nothing_more(self):
        self.assertEqual(self.run_program("setup").code, 0)
        for command in ("refresh", "login", "whoami"):
            result = self.run_program(command, env={"CHUTES_API_KEY": None})
            self.assertEqual(result.code, 0, result.stderr)

    def test_a_second_run_registers_nothing_and_signs_in_again(self):
        self.assertEqual(self.run_program("setup").code, 0)
        first = self.client()
        again = self.run_program("setup")
        self.assertEqual(again.code, 0, again.stderr)
        self.assertIn(first["client_id"], again.stderr)
        self.assertEqual(self.client(), first)
        self.assertEqual(len(self.registered()), 1)

    def take_ports(self, uris):
        for uri in uris:
            taken = socket.socket()
            self.addCleanup(taken.close)
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", int(uri.rsplit(":", 1)[1].split("/")[0])))
            taken.listen()

    def uris_of(self, client_id):
        return next(app["redirect_uris"] for app in self.sandbox.apps() if app["client_id"] == client_id)

    def change_uris(self, client_id, uris):
        app_id = next(app["app_id"] for app in self.sandbox.apps() if app["client_id"] == client_id)
        status, answer = self.sandbox.ask(f"/idp/apps/{app_id}", body={"redirect_uris": uris}, method="PATCH",
                                          credential=self.environment["CHUTES_API_KEY"])
        self.assertEqual(status, 200, answer)

    def test_where_every_registered_port_is_taken_a_second_run_adds_a_redirect_uri_and_drops_none(self):
        self.assertEqual(self.run_program("setup").code, 0)
        first = self.client()
        there = ["https://prod.example/callback", *first["redirect_uris"][:8]]
        self.change_uris(first["client_id"], there)
        self.take_ports(first["redirect_uris"])
        self.assert_fails(self.run_program("login", env={"CHUTES_API_KEY": None}), 4, "28417",
                          first["redirect_uris"][-1].rsplit(":", 1)[1].split("/")[0])
        again = self.run_program("setup")
        self.assertEqual(again.code, 0, again.stderr)
        after = self.client()
        self.assertEqual(after["client_id"], first["client_id"])
        self.assertEqual(after["redirect_uris"][:10], first["redirect_uris"])
        self.assertEqual(self.uris_of(first["client_id"]), [*there, after["redirect_uris"][10]])

    def test_where_no_redirect_uri_can_be_added_another_client_is_registered(self):
        self.assertEqual(self.run_program("setup").code, 0)
        first = self.client()
        self.take_ports(first["redirect_uris"])
        again = self.run_program("setup")
        self.assertEqual(again.code, 0, again.stderr)
        self.assertIn(first["client_id"], again.stderr)
        self.assertNotEqual(self.client()["client_id"], first["client_id"])
        self.assertEqual(self.uris_of(first["client_id"]), first["redirect_uris"])
        self.assertEqual(len(self.registered()), 2)

    def test_a_client_that_login_was_given_is_never_touched_and_can_be_had_again(self):
        theirs = self.registration
        client_id, secret = theirs["CHUTES_OAUTH_CLIENT_ID"], theirs["CHUTES_OAUTH_CLIENT_SECRET"]
        uris = [*theirs["CHUTES_OAUTH_REDIRECT_URI"].split(), "https://prod.example/callback"]
        self.change_uris(client_id, uris)
        login = self.run_program("login", "--client-id", client_id, "--client-secret-stdin", "--redirect-uri", uris[0],
                                 stdin=secret)
        self.assertEqual(login.code, 0, login.stderr)
        before = next(app for app in self.sandbox.apps() if app["client_id"] == client_id)
        self.take_ports(uris[:2])
        result = self.run_program("setup")
        self.assertEqual(result.code, 0, result.stderr)
        self.assertIn(f"login --client-id {client_id} --redirect-uri {uris[0]}", result.stderr)
        self.assertNotIn(secret, result.stdout + result.stderr)
        self.assertEqual(next(app for app in self.sandbox.apps() if app["client_id"] == client_id), before)
        self.assertEqual(len(self.registered()), 1)
        self.assertEqual(self.client()["client_id"], self.registered()[0]["client_id"])
        kept = [item for attributes, item in self.keyring.entries() if attributes.get("kind") == f"client:{client_id}"]
        self.assertEqual(kept, [secret])

    def test_another_name_registers_another_client_and_the_same_name_does_not(self):
        self.assertEqual(self.run_program("setup").code, 0)
        first = self.client()["client_id"]
        name = f"chutes-login named {first[-12:]}"
        for _ in range(2):
            result = self.run_program("setup", "--name", name)
            self.assertEqual(result.code, 0, result.stderr)
            self.assertEqual(sorted(app["name"] == name for app in self.registered()), [False, True])
        second = next(app for app in self.registered() if app["name"] == name)
        self.assertEqual(self.client()["client_id"], second["client_id"])
        self.assertIn(second["client_id"], result.stderr)

    def test_the_key_can_come_from_standard_input_and_is_neither_kept_nor_shown(self):
        key = self.environment["CHUTES_API_KEY"]
        result = self.run_program("setup", "--api-key-stdin", stdin=key + "\n", env={"CHUTES_API_KEY": None})
        self.assertEqual(result.code, 0, result.stderr)
        self.assertNotIn(key, result.stdout + result.stderr)
        self.assertNotIn(key, [secret for _, secret in self.keyring.entries()])

    def test_a_key_without_admin_rights_is_explained(self):
        self.assert_fails(self.run_program("setup", env={"CHUTES_API_KEY": "cpk_" + "x" * 32}), 8, "admin api key")
        self.assertEqual(self.registered(), [])

    def test_a_key_as_an_option_s_value_is_refused_and_not_repeated(self):
        result = self.run_program("setup", "--api-key", "cpk_" + "x" * 32)
        self.assert_fails(result, 2)
        self.assertNotIn("xxxx", result.stderr)

    def registered(self):
        """The clients that setup has registered in this test's sandbox, by the names it gives."""
        return [app for app in self.sandbox.apps() if app["name"].startswith("chutes-login ")
                and app["name"] not in self.known]

    def setUp(self):
        super().setUp()
        self.known = {app["name"] for app in self.sandbox.apps()}
