"""The sandbox as a service for the clients that people call models with, as npm has them."""

import pathlib
import subprocess
import unittest

from harness import PATIENCE, Sandbox, bare_environment

FOLDER = pathlib.Path(__file__).resolve().with_name("openai_clients")


class OpenAIClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not (FOLDER / "node_modules").is_dir():
            raise AssertionError("npm's clients are missing: tests/run.sh installs them")

    def run_client(self, name, *options, without=()):
        sandbox = Sandbox(*options)
        self.addCleanup(sandbox.close)
        known = {key: value for key, value in sandbox.variables.items() if key not in without}
        return subprocess.run(["node", "--test", "--test-reporter=spec", f"{name}.test.mjs"], cwd=FOLDER, text=True,
                              env={**bare_environment(), **known}, capture_output=True, timeout=4 * PATIENCE, check=False)

    def assert_passes(self, name, *options, **more):
        result = self.run_client(name, *options, **more)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_openai_s_own_client_passes_in_both_versions(self):
        self.assert_passes("openai")

    def test_vercel_s_ai_passes_with_its_provider_for_such_services(self):
        self.assert_passes("ai")

    def test_langchain_s_client_passes(self):
        self.assert_passes("langchain")

    def test_over_tls_the_printed_variables_make_node_trust_the_sandbox(self):
        self.assert_passes("langchain", "--tls")
        distrustful = self.run_client("langchain", "--tls", without=("NODE_EXTRA_CA_CERTS",))
        self.assertNotEqual(distrustful.returncode, 0, distrustful.stdout)


if __name__ == "__main__":
    unittest.main()
