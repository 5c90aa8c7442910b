"""A server that answers every call and then hangs up without having said so, or says something unasked, as its `HangUp` says."""

import asyncio
import dataclasses
import json
import socket
import struct
import threading

BODY = json.dumps({"id": "1", "object": "chat.completion", "model": "any/model", "choices": [
    {"index": 0, "message": {"role": "assistant", "content": "Yes."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}).encode()
EVENTS = (b'data: {"choices":[{"index":0,"delta":{"content":"Yes."},"finish_reason":null}]}\n\n'
          b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')
TIMEOUT = (b"HTTP/1.1 408 Request Timeout\r\nContent-Type: text/plain\r\nContent-Length: 15\r\nConnection: close\r\n\r\n"
           b"Request Timeout")
MODELS = json.dumps({"object": "list", "data": [{"id": "any/model"}]}).encode()
STAYING = ("never", "crossing")


def counted(body, kind):
    return b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (kind, len(body), body)


def chunked(body, kind):
    return (b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n"
            % (kind, len(body), body))


def claiming(body, kind):
    """Says that it will keep the connection."""
    return counted(body, kind).replace(b"\r\n", b"\r\nConnection: keep-alive\r\nKeep-Alive: timeout=60\r\n", 1)


@dataclasses.dataclass(frozen=True)
class HangUp:
    """How and when a connection ends."""

    how: str = "close"  # or "cut" (TLS without a last word), "reset", "half" (says its end, and goes on listening), "never"
    answers: int = 1  # before it
    delay: float = 0.0  # seconds after the last of them
    says: bytes = b""  # unasked, before it, or (how: "never") instead of it, or (how: "crossing") before each answer but the first
    serves: bool = False  # whether a call that comes within the delay is answered, and begins it anew


class ForgetfulServer:
    """On an ephemeral port of 127.0.0.1, in a thread of its own; with TLS if there is an `identity`."""

    def __init__(self, hang_up, framed=counted, trust=None):
        self.hang_up = hang_up
        self.framed = framed
        self.calls = []  # the bodies of the POSTs that came, answered or not, except by a 408
        self.connections = 0
        self._loop = asyncio.new_event_loop()
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = listener.getsockname()[1]
        self._server = self._loop.run_until_complete(
            self._loop.create_server(lambda: _Connection(self, self._loop), sock=listener, ssl=trust))
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def close(self):
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()


class _Connection(asyncio.Protocol):
    def __init__(self, server, loop):
        self._server = server
        self._loop = loop
        self._received = b""
        self._answered = 0
        self._timer = None
        self._transport = self._socket = None

    def connection_made(self, transport):
        self._server.connections += 1
        self._transport = transport
        self._socket = transport.get_extra_info("socket")

    def data_received(self, data):
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, rest = self._received.split(b"\r\n\r\n", 1)
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
            size = int(fields.get(b"content-length", 0))
            if len(rest) < size:
                return
            body, self._received = rest[:size], rest[size:]
            self._hear(head.split(b" ")[0], body)

    def eof_received(self):
        return False

    def connection_lost(self, _):
        if self._timer is not None:
            self._timer.cancel()

    def _hear(self, method, body):
        end = self._server.hang_up
        deaf = end.how not in STAYING and self._answered >= end.answers and not (end.serves and self._timer)
        if method == b"POST" and not (deaf and end.says == TIMEOUT):
            self._server.calls.append(body)
        if deaf:
            return  # it has left already, in its mind
        if end.how == "crossing" and self._answered:
            self._transport.write(end.says)
        answer = EVENTS if b'"stream":true' in body.replace(b" ", b"") else BODY if method == b"POST" else MODELS
        self._transport.write(self._server.framed(
            answer, b"text/event-stream" if answer is EVENTS else b"application/json"))
        self._answered += 1
        self._plan()

    def _plan(self):
        hang_up = self._server.hang_up
        if self._answered < hang_up.answers or hang_up.how == "crossing" or (hang_up.how == "never" and not hang_up.says):
            return
        if self._timer is not None:
            self._timer.cancel()
        if hang_up.delay == 0:
            self._end()
        else:
            self._timer = self._loop.call_later(hang_up.delay, self._end)

    def _end(self):
        self._timer = None
        if self._transport.is_closing():
            return
        how = self._server.hang_up.how
        self._transport.write(self._server.hang_up.says)
        if how == "never":
            return
        if how == "half":
            self._transport.write_eof()
        elif how == "reset":
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._transport.abort()
        elif how == "cut":
            self._transport.abort()
        else:
            self._transport.close()
