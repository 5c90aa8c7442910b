"""Streams and large answers, `invoke` against curl, over TLS to one server on loopback.

Both have their token in the environment; curl prints the events as they come, which is less work.
"""

import contextlib
import http.server
import json
import multiprocessing
import os
import socketserver
import ssl
import subprocess
import time

from pairs import in_turns, memory_row, row, values

MODEL = "bench/model"


def event(text):
    delta = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1, "model": MODEL,
             "choices": [{"index": 0, "delta": {"content": text, "reasoning_content": None}, "logprobs": None,
                          "finish_reason": None, "matched_stop": None}],
             "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}}
    return b"data: " + json.dumps(delta).encode() + b"\n\n"


END = (b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n', b"data: [DONE]\n\n")


class Service(http.server.BaseHTTPRequestHandler):
    """POST /v1/chat/completions streams as many events as the prompt says; GET /bytes/N gives N bytes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        kind, count = request["messages"][-1]["content"].split()
        self.begin("text/event-stream", [("Connection", "close")])
        if kind == "paced":
            self.send_paced(int(count))
        else:
            self.send_events(int(count))
        for piece in END:
            self.wfile.write(piece)
        self.close_connection = True

    def do_GET(self):
        left = int(self.path.rsplit("/", 1)[1])
        self.begin("application/octet-stream", [("Content-Length", str(left))])
        block = os.urandom(1 << 20)
        while left:
            self.wfile.write(block[:left])
            left -= min(left, len(block))

    def begin(self, kind, more):
        self.send_response(200)
        for name, value in [("Content-Type", kind), *more]:
            self.send_header(name, value)
        self.end_headers()

    def send_events(self, count):
        one = event(" word and another")
        block = one * 64
        for _ in range(count // 64):
            self.wfile.write(block)
        self.wfile.write(one * (count % 64))

    def send_paced(self, count):
        """An event a millisecond, each with the time it left at."""
        following = time.monotonic_ns()
        for _ in range(count):
            following += 1_000_000
            while time.monotonic_ns() < following:
                time.sleep(0.0001)
            self.wfile.write(event(f"{time.monotonic_ns()}\n"))

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


def serve(folder, port):
    server = Server(("127.0.0.1", 0), Service)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    port.value = server.server_port
    server.serve_forever()


@contextlib.contextmanager
def running_service(folder):
    """The port of a server in a process of its own."""
    port = multiprocessing.Value("i", 0)
    process = multiprocessing.Process(target=serve, args=(folder, port), daemon=True)
    process.start()
    while port.value == 0 and process.is_alive():
        time.sleep(0.01)
    try:
        yield port.value
    finally:
        process.terminate()
        process.join()


class Streams:
    """The commands of both sides."""

    def __init__(self, bench, port):
        self._bench = bench
        self._base = f"https://127.0.0.1:{port}"
        self.environment = {**bench.with_token, "CHUTES_API_URL": self._base, "CHUTES_LLM_URL": self._base,
                            "SSL_CERT_FILE": str(bench.trust.authority)}
        del self.environment["SSL_CERT_DIR"]

    def _timed(self, command):
        return self._bench.watch.run(command, self.environment)

    def ours(self, prompt):
        return [self._bench.program, "-q", "invoke", "-m", MODEL, prompt]

    def curl(self, prompt):
        body = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True})
        return self._bench.curl("-N", "-H", "Content-Type: application/json", "-d", body, self._base + "/v1/chat/completions",
                                trust=self._bench.trust.authority)

    def against_curl(self, prompt, rounds):
        return in_turns(lambda: self._timed(self.ours(prompt)), lambda: self._timed(self.curl(prompt)), rounds)

    def against_jq(self, prompt, rounds):
        pipe = ["sh", "-c", "\"$@\" | sed -n 's/^data: {/{/p' | jq -rj '.choices[0].delta.content // empty'", "sh",
                *self.curl(prompt)]
        return in_turns(lambda: self._timed(self.ours(prompt)), lambda: self._timed(pipe), rounds)

    def download(self, size, rounds):
        url = f"{self._base}/bytes/{size}"
        return in_turns(lambda: self._timed([self._bench.program, "-q", "invoke", url, "-X", "GET"]),
                        lambda: self._timed(self._bench.curl(url, trust=self._bench.trust.authority)), rounds)

    def delays(self, events, rounds):
        prompt = f"paced {events}"
        return in_turns(lambda: delays(self.ours(prompt), self.environment),
                        lambda: delays(self.curl(prompt), self.environment), rounds)


def delays(command, environment):
    """Microseconds from the server to the end of our pipe, event by event."""
    found = []
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0) as process:
        while piece := process.stdout.read(65536):
            now = time.monotonic_ns()
            text = piece.decode()
            if "data: " in text:
                stamps = [part.split("\\n", 1)[0] for part in text.split('"content": "')[1:]]
            else:
                stamps = text.split()
            found += [(now - int(stamp)) / 1000 for stamp in stamps if stamp.isdigit()]
    found.sort()
    return {"p50_us": found[len(found) // 2], "p99_us": found[len(found) * 99 // 100]}


def rows(bench):
    many, some, size = (5_000, 200, 1 << 26) if bench.short else (100_000, 2000, 1 << 30)
    assert bench.trust
    with running_service(bench.folder) as port:
        streams = Streams(bench, port)
        yield row("a stream of 200 events", "curl -N", streams.against_curl("burst 200", bench.rounds(40)))
        pairs = streams.against_curl(f"burst {many}", bench.rounds(11))
        yield row(f"a stream of {many} events, to text", "curl -N to nothing", pairs, 1.2)
        yield memory_row(f"a stream of {many} events, to text", "curl -N to nothing", pairs)
        yield row(f"a stream of {many} events, to text", "curl | sed | jq", streams.against_jq(f"burst {many}", bench.rounds(5)),
                  1 / 30)
        pairs = streams.delays(some, bench.rounds(11))
        yield row("delay of an event, median", "curl -N", pairs, 1.25, "p50_us", "us")
        yield values("delay of an event, 99 in 100", "ms", [first["p99_us"] / 1000 for first, _ in pairs], 1)
        yield row("delay of an event, 99 in 100", "curl -N", pairs, None, "p99_us", "us")
        pairs = streams.download(size, bench.rounds(9))
        yield row(f"{size >> 20} MiB body", "curl -o", pairs, 1.05)
        yield values(f"{size >> 20} MiB body, peak memory", "MiB", [first.peak_mib for first, _ in pairs], 16)
        yield memory_row(f"{size >> 20} MiB body", "curl -o", pairs)
