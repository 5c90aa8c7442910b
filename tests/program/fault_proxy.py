"""A door to the sandbox at which something goes wrong, at a byte of the test's choosing.

`FaultProxy` passes whole requests and their answers on as they are, byte for byte, and writes down what came. A `Fault` says
which requests are hit, where in the request or in its answer, and what happens there. The places are functions of the bytes
of a message, so that they need not be counted by hand.
"""

import contextlib
import dataclasses
import re
import socket
import struct
import threading
import time
from collections.abc import Callable

PATIENCE = 60  # seconds after which a connection that nobody ends is given up
LARGEST_HEAD = 65536


def head_of(message):
    """How many bytes the head has, its empty line included."""
    return message.index(b"\r\n\r\n") + 4


def first_line_of(message):
    return message.index(b"\r\n") + 2


REQUEST_PLACES = {
    "before the request": lambda request: 0,
    "in the request line": lambda request: 6,
    "in the request's headers": lambda request: (first_line_of(request) + head_of(request)) // 2,
    "after the request's head": lambda request: head_of(request),
    "before the request's last byte": lambda request: len(request) - 1,
    "after the request": lambda request: len(request),
}
HEAD_PLACES = {
    "before the answer": lambda answer: 0,
    "in the status line": lambda answer: 7,
    "after the status line": lambda answer: first_line_of(answer),
    "in the answer's headers": lambda answer: (first_line_of(answer) + head_of(answer)) // 2,
    "before the empty line": lambda answer: head_of(answer) - 2,
}
BODY_PLACES = {
    "after the answer's head": lambda answer: head_of(answer),
    "in the answer's body": lambda answer: (head_of(answer) + len(answer)) // 2,
    "before the answer's last byte": lambda answer: len(answer) - 1,
}
CHUNK_PLACES = {
    "in a chunk's size": lambda answer: head_of(answer) + 1,
    "after a chunk's size": lambda answer: answer.index(b"\r\n", head_of(answer)) + 2,
    "between two chunks": lambda answer: answer.index(b"\r\n", head_of(answer) + 8) + 2,
    "before the last chunk": lambda answer: answer.rindex(b"0\r\n\r\n"),
    "in the last chunk": lambda answer: len(answer) - 2,
}


