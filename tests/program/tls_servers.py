"""Servers on ephemeral loopback ports that answer `whoami` over TLS, well or badly, and keep what they have heard."""

import base64
import contextlib
import json
import select
import socket
import ssl
import subprocess
import threading
import warnings

from harness import Running, bare_environment, eventually

BODY = json.dumps({"sub": "u-1", "username": "ada"}).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


class Server:
    """Accepts connections and hands each to `meet`, in a thread of its own."""

    def __init__(self, host="127.0.0.1", port=0):
        self.received = b""  # what clients have said, protected or not; of all connections
        self.connections = 0
        self._open = []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._open.append(connection)
                threading.Thread(target=self._meet, args=(connection,), daemon=True).start()

    def _meet(self, connection):
        with contextlib.suppress(OSError), connection:
            self.meet(connection)

    def meet(self, connection):
        raise NotImplementedError

    def hear(self, connection):
        """One request's head; empty once the client has gone."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            self.received += piece
            head += piece
            if not piece:
                return b""
        return head

    def close(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class TlsServer(Server):
    """Python's TLS with an identity, on its best behaviour unless told otherwise."""

    def __init__(self, identity, version=None, clients=None, answer=ANSWER, **address):
        self._answer = answer
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.set_ciphers("ALL:@SECLEVEL=0")  # what the client takes is what is tested
        self._context.load_cert_chain(identity.chain_file, identity.key_file)
        if version is not None:
            with warnings.catch_warnings(action="ignore"):  # old versions are what is tested
                self._context.minimum_version = ssl.TLSVersion.TLSv1
                self._context.maximum_version = version
        if clients is not None:
            self._context.verify_mode = ssl.CERT_REQUIRED
            self._context.load_verify_locations(clients)
        super().__init__(**address)

    def meet(self, connection):
        with self._context.wrap_socket(connection, server_side=True) as protected:
            while self.hear(protected):
                protected.sendall(self._answer)


class OpensslServer:
    """`openssl s_server`, for what Python's TLS cannot do: it staples a status, and asks for another handshake."""

    def __init__(self, identity, *options, renegotiates=False):
        self._running = Running(
            ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", identity.chain_file, "-key", identity.key_file,
             "-cert_chain", identity.chain_file, *options], bare_environment(), stdin=subprocess.PIPE)
        port = eventually(lambda: [line for line in self._running.stdout.splitlines() if line.startswith("ACCEPT ")],
                          "s_server listens")
        self.port = int(port[0].rsplit(":", 1)[1])
        self._renegotiates = renegotiates
        self._ended = threading.Event()
        threading.Thread(target=self._answer, daemon=True).start()

    @property
    def received(self):
        return self._running.stdout.encode()

    def _answer(self):
        """It prints what the client sends, and sends what it is given; a line of "r" has it ask for another handshake."""
        answered = 0
        while not self._ended.wait(0.01):
            if self._running.stdout.count("\r\n\r\n") > answered:
                answered += 1
                with contextlib.suppress(OSError):
                    self._running.process.stdin.write(b"r\n" if self._renegotiates else ANSWER)
                    self._running.process.stdin.flush()

    def close(self):
        self._ended.set()
        self._running.close()
        with contextlib.suppress(BrokenPipeError):
            self._running.process.stdin.close()
        self._running.result()


class Plain(Server):
    """Speaks HTTP where TLS is expected."""

    def meet(self, connection):
        self.received += connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")


class Relay(Server):
    """Passes everything on between the client and another server; so many bytes of that server's, then it ends or stalls."""

    def __init__(self, server, limit=None, stalls=False):
        self.server = server
        self._limit = limit
        self._stalls = stalls
        super().__init__()

    def meet(self, connection):
        self.relay(connection)

    def relay(self, connection):
        with socket.create_connection(("127.0.0.1", self.server.port)) as far:
            back = threading.Thread(target=self._pass_back, args=(far, connection), daemon=True)
            back.start()
            with contextlib.suppress(OSError):
                while piece := connection.recv(65536):
                    self.received += piece
                    far.sendall(piece)
                far.shutdown(socket.SHUT_WR)
            back.join()

    def _pass_back(self, far, connection):
        left = self._limit
        with contextlib.suppress(OSError):
            while piece := far.recv(65536 if left is None else left):
                connection.sendall(piece)
                if left is not None:
                    left -= len(piece)
                    if left == 0 and self._stalls:
                        return
                    if left == 0:
                        break
            connection.shutdown(socket.SHUT_RDWR)

    def close(self):
        super().close()
        self.server.close()


