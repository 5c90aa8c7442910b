"""The recipes for pipelines (packaging/recipes/), each run as its runner would run it, against the sandbox."""

import http.server
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading

from app_owner import AppTest
from canaries import Canaries
from harness import LOGIN, PATIENCE, ROOT, bare_environment

RECIPES = ROOT / "packaging/recipes"


def script_lines(text, key):
    """What stands behind `key:` in a YAML file of ours: one line, or a list whose items may be blocks."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.strip() == f"{key}:")
    indent = len(lines[start]) - len(lines[start].lstrip())
    items = []
    for line in lines[start + 1:]:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        if line.startswith(" " * (indent + 2) + "- "):
            items.append(line[indent + 4:])
        else:
            items[-1] += "\n" + line[indent + 4:]
    return [item.removeprefix("|\n") for item in items]


def steps_of(text):
    """The steps of a workflow of ours that run something: {name, if, env, run}."""
    steps = []
    for part in text.split("      - ")[1:]:
        step = {"env": dict(re.findall(r"^ {10}(\w+): (.+)$", part, re.MULTILINE))}
        for key in ("name", "id", "if", "run"):
            if found := re.search(rf"^(?: {{8}})?{key}: (.+)$", part, re.MULTILINE):
                step[key] = found.group(1)
        if "run" in step:
            steps.append(step)
    return steps


class Runner:
    """A GitHub runner, as far as a step can tell: expressions, outputs in a file, masks heard on standard output."""

    def __init__(self, folder, environment, secrets):
        self.folder, self.environment, self.secrets = folder, environment, secrets
        self.outputs, self.masks, self.log = {}, [], ""

    def value(self, expression):
        place = re.fullmatch(r"\$\{\{ (secrets|steps\.\w+\.outputs)\.(\w+) \}\}", expression)
        return self.secrets[place.group(2)] if place.group(1) == "secrets" else self.outputs.get(place.group(2), "")

    def run(self, step):
        if "if" in step:
            name, _ = re.fullmatch(r"steps\.\w+\.outputs\.(\w+) (!=) ''", step["if"]).groups()
            if not self.outputs.get(name):
                return None
        output = self.folder / "github-output"
        output.write_text("")
        environment = {**self.environment, "GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_OUTPUT": str(output),
                       **{name: self.value(value) for name, value in step["env"].items()}}
        ended = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", step["run"]], env=environment, cwd=self.folder,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE)
        self.hear(ended.stdout.decode())
        self.outputs |= dict((name, value) for name, _, value in
                             re.findall(r"^(\w+)<<(.+)\n(.*)\n\2$", output.read_text(), re.MULTILINE))
        return ended.returncode

    def hear(self, text):
        """Masks count from where they are said; everything else is for everybody to read."""
        for line in text.splitlines():
            if line.startswith("::add-mask::"):
                self.masks.append(line.removeprefix("::add-mask::"))
                continue
            for mask in self.masks:
                line = line.replace(mask, "***")
            self.log += line + "\n"


class Recipe(AppTest):
    def setUp(self):
        super().setUp()
        self.programs = self.folder / "programs"
        self.programs.mkdir()
        (self.programs / "chutes-login").symlink_to(LOGIN)
        self.project = self.folder / "project"
        self.project.mkdir()
        self.write({"name": self.name, "redirect_uris": ["https://shop.example/callback"]})
        del self.environment["CHUTES_API_KEY"]
        self.environment["PATH"] = f"{self.programs}:{bare_environment()['PATH']}"

    def write(self, *apps):
        (self.project / "chutes-apps.json").write_text(json.dumps({"apps": list(apps)}))

    def program(self, name, text):
        (self.programs / name).write_text(text)
        (self.programs / name).chmod(0o755)

    def assert_nowhere(self, secret, text):
        canaries = Canaries()
        canaries.add("client secret", secret)
        self.assertEqual(canaries.in_text(text), set())


class GitHub(Recipe):
    def runner(self):
        # A runner has no keychain, and the home of its job is another one each time.
        environment = {**self.environment, "HOME": tempfile.mkdtemp(dir=self.folder)}
        for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
            environment.pop(name, None)
        return Runner(self.project, environment, {"CHUTES_API_KEY": self.key, "SECRETS_TOKEN": "token of the repository"})

    def run_workflow(self, runner):
        return [runner.run(step) for step in steps_of((RECIPES / "github-actions.yml").read_text())]

    def test_a_push_registers_the_app_and_hands_its_secret_on_without_showing_it(self):
        self.program("gh", f'#!/bin/sh\nprintf "%s " "$@" "$GH_TOKEN" >{self.folder}/gh-words\ncat >{self.folder}/gh-secret\n')
        runner = self.runner()
        self.assertEqual(self.run_workflow(runner), [0, 0, 0], runner.log)
        self.assertEqual((self.folder / "gh-words").read_text(),
                         "secret set CHUTES_OAUTH_CLIENT_SECRET token of the repository ")
        secret = (self.folder / "gh-secret").read_text()
        self.assertEqual(runner.masks, [secret])
        self.assertTrue(self.secret_works(self.app()["client_id"], secret))
        self.assertEqual(runner.outputs["client_id"], self.app()["client_id"])
        self.assertIn(f"create '{self.name}'", runner.log)
        self.assertIn(f"created '{self.name}'", runner.log)
        self.assert_nowhere(secret, runner.log)

        second = self.runner()
        self.assertEqual(self.run_workflow(second), [0, 0, None], second.log)
        self.assertIn(f"unchanged '{self.name}'", second.log)
        self.assertEqual((second.masks, second.outputs), ([], {}))

    def test_a_mistake_in_the_file_fails_the_workflow_with_its_place(self):
        self.write({"name": self.name, "redirect_uris": []})
        runner = self.runner()
        self.assertNotEqual(self.run_workflow(runner)[0], 0)
        self.assertIn("chutes-apps.json: apps[0].redirect_uris", runner.log)
        self.assertIsNone(self.app())


class Variables(http.server.BaseHTTPRequestHandler):
    """GitLab's variables of a project, as far as the recipe knows them."""

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.heard.append((self.path, self.headers["PRIVATE-TOKEN"],
                                  re.search(r'name="value".*?\r\n\r\n(.*?)\r\n--', body, re.DOTALL).group(1)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class GitLab(Recipe):
    def setUp(self):
        super().setUp()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Variables)
        self.server.heard = []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def run_job(self):
        """As a runner's shell does: the lines of the script one after the other, ended by the first that fails."""
        script = "\n".join(script_lines((RECIPES / "gitlab-ci.yml").read_text(), "script"))
        environment = {**self.environment, "CI": "true", "GITLAB_CI": "true", "CI_PROJECT_ID": "7",
                       "CI_API_V4_URL": f"http://127.0.0.1:{self.server.server_port}/api/v4", "CHUTES_API_KEY": self.key,
                       "VARIABLES_TOKEN": "token of the project", "TMPDIR": str(self.folder / "tmp"),
                       "NO_PROXY": "127.0.0.1"}
        (self.folder / "tmp").mkdir(exist_ok=True)
        return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], env=environment, cwd=self.project,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE)

    def test_a_push_registers_the_app_and_hands_its_secret_on_without_showing_it(self):
        ended = self.run_job()
        log = ended.stdout.decode()
        self.assertEqual(ended.returncode, 0, log)
        self.assertEqual(len(self.server.heard), 1, log)
        path, token, value = self.server.heard[0]
        self.assertEqual((path, token), ("/api/v4/projects/7/variables/CHUTES_OAUTH_CLIENT_SECRET", "token of the project"))
        self.assertTrue(self.secret_works(self.app()["client_id"], value))
        self.assert_nowhere(value, log)
        self.assertEqual(list((self.folder / "tmp").iterdir()), [])
        again = self.run_job()
        self.assertEqual((again.returncode, len(self.server.heard)), (0, 1), again.stdout.decode())

    def test_a_failure_ends_the_job_with_its_code(self):
        (self.project / "chutes-apps.json").write_text("{}")
        ended = self.run_job()
        self.assertEqual((ended.returncode, self.server.heard), (2, []), ended.stdout.decode())


