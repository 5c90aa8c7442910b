"""Several profiles side by side: listing, choosing and removing them, and the configuration file."""

import subprocess
import unittest

from harness import LOGIN, ProgramTest
from test_doors import Typist


class Profiles(ProgramTest):
    def setUp(self):
        super().setUp()
        self.sign_in("--quiet")
        self.sign_in("--quiet", "--profile", "work")
        self.configuration = self.folder / "home/.config/chutes-login/config.toml"

    def names(self):
        listed = self.run_program("profile", "list", "--json")
        self.assertEqual(listed.code, 0, listed.stderr)
        return {profile["name"]: profile["default"] for profile in listed.json}

    def test_list_shows_what_is_stored_and_asks_no_network(self):
        before = len(self.sandbox.log())
        self.assertEqual(self.names(), {"default": True, "work": False})
        first = self.run_program("profile", "list", "--json").json[0]
        self.assertEqual((first["state"], first["signed_in"], first["store"]), ("signed in", True, "keychain"))
        self.assertTrue({"username", "scope", "expires_at", "expires_in", "client_id", "issuer"} <= first.keys(), first)
        self.assertEqual(len(self.sandbox.log()), before)

    def test_use_chooses_the_profile_of_later_commands(self):
        self.assertEqual(self.run_program("profile", "use", "work").code, 0)
        self.assertEqual(self.configuration.read_text(), 'profile = "work"\n')
        self.assertEqual(self.names(), {"default": False, "work": True})
        self.assertEqual(self.run_program("status", "--json").json["profiles"][0]["name"], "work")
        self.assertEqual(self.run_program("profile", "use", "default").code, 0)
        self.assertEqual(self.names(), {"default": True, "work": False})

    def test_a_configuration_that_others_can_read_is_read_and_one_that_they_can_write_is_not(self):
        self.configuration.parent.mkdir(parents=True, mode=0o755)
        elsewhere = self.folder / "dotfiles.toml"
        elsewhere.write_text("profile = 'work' # by day\n")
        elsewhere.chmod(0o644)
        self.configuration.symlink_to(elsewhere)
        self.assertEqual(self.names(), {"default": False, "work": True})
        elsewhere.chmod(0o666)
        self.assertEqual(self.names(), {"default": True, "work": False})
        self.assertIn("chmod go-w", self.run_program("profile", "list").stderr)
        self.assert_fails(self.run_program("profile", "use", "work"), 2, "config.toml", "chmod go-w")
        self.assertEqual(elsewhere.read_text(), "profile = 'work' # by day\n")

    def test_a_broken_configuration_is_named_with_its_line(self):
        self.configuration.parent.mkdir(parents=True, mode=0o700)
        self.configuration.write_text("# mine\nprofil = 'work'\n")
        self.assert_fails(self.run_program("token"), 2, f"{self.configuration}, line 2", "profil")
        self.assertEqual(self.run_program("--help").code, 0)

    def test_remove_revokes_both_tokens_and_forgets_the_registration(self):
        session = self.keyring.session("work")
        result = self.run_program("profile", "remove", "work", "--yes")
        self.assertEqual((result.code, result.stdout), (0, "Removed profile work.\n"), result.stderr)
        for token in ("access_token", "refresh_token"):
            self.assertFalse(self.sandbox.introspect(session[token])["active"])
        self.assertEqual({attributes["profile"] for attributes, _ in self.keyring.entries()}, {"default"})

    def test_remove_asks_on_the_terminal(self):
        for answer, code, kept in (("n", 2, {"default", "work"}), ("y", 0, {"default"})):
            person = Typist(["profile", "remove", "work"], self.environment)
            self.addCleanup(person.close)
            person.read_until(": $")
            self.assertTrue(person.echoes())
            person.type(answer + "\n")
            self.assertEqual(person.result(), code, person.seen)
            self.assertEqual({attributes["profile"] for attributes, _ in self.keyring.entries()}, kept)

    def test_remove_without_a_terminal_wants_the_option_that_answers(self):
        result = self.run_program("profile", "remove", "work", start_new_session=True)
        self.assert_fails(result, 2, "--yes")
        self.assertIsNotNone(self.keyring.session("work"))

    def test_a_profile_that_does_not_exist_is_3_and_names_those_that_do(self):
        self.assert_fails(self.run_program("profile", "use", "wrok"), 3, "default, work")

    def offered(self, words):
        """What bash offers after these words, of which the last is not finished."""
        script = f'source <("{LOGIN}" completion bash); COMP_LINE="chutes-login {words}"; ' \
                 f'COMP_WORDS=(chutes-login {words}); COMP_CWORD={len(words.split())}; _chutes_login; echo "${{COMPREPLY[*]}}"'
        done = subprocess.run(["bash", "-c", script], env=self.environment, capture_output=True, text=True, check=True,
                              timeout=30)
        return done.stdout.strip()

    def test_the_completion_offers_the_profiles_that_were_listed(self):
        self.names()
        for words in ("profile use w", "--profile w"):
            self.assertEqual(self.offered(words), "work")

    def test_the_completion_offers_a_profile_from_its_sign_in_on(self):
        self.sign_in("--profile", "brand.new")
        self.assertEqual(self.offered("--profile b"), "brand.new")

    def test_without_a_keyring_the_commands_say_so(self):
        for words in (["list"], ["use", "work"], ["remove", "work", "--yes"]):
            with self.subTest(words):
                result = self.run_program("profile", *words, env={"DBUS_SESSION_BUS_ADDRESS": None})
                self.assert_fails(result, 7, "hint:")


if __name__ == "__main__":
    unittest.main()