class Silent(Server):
    """Takes connections and never says a word."""

    def meet(self, connection):
        while piece := connection.recv(65536):
            self.received += piece


class Proxy(Relay):
    """Answers CONNECT: a way to `server`, whatever the name; for the user it `admits` ("name:password"), if there is one."""

    def __init__(self, server, admits=None, refusal=None):
        super().__init__(server)
        self.heads = []
        self._expected = admits and "Basic " + base64.b64encode(admits.encode()).decode()
        self._refusal = refusal

    def meet(self, connection):
        head = self.hear(connection).decode()
        self.heads.append(head)
        lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        refusal = self._refusal
        if self._expected and lines.get("Proxy-Authorization") != self._expected:
            refusal = "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"office\""
        if refusal:
            connection.sendall(f"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\n\r\n".encode())
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.relay(connection)


class TlsProxy(Proxy):
    """The same behind TLS (an https:// proxy)."""

    def __init__(self, server, identity, **options):
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(identity.chain_file, identity.key_file)
        super().__init__(server, **options)

    def meet(self, connection):
        with self._context.wrap_socket(connection, server_side=True) as protected:
            super().meet(protected)

    def relay(self, connection):
        """In one thread, because a TLS connection is not for two."""
        with socket.create_connection(("127.0.0.1", self.server.port)) as far:
            while True:
                ready = [connection] if connection.pending() else select.select([connection, far], [], [])[0]
                for source, sink in ((connection, far), (far, connection)):
                    if source not in ready:
                        continue
                    if not (piece := source.recv(65536)):
                        return
                    if source is connection:
                        self.received += piece
                    sink.sendall(piece)


class Socks(Relay):
    """A SOCKS 5 proxy (RFC 1928): a way to `server`, whatever is asked for; for the user it `admits` ("name:password").

    `method` and `reply` are what it says instead of the right thing, `bound` the kind of address in its reply, and `slowly`
    has it send byte by byte.
    """

    BOUND = {1: b"\x01" + bytes(4), 3: b"\x03\x05proxy", 4: b"\x04" + bytes(16)}

    def __init__(self, server, admits=None, method=None, reply=0, bound=1, slowly=False):
        super().__init__(server)
        self.asked = []  # destinations, as (kind, address, port)
        self.passwords = []
        self._admits = admits
        self._method = method
        self._reply = reply
        self._bound = bound
        self._slowly = slowly

    def meet(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _, count = self._take(connection, 2)
        methods = self._take(connection, count)
        wanted = (2 if self._admits else 0) if self._method is None else self._method
        self._say(connection, bytes([5, wanted if wanted in methods or self._method is not None else 0xFF]))
        if wanted == 2 and 2 in methods and not self._admit(connection):
            return
        if wanted not in methods:
            return
        _, _, _, kind = self._take(connection, 4)
        size = {1: 4, 3: None, 4: 16}[kind]
        address = self._take(connection, size or self._take(connection, 1)[0])
        self.asked.append((kind, address, int.from_bytes(self._take(connection, 2))))
        self._say(connection, bytes([5, self._reply, 0]) + self.BOUND[self._bound] + b"\x1f\x90")
        if self._reply == 0:
            self.relay(connection)

    def _admit(self, connection):
        self._take(connection, 1)
        name = self._take(connection, self._take(connection, 1)[0])
        password = self._take(connection, self._take(connection, 1)[0])
        self.passwords.append((name + b":" + password).decode())
        admitted = self.passwords[-1] == self._admits
        self._say(connection, bytes([1, 0 if admitted else 1]))
        return admitted

    def _take(self, connection, count):
        taken = b""
        while len(taken) < count:
            if not (piece := connection.recv(count - len(taken))):
                raise OSError("the client has gone")
            self.received += piece
            taken += piece
        return taken

    def _say(self, connection, answer):
        for piece in (bytes([byte]) for byte in answer) if self._slowly else (answer,):
            connection.sendall(piece)


class DeadPort:
    """A port of an address that takes no connection and refuses none: its queue is full, so a SYN gets no answer."""

    received = b""

    def __init__(self, host="127.0.0.1", port=0):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=0)
        self.port = listener.getsockname()[1]
        self._sockets = [listener]
        for _ in range(4):
            filler = socket.socket(family)
            self._sockets.append(filler)
            filler.setblocking(False)
            filler.connect_ex((host, self.port))

    def close(self):
        for each in self._sockets:
            each.close()
