"""What the comparisons run in: the programs, two servers on loopback (nginx and the sandbox), trust, and a keyring.

To be run under packaging/private-keyring.sh.
"""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from pairs import ROOT, StopWatch, Unusable

sys.path.insert(0, str(ROOT / "tests/program"))

SYSTEM_CERTIFICATES = pathlib.Path("/etc/ssl/certs")
ANSWER = json.dumps({"id": "chatcmpl-bench", "object": "chat.completion", "created": 1, "model": "bench/model",
                     "choices": [{"index": 0, "message": {"role": "assistant", "content": "Yes."}, "finish_reason": "stop"}],
                     "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}})
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000; default_type application/json; types {{ }}
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  scgi_temp_path {folder}; uwsgi_temp_path {folder};
  server {{
    listen 127.0.0.1:{port} ssl backlog=1024;
    ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem; ssl_protocols TLSv1.3;
    location / {{ return 200 '{answer}'; }}
  }}
}}
"""


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Trust:
    """An authority of the day, a certificate for 127.0.0.1, and the authority beside all those the system knows."""

    def __init__(self, folder):
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        self.authority = folder / "authority.pem"
        openssl("req", "-x509", *key, "-keyout", folder / "authority.key", "-out", self.authority, "-subj",
                "/CN=Bench authority", "-days", 2)
        openssl("req", "-x509", *key, "-keyout", folder / "key.pem", "-out", folder / "certificate.pem", "-subj", "/CN=bench",
                "-days", 2, "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE",
                "-CA", self.authority, "-CAkey", folder / "authority.key")
        self.bundle = folder / "bundle.pem"
        self.bundle.write_bytes((SYSTEM_CERTIFICATES / "ca-certificates.crt").read_bytes() + self.authority.read_bytes())
        self.directory = folder / "authorities"
        self.directory.mkdir()
        for link in SYSTEM_CERTIFICATES.glob("*.0"):
            (self.directory / link.name).symlink_to(link.resolve())
        digest = subprocess.run(["openssl", "x509", "-noout", "-hash", "-in", self.authority], check=True,
                                capture_output=True, text=True).stdout.strip()
        (self.directory / f"{digest}.0").symlink_to(self.authority)


class Surroundings:
    """Everything a comparison needs, made when it is first asked for and gone with `close`."""

    def __init__(self, program, sandbox, tools, short):
        self.program = program
        self.tools = pathlib.Path(tools)
        self.short = short
        self.watch = StopWatch(self.tools)
        os.environ["CHUTES_SANDBOX_PROGRAM"] = sandbox  # for harness, which is imported later
        self._made = {}
        self._ends = contextlib.ExitStack()
        self.folder = pathlib.Path(self._ends.enter_context(tempfile.TemporaryDirectory(prefix="chutes-bench.")))

    def close(self):
        self._ends.close()

    def rounds(self, full):
        return max(full // 20, 3) if self.short else full

    def _once(self, name, make):
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    @property
    def trust(self):
        return self._once("trust", lambda: Trust(self.folder))

    @property
    def port(self):
        """Of an nginx that answers everything with one short chat completion, over TLS 1.3."""
        return self._once("port", self._start_nginx)

    def _start_nginx(self):
        assert self.trust
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        configuration = self.folder / "nginx.conf"
        configuration.write_text(NGINX.format(folder=self.folder, port=port, answer=ANSWER))
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        if program is None:
            raise Unusable("nginx is not installed")
        process = subprocess.Popen([program, "-e", self.folder / "nginx.log", "-c", configuration], stdin=subprocess.DEVNULL)
        self._ends.callback(process.wait)
        self._ends.callback(process.terminate)
        self._await_port(port, process)
        return port

    @staticmethod
    def _await_port(port, process):
        for _ in range(1000):
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                return
            if process.poll() is not None:
                break
            time.sleep(0.01)
        raise Unusable("nginx did not start")

    @property
    def sandbox(self):
        """Over plain HTTP; it has the session that `session` signs in to."""
        return self._once("sandbox", self._start_sandbox)

    def _start_sandbox(self):
        from harness import Sandbox
        sandbox = Sandbox("--approve", "auto")
        self._ends.callback(sandbox.close)
        return sandbox

    def environment(self, **more):
        """Of every program measured: nginx is the service, the sandbox the identity provider."""
        base = f"https://127.0.0.1:{self.port}"
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "CHUTES_API_URL": base,
                "CHUTES_LLM_URL": base, "CHUTES_HOST_TEMPLATE": base + "/_host/{host}", "SSL_CERT_DIR": str(self.trust.directory),
                "CHUTES_IDP_BASE_URL": self.sandbox.url, **more}

    @property
    def with_token(self):
        return self.environment(CHUTES_ACCESS_TOKEN="bench")

    @property
    def with_keychain(self):
        """The environment in which a session is in the keychain."""
        return self._once("session", self._sign_in)

    def _sign_in(self):
        from harness import UserAgent, bare_environment, free_port
        runtime = self.folder / "run"
        runtime.mkdir(mode=0o700)
        bus = {"DBUS_SESSION_BUS_ADDRESS": os.environ["DBUS_SESSION_BUS_ADDRESS"], "XDG_RUNTIME_DIR": str(runtime)}
        environment = self.environment(**bus)
        browser = UserAgent(self.folder / "browser")
        registration = self.sandbox.register([f"http://127.0.0.1:{free_port()}/callback"])
        subprocess.run([self.program, "--quiet", "login"], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       env={**bare_environment(), **environment, **registration, "BROWSER": str(browser.program)})
        return environment

    def session_attributes(self):
        """Of the session's item, for other readers of the keyring."""
        from harness import Keyring
        assert self.with_keychain
        return next(attributes for attributes, _ in Keyring().entries() if attributes.get("kind") == "session")

    def curl(self, *more, trust):
        return ["curl", "-sS", "--fail", "--cacert", str(trust), "-H", "Authorization: Bearer bench", *map(str, more)]
