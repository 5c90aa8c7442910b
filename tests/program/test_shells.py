"""What shells do with the program: commands that --curl prints, loops, pipes that can be read once, and files named with -o.

The service is a server that records every request, byte for byte, and answers what the test tells it to.
"""

import base64
import contextlib
import functools
import http.server
import json
import os
import pathlib
import pty
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

from harness import LOGIN, PATIENCE, bare_environment

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
JPEG = b"\xff\xd8\xff\xe0" + bytes(64)
HELLO = json.dumps({"object": "chat.completion", "model": "m", "usage": {"prompt_tokens": 1, "completion_tokens": 1},
                    "choices": [{"message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}]}).encode()


class Recorder(http.server.BaseHTTPRequestHandler):
    """Records a request, and answers with the server's `answer`: a content type and bytes, whatever is asked."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.path.endswith("/models"):
            self.server.requests.append((self.command, self.path, self.headers, body))
        kind, content = self.server.answer
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client that has what it wants may go
            super().handle_error(request, client_address)


class ShellTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chutes-shell-test."))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "run").mkdir(mode=0o700)
        self.server = Server(("127.0.0.1", 0), Recorder)
        self.server.requests, self.server.answer = [], ("application/json", HELLO)
        serving = threading.Thread(target=functools.partial(self.server.serve_forever, poll_interval=0.01))
        serving.start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(serving.join)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.environment = {
            **bare_environment(), "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "PATH": f"{os.path.dirname(LOGIN)}:{os.environ['PATH']}", "CHUTES_API_URL": self.url,
            "CHUTES_HOST_TEMPLATE": self.url + "/_host/{host}", "CHUTES_ACCESS_TOKEN": "cak_of_this_test"}

    def run_bytes(self, *command, stdin=subprocess.DEVNULL, **options):
        """The exit code, standard output and standard error of a command, in bytes."""
        done = subprocess.run(command, env=self.environment, cwd=self.folder, capture_output=True, timeout=PATIENCE,
                              **({"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}), **options)
        return done.returncode, done.stdout, done.stderr

    def client(self, *words, **options):
        return self.run_bytes(LOGIN, *words, **options)

    def file(self, name, content):
        (self.folder / name).write_bytes(content)
        return name

    def taken(self):
        requests, self.server.requests = self.server.requests, []
        return requests


def essence(request):
    """What the service sees of a request, except who sends it."""
    command, path, headers, body = request
    own = {"host", "user-agent", "accept-encoding", "connection", "content-length"}
    return command, path, sorted((name.lower(), value) for name, value in headers.items() if name.lower() not in own), body


@unittest.skipUnless(shutil.which("curl"), "curl is not installed")
class Curl(ShellTest):
    """The command that --curl prints sends the same request as the program itself."""

    text = ("-H", "Content-Type: text/plain")

    def check(self, *words):
        self.assertEqual(self.client("invoke", *words)[0] in (0, 6), True)
        sent = self.taken()
        self.assertEqual(len(sent), 1)
        code, command, errors = self.client("invoke", *words, "--curl")
        self.assertEqual((code, self.taken()), (0, []), errors)
        for shell in ("sh", "bash"):
            with self.subTest(shell):
                done = self.run_bytes(shell, self.file("command", command))
                self.assertEqual(done[0], 0, done)
                self.assertEqual([essence(request) for request in self.taken()], [essence(sent[0])])

    def check_body(self, content, *words):
        self.check(f"{self.url}/echo", "-d", "@" + self.file("body", content), *(words or self.text))

    def test_bodies_of_text_reach_the_service_as_they_are(self):
        for content in (b"plain", b"it's \"quoted\" $HOME `id` \\ ! #", b"@/etc/hostname", b"@body", b"<body", b"-X", b"--data",
                        b"line\n", b"\n", b"\n\nline", b"two\nlines", b"a\\\nb", b"tab\there", "größe ⚡ 世界".encode(),
                        b"END_OF_BODY", b"a\nEND_OF_BODY\nb\n", b"%s %d %%", b"a=b&c=d", b"'", b"''", b" "):
            with self.subTest(content):
                self.check_body(content)

    def test_so_do_bodies_that_no_command_line_or_terminal_could_hold(self):
        for content in (b"nul\0nul", b"\0", bytes(range(256)), b"\xff\xfe", "größe".encode("latin-1"), b"cr\r\nlf\r\n", b"\r",
                        b"\x1b[31mred\x1b[0m", b"\x07", "\u202eturned".encode(), b"cut \xe4\xb8", b"a" * 100_000, b"a" * 100_001,
                        b"line\n" * 60_000, bytes(300_000), PNG * 20_000, b"@" + b"a" * 200_000):
            with self.subTest(content[:20], size=len(content)):
                self.check_body(content)

    def test_json_and_forms_do_too(self):
        self.file("cat.png", PNG)
        self.file("big.bin", os.urandom(300_000))
        form = ("-H", "Content-Type: multipart/form-data")
        for words in (("-d", '{"a":"it\'s"}'), ("-d", '{"a":"\\u0000\\u001b"}'), ("-f", "prompt=a 'lighthouse'", "-F", "n=2"),
                      ("-f", "a=" + "x" * 90_000, "-f", "b=" + "y" * 90_000), (*form, "-F", "file=@cat.png", "-f", "x=y"),
                      (*form, "-F", "file=@big.bin"), ("-H", "Content-Type: application/x-www-form-urlencoded", "-f", "a=b c&d")):
            with self.subTest(words[:2]):
                self.check(f"{self.url}/echo", *words)

    def test_methods_and_urls_stay_what_they_are(self):
        for words in (("/echo", "-X", "GET"), ("/echo?a=b&c=%20", "-X", "GET"), ("/echo", "-X", "HEAD"), ("/echo", "-X", "DELETE"),
                      ("/echo", "-X", "PATCH", "-d", "{}"), ("/echo", "-X", "PUT", "-d", "{}"), ("/echo", "-X", "POST"),
                      ("/a[1-3]", "-X", "GET"), ("/{a,b}", "-X", "GET"), ("/a/../b/./c", "-X", "GET"), ("/a'b(c)$d;e", "-X", "GET"),
                      ("/echo", "-X", "GET", "-f", "q=a b[1]")):
            with self.subTest(words):
                self.check(self.url + words[0], *words[1:])

    def test_headers_stay_what_they_are(self):
        for header in ("X-Empty:", "X-Quote: it's \"so\": $HOME", "X-Json: {\"a\":1}", "Accept: text/plain", "X-At: @/etc/hostname",
                       "Content-Type: application/json; charset=utf-8"):
            with self.subTest(header):
                self.check(f"{self.url}/echo", "-d", "{}", "-H", header)

    def test_chats_do_too(self):
        image, large = self.file("cat.png", PNG), self.file("large.png", PNG + bytes(300_000))
        for words in (("It's a \"test\"\n",), ("@cat.png",), ("--attach", image, "What is this?"), ("--attach", large, "And this?"),
                      ("--system", "Be $BRIEF", "--param", "top_p=0.9", "x" * 120_000), ("\x1b[31mred\u202e",)):
            with self.subTest(words[0][:20]):
                self.check("-m", "m", "--no-stream", *words)

    def test_what_a_terminal_shows_of_the_command_is_the_command(self):
        for content in (b"\x1b[31mred", "\u202eturned".encode(), b"nul\0", b"cr\r\n", b"two\nlines\n", "größe".encode("latin-1")):
            with self.subTest(content):
                ours, theirs = pty.openpty()
                words = ("invoke", f"{self.url}/echo", "-d", "@" + self.file("body", content), *self.text, "--curl")
                running = subprocess.Popen([LOGIN, *words], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                                           stdout=theirs, stderr=theirs)
                os.close(theirs)
                shown = b""
                with contextlib.suppress(OSError), open(ours, "rb", buffering=0) as screen:
                    while piece := screen.read(65536):
                        shown += piece
                self.assertEqual(running.wait(PATIENCE), 0)
                for shell in ("sh", "bash"):
                    self.assertEqual(self.run_bytes(shell, self.file("command", shown.replace(b"\r\n", b"\n")))[0], 0)
                    self.assertEqual(self.taken()[0][3], content)

    def test_the_token_is_that_of_the_same_profile_and_store(self):
        words = ("invoke", "-m", "m", "--curl", "x")
        for before, expected in (((), b"chutes-login token"), (("--profile", "work"), b"chutes-login --profile work token"),
                                 (("--store", "file"), b"chutes-login --store file token")):
            self.assertTrue(self.client(*before, *words)[1].startswith(expected + b" --curl-config | curl "))


class Text(ShellTest):
    """A chat's text in pipes and loops."""

    def say(self, text):
        self.server.answer = ("application/json", json.dumps(
            {"choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]}).encode())

    def ask(self, *words, **options):
        return self.client("invoke", "-m", "m", "--no-stream", *words, **options)

    def test_its_last_line_is_ended_once_unless_it_shall_be_exact(self):
        for text in ("Hi", "Hi\n", "two\nlines", "Hi\n\n", "Hi\r\n", " ", "世界"):
            with self.subTest(text):
                self.say(text)
                self.assertEqual(self.ask("x")[1], (text if text.endswith("\n") else text + "\n").encode())
                self.assertEqual(self.ask("-n", "x")[1], text.encode())
                self.assertEqual(self.ask("--no-newline", "--raw", "x")[1], text.encode())

    def test_json_and_a_cord_s_answer_stay_as_they_are(self):
        self.say("Hi")
        document = self.ask("--json", "-n", "x")[1]
        self.assertEqual(document, self.ask("--json", "x")[1])
        self.assertTrue(document.endswith(b"}\n"))
        self.server.answer = ("text/plain", b"no end")
        self.assertEqual(self.client("invoke", f"{self.url}/echo", "-X", "GET")[1], b"no end")

    def test_a_loop_keeps_its_input_with_no_stdin(self):
        self.file("words", b"one\ntwo\nthree\n")
        for shell in ("sh", "bash"):
            for option, prompts in (("--no-stdin", ["say one", "say two", "say three"]), ("", ["say one\n\ntwo\nthree\n"])):
                with self.subTest(shell, option=option):
                    loop = f'while read -r word; do chutes-login invoke -m m --no-stream {option} "say $word"; done <words'
                    code, output, errors = self.run_bytes(shell, "-c", loop)
                    self.assertEqual((code, output), (0, b"Hi\n" * len(prompts)), errors)
                    sent = [json.loads(body)["messages"][-1]["content"] for _, _, _, body in self.taken()]
                    self.assertEqual(sent, prompts)

    def test_read_gets_the_last_line(self):
        self.say("one\ntwo")
        for shell in ("sh", "bash"):
            loop = "chutes-login invoke -m m --no-stream x </dev/null | while read -r line; do echo \"[$line]\"; done"
            self.assertEqual(self.run_bytes(shell, "-c", loop)[1], b"[one]\n[two]\n")

    def test_waiting_for_standard_input_is_said_with_quiet_too(self):
        for quiet in ([], ["--quiet"]):
            with self.subTest(quiet):
                running = subprocess.Popen([LOGIN, *quiet, "invoke", "-m", "m", "--no-stream", "x"], env=self.environment,
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                self.assertIn(b"standard input", running.stderr.readline())
                output, _ = running.communicate(timeout=PATIENCE)
                self.assertEqual((running.returncode, output), (0, b"Hi\n"))


class Batches(ShellTest):
    """Input of a batch that can be read once, or twice."""

    lines = b'{"custom_id":"a","messages":[]}\n{"custom_id":"b","body":{"messages":[]},"method":"POST"}\n{"messages":[]}\n'

    def ways(self):
        """(name, a function that runs a batch with these options) for each way to hand over the lines."""
        def shell(command):
            return lambda *more: self.run_bytes("bash", "-c", command.format(options=" ".join(more)))

        batch = "chutes-login invoke -m m -o out --jobs 1 {options} --batch "

        def from_socket(*more):
            ours, theirs = socket.socketpair()
            with ours, theirs:
                ours.sendall(self.lines)
                ours.shutdown(socket.SHUT_WR)
                return self.client("invoke", "-m", "m", "-o", "out", "--jobs", "1", *more, "--batch", "/dev/stdin", stdin=theirs)

        yield "a file", shell(batch + "in"), True
        yield "a file on standard input", shell(batch + "- <in"), True
        yield "a substituted process", shell(batch + "<(cat in)"), False
        yield "a pipe", shell("cat in | " + batch + "-"), False
        yield "/dev/stdin", shell("cat in | " + batch + "/dev/stdin"), False
        yield "a descriptor", shell("cat in | " + batch + "/dev/fd/0"), False
        yield "a FIFO", shell("rm -f fifo; mkfifo fifo; cat in >fifo & " + batch + "fifo"), False
        yield "a socket", from_socket, False

    def test_it_is_read_once_and_no_line_is_paid_for_twice(self):
        for name, run, again in self.ways():
            with self.subTest(name):
                (self.folder / "out").unlink(missing_ok=True)
                self.file("in", self.lines)
                self.assertEqual(run()[0], 0)
                self.assertEqual([json.loads(body) for _, _, _, body in self.taken()], [{"model": "m", "messages": []}] * 3)
                results = [json.loads(line) for line in (self.folder / "out").read_text().splitlines()]
                self.assertEqual([result["custom_id"] for result in results], ["a", "b", None])
                code, _, errors = run("--resume")
                self.assertEqual((code, self.taken()), (0, []), errors)
                kept = (self.folder / "out").read_bytes().splitlines(keepends=True)
                self.file("out", b"\n" + kept[0] + b"\n \r\n" + kept[2] + b"\n")  # without b, and with blank lines
                code, _, errors = run("--resume")
                self.assertEqual((code, len(self.taken())), (0, 1), errors)
                self.assertNotIn(b"\n\n", (self.folder / "out").read_bytes())

    def test_results_of_another_input_are_refused_before_or_when_they_are_met(self):
        for name, run, again in self.ways():
            with self.subTest(name):
                (self.folder / "out").unlink(missing_ok=True)
                self.lines = Batches.lines
                self.file("in", self.lines)
                run()
                self.taken()
                self.lines = b'{"custom_id":"new","messages":[]}\n{"custom_id":"a","messages":["other"]}\n'
                self.file("in", self.lines)
                before = (self.folder / "out").read_bytes()
                code, _, errors = run("--resume")
                self.assertEqual((code, len(self.taken())), (2, 0 if again else 1), errors)
                self.assertTrue((self.folder / "out").read_bytes().startswith(before))
                self.assertIn(b"another batch", errors)

    def test_output_may_be_standard_output(self):
        self.file("in", self.lines)
        code, output, _ = self.client("invoke", "--batch", "in", "-m", "m", "-o", "-")
        self.assertEqual((code, len(output.splitlines())), (0, 3))
        self.assertFalse((self.folder / "-").exists())


class Files(ShellTest):
    """What -o makes of an answer."""

    def call(self, *words):
        return self.client("invoke", f"{self.url}/echo", "-X", "GET", *words)

    def test_a_name_that_is_empty_is_refused_before_anything_is_sent(self):
        for words in (("-o", ""), ("--output", ""), ("--output=",)):
            code, _, errors = self.call(*words)
            self.assertEqual((code, self.taken()), (2, []), errors)

    def test_a_dash_is_standard_output(self):
        self.server.answer = ("image/png", PNG)
        self.assertEqual(self.call("-o", "-")[:2], (0, PNG))
        self.assertFalse((self.folder / "-").exists())

    def test_files_in_a_directory_are_named_by_their_type(self):
        for kind, extension in (("image/jpg", "jpg"), ("image/avif", "avif"), ("image/heic", "heic"), ("image/tiff", "tiff"),
                                ("audio/mp3", "mp3"), ("audio/wave", "wav"), ("audio/aac", "aac"), ("audio/mp4", "m4a"),
                                ("audio/webm", "weba"), ("audio/opus", "opus"), ("video/quicktime", "mov"), ("text/csv", "csv"),
                                ("text/vtt", "vtt"), ("text/markdown; charset=utf-8", "md"), ("application/geo+json", "json"),
                                ("application/x-unheard-of", "bin")):
            with self.subTest(kind):
                place = self.folder / "out"
                shutil.rmtree(place, ignore_errors=True)
                place.mkdir()
                self.server.answer = (kind, b"{}")
                self.assertEqual(self.call("-o", "out/")[0], 0)
                self.assertEqual([file.suffix for file in place.iterdir()], ["." + extension])

    def test_pictures_are_found_in_json_in_every_kind_of_base64(self):
        picture = PNG + b"\xfb\xef\xff\xfe"
        plain = base64.b64encode(picture).decode()
        for text in (plain, base64.encodebytes(picture).decode(), base64.urlsafe_b64encode(picture).decode(), plain.rstrip("="),
                     "data:image/png;base64," + plain, "data:image/png;base64," + base64.encodebytes(picture).decode()):
            with self.subTest(text):
                self.server.answer = ("application/json", json.dumps({"image": text}).encode())
                self.assertEqual(self.call("-o", "cat.png")[0], 0)
                self.assertEqual((self.folder / "cat.png").read_bytes(), picture)

    def test_binary_data_is_not_for_a_terminal_whatever_its_type_says(self):
        for kind in ("text/plain", "application/json", "text/event-stream", "image/png"):
            for content in (PNG, JPEG, b"text\0"):
                with self.subTest(kind, content=content[:4]):
                    self.server.answer = (kind, content)
                    ours, theirs = pty.openpty()
                    done = subprocess.run([LOGIN, "invoke", f"{self.url}/echo", "-X", "GET"], env=self.environment, stdout=theirs,
                                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=PATIENCE)
                    os.close(theirs)
                    with contextlib.suppress(OSError), open(ours, "rb", buffering=0) as screen:
                        self.assertNotIn(b"\0", screen.read(65536))
                    self.assertEqual(done.returncode, 2)
                    self.assertIn(b"-o FILE", done.stderr)


class Loopback(ShellTest):
    def test_what_only_looks_like_this_machine_gets_no_token_over_plain_http(self):
        port = self.server.server_port
        for host in ("0127.0.0.1", "127.0.0.01", "127.00.0.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "127.1",
                     "127.0.1", "127.0.0.1.", "localhost.", "127.0.0.1.example.org", "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]",
                     "[::1%25lo]", "0.0.0.0", "[::]"):
            with self.subTest(host):
                for variable in ("CHUTES_API_URL", "CHUTES_LLM_URL"):
                    self.environment = {**self.environment, variable: f"http://{host}:{port}"}
                    code, _, errors = self.client("invoke", "-m", "m", "--no-stream", "x")
                    self.assertEqual((code, self.taken()), (2, []), errors)
                    self.environment = {**self.environment, variable: self.url}
                code, _, errors = self.client("invoke", f"http://{host}:{port}/echo", "-X", "GET")
                self.assertEqual((code, self.taken()), (2, []), errors)
