"""What the tests of apps share: a sandbox with two people in it and a key of every kind, and a look at its apps."""

import hashlib
import json
import pathlib
import secrets
import shutil
import tempfile

from harness import ProgramTest, Sandbox

URI = "https://shop.example/callback"


class AppTest(ProgramTest):
    """Ada owns the sandbox's own app and has a key for everything; a second key of hers may do little; Grace has one too."""

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="chutes-program-test."))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        state = cls.state = folder / "state.json"
        options = ("--approve", "auto", "--user", "ada", "--user", "grace", "--state", str(state))
        first = Sandbox(*options)
        first.register(["http://127.0.0.1:1/"])  # so that there is something to write down
        first.close()
        document = json.loads(state.read_text())
        users = {user["username"]: user["user_id"] for user in document["records"]["users"]}
        cls.little_key = cls.add_key(document, users["ada"], admin=False)
        cls.grace_key = cls.add_key(document, users["grace"], admin=True)
        cls.grace = users["grace"]
        state.write_text(json.dumps(document))
        cls.sandbox = Sandbox(*options)
        cls.addClassCleanup(cls.sandbox.close)
        cls.key = cls.sandbox.variables["CHUTES_API_KEY"]

    @staticmethod
    def add_key(document, user_id, admin):
        key = f"cpk_{secrets.token_hex(16)}.{user_id.replace('-', '')}.{secrets.token_hex(16)}"
        document["records"]["api_keys"].append({"digest": hashlib.sha256(key.encode()).hexdigest(), "user_id": user_id,
                                                "admin": admin, "scopes": []})
        return key

    def _environment(self):
        """Somebody who registers apps and is not signed in."""
        environment = super()._environment()
        for name in self.registration:
            del environment[name]
        return {**environment, "CHUTES_API_KEY": self.key}

    def setUp(self):
        super().setUp()
        self.home = self.folder / "home"
        self.name = f"Shop {secrets.token_hex(6)}"

    def create(self, *more, name=None, **options):
        return self.run_program("app", "create", "--name", name or self.name, "--redirect-uri", URI, *more, **options)

    def app(self, name=None):
        """The app as the service has it, or None."""
        named = [app for app in self.sandbox.apps() if app["name"] == (name or self.name)]
        return named[0] if named else None

    def is_written_down(self):
        """Whether the sandbox has registered the app, seen without a request."""
        return self.name in self.state.read_text()

    def secret_works(self, client_id, secret):
        """Whether the service takes the secret: it checks the client of an introspection."""
        status, _ = self.sandbox.ask("/idp/token/introspect", form={"token": "cak_x", "client_id": client_id,
                                                                    "client_secret": secret})
        return status == 200

    def kept_secret(self, client_id):
        """What the keyring has of it, or None."""
        for attributes, secret in self.keyring.entries():
            if attributes.get("kind") == f"client:{client_id}":
                return secret
        return None
