"""A thousand hostile connections of all kinds to the waiting listener at once, and then the real browser.

CHUTES_STORM_CALLERS says how many (1000 if not given; ctest takes fewer). Run it under packaging/private-keyring.sh. It
prints what the listening process made of it: time, memory, answers.
"""

import collections
import concurrent.futures
import contextlib
import os
import pathlib
import random
import socket
import struct
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "program"))

from harness import ProgramTest, eventually  # noqa: E402  (the path comes first)

CALLERS = int(os.environ.get("CHUTES_STORM_CALLERS", "1000"))
AT_ONCE = 32
SLOW_ONES = 100
MOST_GROWTH = 1024  # KiB


def request(line, *headers, host="127.0.0.1:PORT"):
    return "\r\n".join([line, f"Host: {host}", *headers, "", ""])


FORGED = "GET /callback?code=forged&state=guess HTTP/1.1"

# What a caller sends, by kind; PORT is filled in.
SPEECHES = {
    "forged code": request(FORGED),
    "forged error": request("GET /callback?error=access_denied&state=guess HTTP/1.1"),
    "no state": request("GET /callback?code=forged HTTP/1.1"),
    "two states": request("GET /callback?code=forged&state=guess&state=other HTTP/1.1"),
    "another path": request("GET /admin HTTP/1.1"),
    "absolute target": request("GET http://127.0.0.1:PORT/callback HTTP/1.1"),
    "double slash": request("GET //callback HTTP/1.1"),
    "wrong host": request(FORGED, host="evil.test"),
    "rebound host": request(FORGED, host="127.0.0.1.evil.test:PORT"),
    "two hosts": request(FORGED, "Host: evil.test"),
    "other origin": request(FORGED, "Origin: https://evil.test"),
    "script": request(FORGED, "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"),
    "prefetch": request(FORGED, "Sec-Purpose: prefetch"),
    "head": request("HEAD /callback?code=forged&state=guess HTTP/1.1"),
    "post": request("POST /callback HTTP/1.1", "Content-Length: 1000000"),
    "options": request("OPTIONS /callback HTTP/1.1", "Access-Control-Request-Method: GET"),
    "http/2 preface": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "tls hello": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x11" * 500,
    "ssh": "SSH-2.0-OpenSSH_9.2\r\n",
    "folded header": request(FORGED, "X: a", " folded"),
    "nul bytes": "\x00" * 4096,
    "bare line feeds": FORGED + "\nHost: 127.0.0.1:PORT\n\n",
    "endless target": "GET /" + "a" * 100_000,
    "a megabyte of head": "GET /callback HTTP/1.1\r\nX: " + "x" * (1 << 20),
    "half a request": "GET /callback?code=for",
    "nothing": "",
}


def status_of(answer):
    return answer.split(b" ")[1].decode("latin-1") if answer.startswith(b"HTTP/1.1 ") else "no answer"


class Caller:
    """Hostile connections, whose kind depends on their number: the same storm every time."""

    def __init__(self, port):
        self._port = port
        self._kinds = [*sorted(SPEECHES), "garbage"]

    def call(self, number):
        """Makes one connection; returns its kind and outcome."""
        kind = self._kinds[number % len(self._kinds)]
        if kind == "garbage":
            dice = random.Random(number)
            speech = dice.randbytes(dice.randrange(1, 20_000))
        else:
            speech = SPEECHES[kind].replace("PORT", str(self._port)).encode("latin-1")
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=8) as connection:
                return kind, self._talk(connection, speech, number)
        except OSError:
            return kind, "no answer"

    def _talk(self, connection, speech, number):
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            if number % 5 == 0:
                for begin in range(0, 40, 4):
                    connection.sendall(speech[begin:begin + 4])
                speech = speech[40:]
            connection.sendall(speech)
        if number % 7 == 0:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return "left with a reset"
        if number % 3 == 0:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionResetError, TimeoutError):
            while chunk := connection.recv(65536):
                answer += chunk
        return status_of(answer)


class SlowCrowd:
    """Connections that send a byte of a request now and then, and reconnect when they are dropped."""

    def __init__(self, port, size):
        self._port = port
        self._end = threading.Event()
        self._connections = [self._connect() for _ in range(size)]
        self._thread = threading.Thread(target=self._dribble, daemon=True)
        self._thread.start()

    def _connect(self):
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=5)
        connection.sendall(b"GET /callback?code=slow&state=")
        connection.setblocking(False)
        return connection

    def _dribble(self):
        while not self._end.wait(0.2):
            for index, connection in enumerate(self._connections):
                try:
                    connection.send(b"s")
                except BlockingIOError:
                    pass
                except OSError:
                    connection.close()
                    with contextlib.suppress(OSError):
                        self._connections[index] = self._connect()

    def close(self):
        self._end.set()
        self._thread.join()
        for connection in self._connections:
            connection.close()


def memory(pid):
    """VmRSS and VmHWM of a process in KiB."""
    fields = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return {name: int(fields[name].split()[0]) for name in ("VmRSS", "VmHWM")}


class HostileCallers(ProgramTest):
    def test_security_23_after_any_number_of_hostile_callers_the_true_redirect_signs_in(self):
        self.browser.plan(visits=False)
        running = self.start("login")
        eventually(lambda: self.browser.diary("finished"), "login waits for its browser")
        port, pid = self.ports[0], running.process.pid
        before = memory(pid)

        crowd = SlowCrowd(port, SLOW_ONES)
        self.addCleanup(crowd.close)
        caller = Caller(port)
        begin = time.monotonic()
        outcomes = collections.Counter()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for kind, outcome in pool.map(caller.call, range(CALLERS)):
                outcomes[outcome] += 1
                self.assertFalse(outcome.startswith(("200", "3")), f"{kind} was answered {outcome}")
        took = time.monotonic() - begin
        after = memory(pid)

        self.assertIsNone(running.process.poll(), running.stderr)
        self.assertEqual(self.sandbox.log("/idp/token"), [])
        self.browser.plan()
        self.browser.visit(self.browser.diary("started")[0]["url"])  # with the slow crowd still there
        result = running.result()
        self.assertEqual(result.code, 0, result.stderr)
        self.assertEqual(len(self.sandbox.log("/idp/token")), 1)
        self.assertIsNotNone(self.keyring.session())
        self.assert_nobody_listens()
        growth = {name: after[name] - before[name] for name in before}
        print(f"\n{CALLERS} callers and {SLOW_ONES} slow ones in {took:.1f} s: {dict(sorted(outcomes.items()))}; "
              f"resident {after['VmRSS']} KiB ({growth['VmRSS']:+}), most {after['VmHWM']} KiB ({growth['VmHWM']:+})",
              file=sys.stderr)
        if "ASAN_OPTIONS" not in os.environ:  # which keeps what was freed
            self.assertLessEqual(growth["VmHWM"], MOST_GROWTH)
            self.assertLessEqual(growth["VmRSS"], MOST_GROWTH)


if __name__ == "__main__":
    unittest.main()
