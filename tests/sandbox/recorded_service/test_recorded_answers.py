#!/usr/bin/python3
"""Holds the sandbox to what the service's published server code answered to the same requests (see README.md)."""

import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

import asks_accounts
import asks_apps
import asks_grants
import asks_public
import asks_sign_in
import asks_tokens
from accounts import state_of
from conversation import Conversation

HERE = pathlib.Path(__file__).parent


def read(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def hold_conversation(base):
    talk = Conversation(base, read("accounts.json"))
    asks_public.ask(talk)
    app, other = asks_apps.ask(talk)
    code = asks_sign_in.ask(talk, app)
    by_scope, tokens = asks_tokens.ask(talk, app, other, code)
    asks_accounts.ask(talk, by_scope, other)
    asks_grants.ask(talk, app, tokens)
    return talk.records


def shape(value):
    """Names and types; of a list what its first item is. What stands for something varying is kept."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if value is None or (isinstance(value, str) and value.startswith("<")):
        return value
    return {"int": "number", "float": "number"}.get(type(value).__name__, type(value).__name__)


def comparable(record):
    """A refusal counts as it is, the body of a success by its shape: other accounts, other numbers."""
    if record["status"] < 400 and "body" in record:
        return {**record, "body": shape(record["body"])}
    return record


def difference(recorded, given):
    """The first member that differs, or None. What was not recorded of a case (counts, names) is not compared."""
    given = {name: value for name, value in comparable(given).items() if name in recorded or name not in ("count", "order")}
    recorded = comparable(recorded)
    for name in sorted(recorded.keys() | given.keys(), key=lambda name: (name != "status", name)):
        if recorded.get(name) != given.get(name):
            return f"{name} was {json.dumps(recorded.get(name))[:400]} and is {json.dumps(given.get(name))[:400]}"
    return None


class Sandbox:
    """The built sandbox with the accounts of the recording; its address is `base`."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        state = pathlib.Path(self.folder.name) / "state.json"
        state.write_text(json.dumps(state_of(read("accounts.json"), int(time.time()))))
        self.process = subprocess.Popen(
            [os.environ["CHUTES_SANDBOX_PROGRAM"], "--approve", "ask", "--state", state],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.base = None
        for line in self.process.stdout:
            if line.startswith("export CHUTES_API_URL="):
                self.base = line.split("'")[1]
            if line == "# ready\n":
                break
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.stdout.close()
        self.process.wait()
        self.folder.cleanup()


class RecordedAnswers(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        with Sandbox() as sandbox:
            given = hold_conversation(sandbox.base)
        recorded = read("answers.json")
        assert len(given) == 745 and recorded.keys() <= given.keys()
        compared = {name: difference(record, given[name]) for name, record in recorded.items()}
        cls.found = {name: what for name, what in compared.items() if what}
        cls.known = read("known_differences.json")

    def test_the_sandbox_answers_as_recorded_but_for_the_known_differences(self):
        surprises = [f"{name}: {what}" for name, what in self.found.items() if name not in self.known]
        self.assertEqual(surprises, [])

    def test_every_known_difference_is_still_there(self):
        self.assertEqual([name for name in self.known if name not in self.found], [])


if __name__ == "__main__":
    unittest.main()
