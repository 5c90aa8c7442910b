"""The peak memory of every command that asks the service something, against one call of curl to the same server."""

import contextlib
import os
import subprocess

from pairs import in_turns, memory_row

COMMANDS = (("status",), ("token",), ("scopes",), ("whoami",), ("whoami", "--account"), ("balance",), ("refresh",),
            ("introspect",), ("models",), ("chutes",), ("grants", "list"), ("app", "list"), ("doctor",), ("exec", "--", "true"))


@contextlib.contextmanager
def signed_in(bench):
    """The environment of a session with a sandbox that speaks TLS; it stays in the keychain when this is over."""
    from harness import Sandbox, UserAgent, bare_environment, free_port
    runtime = bench.folder / "run-memory"
    runtime.mkdir(mode=0o700)
    sandbox = Sandbox("--approve", "auto", "--tls")
    with contextlib.ExitStack() as ends:
        ends.callback(sandbox.close)
        browser = UserAgent(bench.folder / "browser-memory")
        environment = {**bare_environment(), **sandbox.variables, "HOME": str(bench.folder), "XDG_RUNTIME_DIR": str(runtime),
                       "CHUTES_PROFILE": "memory", "BROWSER": str(browser.program),
                       **sandbox.register([f"http://127.0.0.1:{free_port()}/callback"])}
        subprocess.run([bench.program, "--quiet", "login"], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       env=environment)
        yield environment


def rows(bench):
    with signed_in(bench) as environment:
        curl = bench.curl(environment["CHUTES_API_URL"] + "/.well-known/openid-configuration", trust=environment["SSL_CERT_FILE"])

        def memory(*words):
            return memory_row(" ".join(words), "curl, one call", in_turns(
                lambda: bench.watch.run([bench.program, "--quiet", *words], environment, os.devnull),
                lambda: bench.watch.run(curl, environment), bench.rounds(9)))

        for words in COMMANDS:
            yield memory(*words)
        model = subprocess.run([bench.program, "models"], check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                               env=environment).stdout.split()[0]
        yield memory("invoke", "-m", model, "hello")
