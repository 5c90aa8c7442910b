"""Looking for secrets where they must not be: in what forms they hide, what went over the wire, who could have seen them.

`Canaries` knows the live secrets and finds them in any text, plain or encoded. `Tap` stands between the programs and the
sandbox and hears every byte. `Watch` looks over every new process's shoulder, as any user of the machine can.
"""

import base64
import contextlib
import dataclasses
import http.client
import json
import os
import pathlib
import re
import socket
import threading
import time
import urllib.parse

LONGEST_FILE = 4 << 20
WINDOW = 16  # a shorter piece of a secret is no use to anybody


def pieces(secret):
    """The whole secret and, of a long one, both ends of its random part: a line that is cut short shows one of them."""
    random_part = secret.rsplit(".", 1)[-1].removeprefix("csc_")
    return {secret, random_part, *((random_part[:WINDOW], random_part[-WINDOW:]) if len(random_part) > WINDOW else ())}


def forms_of(secret):
    """How a text may be written down: (form, pattern, whether the pattern is in lower case)."""
    raw = secret.encode()
    yield "plain", secret, False
    yield "percent", urllib.parse.quote(secret, safe="").lower(), True
    yield "percent", "".join(f"%{byte:02x}" for byte in raw), True
    yield "form", urllib.parse.quote_plus(secret).lower(), True
    yield "hex", raw.hex(), True
    yield "spaced hex", raw.hex(" "), True
    yield "reversed", secret[::-1], False
    for before in range(3):  # base64 depends on where in its triple the text begins; the edges on its neighbours
        aligned = bytes(before) + raw
        skipped, whole = (0, 2, 3)[before], len(aligned) // 3 * 4
        text = base64.b64encode(aligned).decode()[skipped:whole]
        yield "base64", text, False
        yield "base64url", text.translate(str.maketrans("+/", "-_")), False


class Canaries:
    """The live secrets by what they are called."""

    def __init__(self):
        self.secrets = {}

    def add(self, name, secret):
        if secret and secret not in self.secrets:
            self.secrets[secret] = name

    def patterns(self, allowed=()):
        for secret, name in self.secrets.items():
            if name not in allowed:
                for piece in pieces(secret):
                    for form, pattern, folded in forms_of(piece):
                        yield name, form, pattern, folded

    def in_text(self, text, allowed=()):
        """The secrets found, as {"name (form)"}; `allowed` names those that may be there."""
        lowered = text.lower()
        return {f"{name} ({form})" for name, form, pattern, folded in self.patterns(allowed)
                if pattern in (lowered if folded else text)}

    def in_files(self, roots, passed_over=(), since=0.0):
        """{path: what was found} of all files below the roots, their names included."""
        found = {}
        for root in roots:
            for folder, folders, files in os.walk(root, onerror=None):
                folders[:] = [name for name in folders if pathlib.Path(folder, name) not in passed_over]
                for path in (pathlib.Path(folder, name) for name in files):
                    if path in passed_over:
                        continue
                    with contextlib.suppress(OSError):  # gone meanwhile, or no file one can read
                        facts = path.lstat()
                        if facts.st_mtime >= since and (facts.st_mode & 0o170000) == 0o100000:
                            with open(path, "rb") as file:
                                text = file.read(LONGEST_FILE).decode("latin-1")
                            if seen := self.in_text(f"{path}\n{text}"):
                                found[str(path)] = seen
        return found


