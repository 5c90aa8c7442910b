"""A sign-in around the browser: from the start until the browser is called, and from the tokens' coming until they are kept."""

import contextlib
import subprocess
import socket
import threading
import time
import urllib.request

from pairs import Unusable, values

PATIENCE = 30


class Tap:
    """A port that passes everything on to the sandbox and remembers when a token response had come through."""

    def __init__(self, target):
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self.token_response_at = None
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                asked = []
                threading.Thread(target=self._ask, args=(near, far, asked), daemon=True).start()
                threading.Thread(target=self._answer, args=(far, near, asked), daemon=True).start()

    @staticmethod
    def _ask(near, far, asked):
        with contextlib.suppress(OSError):
            while piece := near.recv(65536):
                if piece.startswith((b"POST ", b"GET ")):
                    asked[:] = [b"/token HTTP/" in piece.split(b"\r\n", 1)[0]]
                far.sendall(piece)
            far.shutdown(socket.SHUT_WR)

    def _answer(self, far, near, asked):
        with contextlib.suppress(OSError):
            while piece := far.recv(65536):
                near.sendall(piece)
                if asked == [True]:
                    self.token_response_at = time.monotonic_ns()
            near.shutdown(socket.SHUT_WR)

    def close(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # else its thread accepts on whatever gets this descriptor next
        self._thread.join()
        self._listener.close()


class SignIn:
    def __init__(self, bench, tap):
        from harness import bare_environment, free_port
        self._called = bench.folder / "called"
        browser = bench.folder / "looks-at-the-clock"
        browser.write_text(f'#!/bin/sh\nexec "{bench.tools / "moment"}" "{self._called}" "$1"\n')
        browser.chmod(0o755)
        registration = bench.sandbox.register([f"http://127.0.0.1:{free_port()}/callback"])
        self._tap = tap
        self._command = [bench.program, "--quiet", "--profile", "bench", "login"]
        self._environment = {**bare_environment(), **bench.with_keychain, **registration, "BROWSER": str(browser),
                             "CHUTES_IDP_BASE_URL": f"http://127.0.0.1:{tap.port}"}
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor())

    def once(self):
        """Milliseconds until the browser was called, and from the token response to the page that says it is kept."""
        self._called.unlink(missing_ok=True)
        began = time.monotonic_ns()
        with subprocess.Popen(self._command, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as login:
            called, address = self._await_call(login)
            with self._opener.open(address, timeout=PATIENCE) as page:
                page.read(1)
                told = time.monotonic_ns()
                page.read()
            if login.wait(PATIENCE) != 0:
                raise Unusable("the sign-in failed")
        return (called - began) / 1e6, (told - self._tap.token_response_at) / 1e6

    def _await_call(self, login):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and login.poll() is None:
            if self._called.exists() and (words := self._called.read_text()).endswith("\n"):
                moment, address = words.split()
                return int(moment), address
            time.sleep(0.002)
        login.kill()
        raise Unusable("the sign-in never called its browser")


def rows(bench):
    tap = Tap(int(bench.sandbox.url.rsplit(":", 1)[1]))
    try:
        sign_in = SignIn(bench, tap)
        sign_in.once()
        measured = [sign_in.once() for _ in range(bench.rounds(40))]
    finally:
        tap.close()
    yield values("sign-in: start until the browser is called", "ms", [first for first, _ in measured], 30)
    yield values("sign-in: token response until stored and said", "ms", [second for _, second in measured], 50)
