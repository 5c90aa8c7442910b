"""A relay that makes a loopback address as far away as a server elsewhere: every byte takes a while in each direction."""

import contextlib
import heapq
import itertools
import multiprocessing
import select
import socket
import time


class Relay:
    """Passes bytes on between its own port and another, each `delay` seconds after they came."""

    def __init__(self, target, delay):
        self._target = target
        self._delay = delay
        self._order = itertools.count()
        self._due = []  # (when, order, socket, bytes); no bytes: nothing more will come
        self._other = {}
        self._poll = select.epoll()
        self._sockets = {}
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self._watch(self._listener)

    def _watch(self, one):
        self._sockets[one.fileno()] = one
        self._poll.register(one, select.EPOLLIN)

    def run(self):
        while True:
            wait = max(self._due[0][0] - time.monotonic(), 0) if self._due else None
            for number, _ in self._poll.poll(wait):
                self._take(self._sockets[number])
            while self._due and self._due[0][0] <= time.monotonic():
                self._pass_on(*heapq.heappop(self._due)[2:])

    def _take(self, one):
        if one is self._listener:
            self._accept()
            return
        bytes_ = b""
        with contextlib.suppress(ConnectionError):
            bytes_ = one.recv(1 << 20)
        if not bytes_:
            self._poll.unregister(one)
        heapq.heappush(self._due, (time.monotonic() + self._delay, next(self._order), self._other[one], bytes_))

    def _accept(self):
        near, _ = self._listener.accept()
        far = socket.create_connection(("127.0.0.1", self._target))
        for one in (near, far):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._other[near], self._other[far] = far, near
        # The client's own handshake is over at once here; elsewhere it takes a round trip before its first byte goes out.
        self._later(2 * self._delay, near)
        self._watch(far)

    def _later(self, delay, one):
        heapq.heappush(self._due, (time.monotonic() + delay, next(self._order), one, None))

    def _pass_on(self, one, bytes_):
        if bytes_ is None:
            self._watch(one)
            return
        with contextlib.suppress(OSError):
            if bytes_:
                one.sendall(bytes_)
            else:
                one.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def far_away(port, round_trip):
    """The port at which `port` is that many seconds away, there and back, for as long as the block lasts."""
    relay = Relay(port, round_trip / 2)
    process = multiprocessing.Process(target=relay.run, daemon=True)
    process.start()
    try:
        yield relay.port
    finally:
        process.terminate()
        process.join()