def chunked(answer, size=64):
    """The same answer in chunks."""
    head, body = answer[:head_of(answer) - 4], answer[head_of(answer):]
    if b"transfer-encoding" in head.lower():
        return answer
    head = re.sub(rb"(?i)\r\ncontent-length:[^\r]*", b"", head)
    pieces = [body[at:at + size] for at in range(0, len(body), size)]
    return (head + b"\r\nTransfer-Encoding: chunked\r\n\r\n" +
            b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n")


@dataclasses.dataclass(frozen=True)
class Fault:
    """What goes wrong. Without `place` nothing is cut, and `answer` or `rewrite` is the whole fault."""

    path: str = "*"  # of the requests that are hit; '*' at its end stands for anything
    method: str = ""  # theirs; empty: any
    times: int | None = None  # how many are hit; None: all
    side: str = "answer"  # or "request", which is then not passed on
    place: Callable[[bytes], int] | None = None
    action: str = "close"  # at the place: close, reset (no orderly end), stall (nothing more, until the client leaves)
    answer: bytes | Callable | None = None  # in the sandbox's place: bytes, or a function that gives pieces of them
    rewrite: Callable[[bytes], bytes] | None = None  # of the sandbox's own answer
    drip: float = 0.0  # seconds between two pieces of the answer of eight bytes each

    def hits(self, request):
        path = request.path.split("?", 1)[0]
        right_path = path.startswith(self.path[:-1]) if self.path.endswith("*") else path == self.path
        return right_path and self.method in ("", request.method)


@dataclasses.dataclass
class Request:
    """A request that came, and the sandbox's own answer if it was passed on."""

    method: str
    path: str
    head: bytes
    body: bytes = b""
    answer: bytes = b""


class FaultProxy:
    """Connections to `port` go on to the sandbox's port `to`, but for the fault. One that does not listen refuses them."""

    def __init__(self, to, fault=None, listens=True):
        self._to = to
        self.fault = fault
        self.requests = []
        self._hits = 0
        self._lock = threading.Lock()
        self._open = set()
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))  # and nobody else's, although it may not listen
        self.port = self._listener.getsockname()[1]
        if listens:
            self._listener.listen(64)
            threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def close(self):
        self.fault = None
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        with contextlib.suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        client.settimeout(PATIENCE)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open.add(client)
        with client, contextlib.suppress(OSError):
            while (head := self._peek_head(client)) and self._serve_one(client, head):
                pass
        with self._lock:
            self._open.discard(client)

    @staticmethod
    def _peek_head(client):
        """The head of the next request, left unread; empty if the client ends."""
        while True:
            seen = client.recv(LARGEST_HEAD, socket.MSG_PEEK)
            if not seen or b"\r\n\r\n" in seen:
                return seen[:head_of(seen)] if seen else b""
            time.sleep(0.001)

    def _serve_one(self, client, head):
        """Whether the connection goes on."""
        method, path, _ = head.decode("latin-1").split(" ", 2)
        request = Request(method, path, head)
        fault = self._fault_for(request)
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        size = len(head) + (int(length.group(1)) if length else 0)
        if fault and fault.side == "request":
            self._take(client, fault.place(head + b"?" * (size - len(head))))
            return self._end(client, fault.action)
        request.body = self._take(client, size)[len(head):]
        if fault and fault.answer is not None:
            pieces = fault.answer(request) if callable(fault.answer) else [fault.answer]
        else:
            request.answer = self._ask(request)
            pieces = [request.answer]
        return self._give(client, pieces, fault)

    def _fault_for(self, request):
        with self._lock:
            self.requests.append(request)
            fault = self.fault
            if fault is None or not fault.hits(request) or (fault.times is not None and self._hits >= fault.times):
                return None
            self._hits += 1
            return fault

    @staticmethod
    def _take(client, size):
        taken = bytearray()
        while len(taken) < size:
            piece = client.recv(min(size - len(taken), 1 << 16))
            if not piece:
                raise ConnectionError
            taken += piece
        return bytes(taken)

    def _ask(self, request):
        """The sandbox's whole answer, its framing included."""
        with socket.create_connection(("127.0.0.1", self._to), timeout=PATIENCE) as server:
            server.sendall(request.head + request.body)
            answer = bytearray()
            while not self._complete(answer):
                piece = server.recv(1 << 16)
                if not piece:
                    break
                answer += piece
        return bytes(answer)

    @staticmethod
    def _complete(answer):
        if b"\r\n\r\n" not in answer:
            return False
        head = bytes(answer[:head_of(answer)]).lower()
        if b"transfer-encoding: chunked" in head:
            return answer.endswith(b"\r\n0\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: *(\d+)", head)
        return length is not None and len(answer) >= head_of(answer) + int(length.group(1))

    def _give(self, client, pieces, fault):
        if fault is None or callable(fault.answer):
            for piece in pieces:
                client.sendall(piece)
            return fault is None
        answer = b"".join(pieces)
        if fault.rewrite:
            answer = fault.rewrite(answer)
        sent = answer if fault.place is None else answer[:fault.place(answer)]
        if fault.drip:
            for at in range(0, len(sent), 8):
                client.sendall(sent[at:at + 8])
                time.sleep(fault.drip)
        else:
            client.sendall(sent)
        return fault.place is None and fault.answer is None or self._end(client, fault.action)

    @staticmethod
    def _end(client, action):
        if action == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif action == "stall":
            while client.recv(1, socket.MSG_PEEK):
                client.settimeout(PATIENCE)
                time.sleep(0.05)  # what was not read of the request is there all the time
        else:
            client.shutdown(socket.SHUT_WR)
        return False


class Stranger:
    """Somebody else's server, which only listens: what it heard."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.visits = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):  # closed
            while True:
                visitor, _ = self._listener.accept()
                self.visits += 1
                visitor.close()

    def close(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
