#!/usr/bin/python3
"""Compares `invoke` with curl on streams and large answers, over TLS to one server on loopback, in turns.

    tests/bench/stream.py [--rounds N] [--short] [--json] [PROGRAM]

Four comparisons: a stream of 200 events (a whole process), 43 MB of events to text, the time from an event's leaving the
server to its standing in our pipe, and 1 GiB of bytes. Both have their token in the environment; curl prints the events
as they come, which is less work. --short takes a tenth of the size and three rounds.
"""

import argparse
import contextlib
import http.server
import json
import multiprocessing
import os
import pathlib
import socketserver
import ssl
import subprocess
import tempfile
import time

from pairs import comparison, in_turns, row, timed

ROOT = pathlib.Path(__file__).resolve().parents[2]
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
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", folder / "key.pem", "-out", folder / "certificate.pem", "-subj", "/CN=bench", "-days", "2",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)
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


class Rivals:
    def __init__(self, program, folder, port):
        self.folder = folder
        self.base = f"https://127.0.0.1:{port}"
        self.program = program
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "SSL_CERT_FILE": str(folder / "certificate.pem"),
                            "CHUTES_API_URL": self.base, "CHUTES_LLM_URL": self.base,
                            "CHUTES_HOST_TEMPLATE": self.base + "/_host/{host}", "CHUTES_ACCESS_TOKEN": "bench"}

    def ours(self, prompt):
        return [self.program, "-q", "invoke", "-m", MODEL, prompt]

    def curl(self, *more):
        return ["curl", "-sS", "--fail", "--cacert", self.environment["SSL_CERT_FILE"], "-H", "Authorization: Bearer bench",
                *more]

    def curl_chat(self, prompt):
        body = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True})
        return self.curl("-N", "-H", "Content-Type: application/json", "-d", body, self.base + "/v1/chat/completions")

    def stream(self, events, rounds):
        prompt = f"burst {events}"
        return comparison(in_turns(lambda: timed(self.ours(prompt), self.environment),
                                   lambda: timed(self.curl_chat(prompt), self.environment), rounds))

    def download(self, size, rounds):
        url = f"{self.base}/bytes/{size}"
        ours = [self.program, "-q", "invoke", url, "-X", "GET"]
        return comparison(in_turns(lambda: timed(ours, self.environment),
                                   lambda: timed(self.curl(url), self.environment), rounds))

    def peaks(self, size):
        url = f"{self.base}/bytes/{size}"
        return {"ours": round(peak_mib([self.program, "-q", "invoke", url, "-X", "GET"], self.environment), 1),
                "curl": round(peak_mib(self.curl(url), self.environment), 1)}

    def delays(self, events, rounds):
        prompt = f"paced {events}"
        return comparison(in_turns(lambda: delays(self.ours(prompt), self.environment),
                                   lambda: delays(self.curl_chat(prompt), self.environment), rounds), "p50_us")


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


def peak_mib(command, environment):
    """The high-water mark of one process, looked at while it runs: wait4's own counts what it was forked from."""
    peak = 0
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            with contextlib.suppress(OSError, StopIteration):
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
                peak = max(peak, next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")))
            time.sleep(0.01)
    return peak / 1024


def main():
    parser = argparse.ArgumentParser(description="invoke against curl on streams and large answers, in turns.")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("program", nargs="?", default=str(ROOT / "build/tests/src/chutes-login"))
    options = parser.parse_args()
    rounds, part = (3, 10) if options.short else (options.rounds, 1)
    many = 43_000_000 // len(event(" word and another")) // part
    with tempfile.TemporaryDirectory() as name, running_service(pathlib.Path(name)) as port:
        rivals = Rivals(options.program, pathlib.Path(name), port)
        results = {"stream_of_200_events": rivals.stream(200, max(rounds, 3)),
                   "stream_of_43_mb": rivals.stream(many, rounds),
                   "delay_of_an_event": rivals.delays(2000 // part, rounds),
                   "gibibyte": rivals.download((1 << 30) // part, rounds)}
        peaks = rivals.peaks((1 << 30) // part)
    if options.json:
        print(json.dumps({**results, "peak_mib": peaks}))
        return
    print(f"{'':34} {'ours':>9} {'curl':>9}")
    for title, result in results.items():
        key, unit = ("p50_us", "us") if title.startswith("delay") else ("wall_ms", "ms")
        print(row(title.replace("_", " "), result, key, unit))
    print(f"an event's delay, 99 in 100: {results['delay_of_an_event']['ours']['p99_us']:.0f} us, "
          f"curl {results['delay_of_an_event']['rival']['p99_us']:.0f} us")
    print(f"peak memory over the whole gibibyte: {peaks['ours']} MiB, curl {peaks['curl']} MiB")


if __name__ == "__main__":
    main()
