"""The recipe of the sandbox's manual that leads a Node.js program with the service's addresses to the sandbox."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

from harness import LOGIN, PATIENCE, ROOT, SANDBOX, ProgramTest, Sandbox, bare_environment

# Stands for the network: tells where a request would go.
SPY = """
globalThis.fetch = async (target, options) => [target.url ?? target, target.method ?? options?.method ?? 'GET'];
"""

# Where requests go that the recipe has mapped, each written in the three forms that fetch takes.
ASK = """
const answers = [];
for (const url of JSON.parse(process.argv[2])) {
  answers.push([await fetch(url), await fetch(new URL(url)), await fetch(new Request(url, { method: 'POST', body: '{}' }))]);
}
console.log(JSON.stringify(answers));
"""

# What the scripts of the official SDK ask, and a chat.
SCRIPT = """
const bearer = { Authorization: `Bearer ${process.env.CHUTES_API_KEY}`, 'Content-Type': 'application/json' };
const post = (url, body) => fetch(url, { method: 'POST', headers: bearer, body: JSON.stringify(body) });
const account = await fetch('https://api.chutes.ai/users/me', { headers: bearer });
const app = await post('https://api.chutes.ai/idp/apps', { name: 'Script', redirect_uris: ['http://localhost:3000/cb'] });
const discovered = await fetch(new URL('https://idp.chutes.ai/.well-known/openid-configuration'));
const chat = { model: 'deepseek-ai/DeepSeek-V3.2-TEE', messages: [{ role: 'user', content: 'hi' }] };
const answer = await fetch(new Request('https://llm.chutes.ai/v1/chat/completions',
  { method: 'POST', headers: bearer, body: JSON.stringify(chat) }));
console.log(JSON.stringify([(await account.json()).username, (await app.json()).name, discovered.status,
  (await answer.json()).choices[0].message.content]));
"""


class SandboxManual(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="chutes-manual.")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        shown = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=200", ROOT / "man/chutes-sandbox.1"], check=True,
                               capture_output=True, text=True).stdout
        shown = re.sub(".\b", "", shown)  # bold and underlined
        self.recipe = re.search(r"^ *cat >(sandbox-hosts\.mjs) <<END\n(.*?)^ *END$.*?^ *(NODE_OPTIONS=\"(--import \./\S+)\")", shown,
                                re.DOTALL | re.MULTILINE)
        self.write(self.recipe.group(1), self.recipe.group(2))

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def node(self, script, variables, *words, imports=""):
        self.write("script.mjs", script)
        environment = {**bare_environment(), **variables, "NODE_OPTIONS": f"{imports} {self.recipe.group(4)}"}
        result = subprocess.run(["node", "script.mjs", *words], cwd=self.folder, env=environment, capture_output=True, text=True,
                                timeout=PATIENCE, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def test_every_host_of_the_service_is_mapped_and_no_other(self):
        variables = {"CHUTES_API_URL": "http://127.0.0.1:1", "CHUTES_HOST_TEMPLATE": "http://127.0.0.1:1/_host/{host}"}
        rows = {
            "https://api.chutes.ai/users/me?a=b": "http://127.0.0.1:1/users/me?a=b",
            "https://idp.chutes.ai/idp/scopes": "http://127.0.0.1:1/idp/scopes",
            "https://llm.chutes.ai/v1/models": "http://127.0.0.1:1/_host/llm/v1/models",
            "https://lm.chutes.ai/v1/models": "http://127.0.0.1:1/_host/lm/v1/models",
            "https://chutes-echo.chutes.ai/echo": "http://127.0.0.1:1/_host/chutes-echo/echo",
        }
        for other in ("https://chutes.ai/", "https://api.chutes.ai.example/", "https://a.api.chutes.ai/",
                      "https://api.chutes.aid/", "https://example.com/?to=https://api.chutes.ai/", "http://localhost/x"):
            rows[other] = other
        self.write("spy.mjs", SPY)
        answers = self.node(ASK, variables, json.dumps(list(rows)), imports="--import ./spy.mjs")
        self.assertEqual(answers, [[[there, "GET"], [there, "GET"], [there, "POST"]] for there in rows.values()])

    def test_a_script_with_the_service_s_addresses_runs_against_the_sandbox(self):
        for options in ((), ("--tls",)):
            with self.subTest(options=options):
                sandbox = Sandbox("--approve", "auto", *options)
                self.addCleanup(sandbox.close)
                self.assertEqual(self.node(SCRIPT, sandbox.variables), ["ada", "Script", 200, "You said: hi"])
                self.assertEqual([entry["status"] for entry in sandbox.log()], [200] * 4)


class Recipe(ProgramTest):
    """How to sign in to a sandbox without a person, as the manual and the README say it, run as a script."""

    def blocks(self):
        manual = re.search(r"^\.Bd -literal[^\n]*\n(rm -f sandbox\.env\n.*?)^\.Ed$", (ROOT / "man/chutes-sandbox.1").read_text(),
                           re.DOTALL | re.MULTILINE).group(1)
        readme = re.search(r"```console\n(\$ rm -f sandbox\.env\n.*?)```", (ROOT / "README.md").read_text(), re.DOTALL).group(1)
        self.assertIn("BROWSER='curl -sLo /dev/null %s' chutes-login login", readme)
        return {"manual": manual, "README": re.sub(r"^\$ ", "", readme, flags=re.MULTILINE)}

    def test_it_signs_in_also_where_an_earlier_sandbox_left_its_variables(self):
        programs = self.folder / "programs"
        programs.mkdir()
        (programs / "chutes-login").symlink_to(LOGIN)
        (programs / "chutes-sandbox").symlink_to(SANDBOX)
        own = {name: None for name in self.environment if name.startswith("CHUTES_")}
        own |= {"PATH": f"{programs}:{self.environment['PATH']}", "BROWSER": "curl -sLo /dev/null %s"}
        for where, block in self.blocks().items():
            for stale in (False, True):
                with self.subTest(where, stale=stale):
                    self.keyring.clear()
                    (self.folder / "sandbox.env").unlink(missing_ok=True)
                    if stale:
                        (self.folder / "sandbox.env").write_text("export CHUTES_API_URL='http://127.0.0.1:1'\n# ready\n")
                    script = "trap 'kill %1' EXIT\nset -m\n" + block + "chutes-login whoami --json\n"
                    result = self.run_program("-e", "-c", script, program="bash", cwd=self.folder, env=own)
                    self.assertEqual(result.code, 0, result.stdout + result.stderr)
                    self.assertIn('"username":"ada"', result.stdout.replace('": "', '":"'))


if __name__ == "__main__":
    unittest.main()
