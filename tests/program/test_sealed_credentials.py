"""The passphrase of an encrypted store as a credential sealed for the user: the README's recipe, run as it stands there."""

import os
import re
import shutil
import subprocess
import unittest

from harness import PATIENCE, ROOT, LOGIN, ProgramTest

OLDEST = 256  # the first systemd whose credentials can be sealed for a user


def blocks():
    """Returns the shell scripts of the README that use systemd-creds, in their order: sealing, and passing on."""
    return [block for block in re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
            if "systemd-creds" in block]


def version():
    if shutil.which("systemd-creds") is None:
        return 0
    told = subprocess.run(["systemd-creds", "--version"], capture_output=True, text=True, check=False).stdout
    return int(re.match(r"systemd (\d+)|", told).group(1) or 0)


class Recipe(unittest.TestCase):
    def test_the_readme_seals_once_and_passes_on_through_a_pipe(self):
        seal, use = blocks()
        self.assertIn("encrypt --user", seal)
        self.assertIn("decrypt --user", use)
        self.assertIn("CHUTES_STORE_PASSPHRASE_FILE=/dev/stdin", use)


@unittest.skipIf(version() < OLDEST, f"systemd-creds --user needs systemd {OLDEST}, and this is {version() or 'none'}")
class Sealed(ProgramTest):
    def setUp(self):
        super().setUp()
        programs = self.folder / "programs"
        programs.mkdir()
        (programs / "chutes-login").symlink_to(LOGIN)
        asked = programs / "systemd-ask-password"  # nobody types here
        asked.write_text("#!/bin/sh\nprintf 'correct horse battery staple'\n")
        asked.chmod(0o755)
        # Root would create the machine's own key; this is the test's.
        self.environment |= {"DBUS_SESSION_BUS_ADDRESS": None, "PATH": f"{programs}:{os.environ['PATH']}",
                             "SYSTEMD_CREDENTIAL_SECRET": str(self.folder / "host-key")}
        self.sealed = self.folder / "home/.config/credstore.encrypted/chutes-login-passphrase"
        seal, self.use = blocks()
        done = self.bash(seal)
        if done.code != 0:
            self.skipTest("systemd-creds cannot seal for this user here: " + done.stderr.strip())

    def bash(self, script):
        return self.run_program("-e", "-o", "pipefail", "-c", script, program="bash", patience=PATIENCE)

    def test_a_session_is_stored_used_and_refreshed_with_the_sealed_passphrase(self):
        for command in ("login --quiet", "token", "refresh", "token --json", "logout"):
            with self.subTest(command):
                done = self.bash(self.use.replace("chutes-login token", f"chutes-login {command}"))
                self.assertEqual(done.code, 0, done.stderr)
                self.assertNotIn("correct horse", done.stdout + done.stderr)
        self.assertNotIn(b"correct horse", self.sealed.read_bytes())

    def test_a_credential_of_another_name_is_not_taken(self):
        self.assertEqual(self.bash(self.use.replace("chutes-login token", "chutes-login login --quiet")).code, 0)
        done = self.bash(self.use.replace("--name=chutes-login-passphrase", "--name=another"))
        self.assertNotEqual(done.code, 0)
        self.assertEqual(done.stdout, "")