class Tap:
    """A door to the sandbox that hears everything: connections to `port` go on to the sandbox's."""

    FOUND = {
        "access token": re.compile(r"cak_[-0-9a-f]{36}\.[A-Za-z0-9]{48}"),
        "refresh token": re.compile(r"crt_[-0-9a-f]{36}\.[A-Za-z0-9]{48}"),
        "client secret": re.compile(r"csc_[A-Za-z0-9]{40,}"),
        "code": re.compile(r"[?&]code=([A-Za-z0-9]{64})"),
        "code_verifier": re.compile(r"code_verifier=([-.~\w]{43,128})"),
        "id_token": re.compile(r'"id_token": ?"([-\w]+\.[-\w]+\.[-\w]+)"'),
    }

    def __init__(self, port):
        self._to = port
        self._heard = []
        self.spoil = None  # a function: every answer's body is what it makes of the sandbox's
        self.echo = None  # a status: every request is answered with it and with what was asked, in all members
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        with contextlib.suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client):
        with client, contextlib.suppress(OSError):
            if self.echo:
                return self._say_back(client, self.echo)
            if self.spoil:
                return self._spoil(client, self.spoil)
            heard = bytearray(), bytearray()
            self._heard += heard
            with socket.create_connection(("127.0.0.1", self._to)) as server:
                answers = threading.Thread(target=self._pass_on, args=(server, client, heard[0]), daemon=True)
                answers.start()
                self._pass_on(client, server, heard[1])
                answers.join()

    @staticmethod
    def _hear(client):
        """One whole request; empty if the client goes before."""
        client.settimeout(10)
        heard, length = b"", 0
        while b"\r\n\r\n" not in heard or len(heard.split(b"\r\n\r\n", 1)[1]) < length:
            chunk = client.recv(65536)
            if not chunk:
                return b""
            heard += chunk
            if declared := re.search(rb"(?i)\r\ncontent-length: *(\d+)", heard):
                length = int(declared.group(1))
        return heard

    def _spoil(self, client, spoil):
        """The sandbox's own answer, with another body."""
        if not (heard := self._hear(client)):
            return
        head, body = heard.split(b"\r\n\r\n", 1)
        start, *fields = head.decode("latin-1").split("\r\n")
        method, target, _ = start.split(" ")
        server = http.client.HTTPConnection("127.0.0.1", self._to, timeout=10)
        with contextlib.closing(server):
            server.request(method, target, body, dict(field.split(": ", 1) for field in fields))
            answer = server.getresponse()
            text = answer.read()
        self._heard += bytearray(heard), bytearray(text)
        location = answer.headers.get("Location")
        text = spoil(text)
        client.sendall((f"HTTP/1.1 {answer.status} Spoilt\r\nContent-Type: application/json\r\n"
                        f"Content-Length: {len(text)}\r\nConnection: close\r\n"
                        + (f"Location: {location}\r\n" if location else "") + "\r\n").encode() + text)

    @classmethod
    def _say_back(cls, client, status):
        """The rudest server there is: it puts all that it heard into its complaint."""
        if not (heard := cls._hear(client)):
            return
        text = heard.decode("latin-1")
        body = json.dumps({name: text for name in ("error_description", "detail", "message")} |
                          {"error": text.split("\r\n\r\n", 1)[1] or text}).encode()
        client.sendall(f"HTTP/1.1 {status} No\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                       f"Connection: close\r\n\r\n".encode() + body)

    @staticmethod
    def _pass_on(source, sink, heard):
        with contextlib.suppress(OSError):
            while chunk := source.recv(65536):
                heard += chunk  # before anybody can act on it
                sink.sendall(chunk)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def teach(self, canaries):
        for heard in list(self._heard):
            text = bytes(heard).decode("latin-1")
            for name, pattern in self.FOUND.items():
                for match in pattern.finditer(text):
                    canaries.add(name, match.group(match.lastindex or 0))

    def close(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # else its thread accepts on whatever gets this descriptor next
        self._thread.join()
        self._listener.close()


@dataclasses.dataclass(frozen=True)
class Sight:
    """What a process showed at a moment."""

    pid: int
    program: str
    words: str
    environment: str


class Watch:
    """Sees every process that appears while it is open, again and again, through /proc."""

    def __init__(self):
        self._old = set(self._pids())
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.sights = set()

    @staticmethod
    def _pids():
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]

    def _look(self):
        while not self._end.is_set():
            for pid in set(self._pids()) - self._old:
                with contextlib.suppress(OSError):  # gone meanwhile
                    place = pathlib.Path(f"/proc/{pid}")
                    # The program first: what it was is at most older than what it shows.
                    program = os.readlink(place / "exe")
                    self.sights.add(Sight(pid, program, (place / "cmdline").read_text("latin-1"),
                                          (place / "environ").read_text("latin-1")))
            time.sleep(0.001)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()