class PlainShell(Recipe):
    def run_script(self, *words):
        return subprocess.run([str(RECIPES / "register-apps.sh"), *words], cwd=self.project, stdin=subprocess.DEVNULL,
                              env={**self.environment, "CHUTES_API_KEY": self.key}, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=PATIENCE)

    def test_the_script_registers_what_is_missing_and_keeps_each_secret_in_a_file(self):
        self.write(*({"name": f"{self.name} {word}", "redirect_uris": ["https://shop.example/cb"]} for word in ("A", "B")))
        ended = self.run_script()
        self.assertEqual(ended.returncode, 0, ended.stdout.decode())
        for word in ("A", "B"):
            file = self.project / "secrets" / f"{self.name.replace(' ', '-')}-{word}.txt"
            self.assertTrue(self.secret_works(self.app(f"{self.name} {word}")["client_id"], file.read_text().strip()))
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)
            self.assert_nowhere(file.read_text().strip(), ended.stdout.decode())
        writes = [entry for entry in self.sandbox.log("/idp/apps") if entry["method"] == "POST"]
        self.assertEqual(self.run_script("chutes-apps.json").returncode, 0)
        self.assertEqual([entry for entry in self.sandbox.log("/idp/apps") if entry["method"] == "POST"], writes)

    def test_what_is_wrong_keeps_its_exit_code(self):
        self.assertEqual(self.run_script("missing.json").returncode, 2)
        self.environment["CHUTES_API_URL"] = self.environment["CHUTES_IDP_BASE_URL"] = "http://127.0.0.1:1"
        self.assertEqual(self.run_script().returncode, 5)


class Readme(AppTest):
    def test_every_recipe_is_named_in_the_readme_and_there_is_no_other(self):
        named = set(re.findall(r"packaging/recipes/[-.\w]+", (ROOT / "README.md").read_text()))
        self.assertEqual(named, {str(path.relative_to(ROOT)) for path in RECIPES.iterdir()})
        self.assertTrue(os.access(RECIPES / "register-apps.sh", os.X_OK))
        self.assertTrue(pathlib.Path(ROOT / "packaging/chutes-apps.schema.json").exists())
