"""Answers that are wrong: framing, statuses, bodies, sizes, clocks. Whatever the service (or what stands before it) says, the
command ends with its documented exit code, in a sentence, in bounded memory, and nobody else hears of a token."""

import dataclasses
import glob
import json
import os
import re
import time
import unittest
from email.utils import formatdate

from fault_proxy import Fault, Stranger, chunked, head_of
from fault_rows import COMMANDS, TOKEN, Command, Person, RowTest, World, ill_worded, leaks, named
from harness import SLOWNESS

USAGE, SIGN_IN, NOT_AUTHORIZED, NETWORK, SERVICE, FORBIDDEN, LIMIT, INCOMPLETE = 2, 3, 4, 5, 6, 8, 9, 10
MANAGEMENT = ("grants", "app", "setup")  # by their first word: what wants an admin key
MEBIBYTE = 1 << 20
SMALL = 128 << 10  # KiB, of which what runs these tests counts for the greater part

# One command for each way in which answers are read.
READERS = ("whoami", "whoami, key", "balance", "balance, quotas", "introspect", "token, expired", "login", "login, who",
           "logout", "scopes", "models", "chutes", "chutes show", "invoke -m", "invoke -m --no-stream", "invoke CHUTE",
           "invoke --batch", "app list", "app create", "app rotate-secret", "app verify", "doctor")
# One for each kind of command.
KINDS = ("whoami", "refresh", "login", "logout", "models", "invoke -m", "invoke CHUTE", "invoke --batch", "app create")


def reply(body=b"{}", status=200, *headers, content_type="application/json"):
    """An answer with its length."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return raw(body, status, f"Content-Type: {content_type}", f"Content-Length: {len(body)}", "Connection: close", *headers)


def raw(body=b"", status=200, *headers):
    """An answer with these headers only."""
    return f"HTTP/1.1 {status} No\r\n".encode() + "".join(f"{line}\r\n" for line in headers).encode() + b"\r\n" + body


@dataclasses.dataclass(frozen=True)
class Row:
    command: Command
    label: str
    fault: Fault
    code: int

    def __str__(self):
        return f"{self.command}: {self.label}"


def row(command, label, code, answer=None, **fault):
    return Row(command, label, Fault(command.path, command.method, answer=answer, **fault), code)


def when_unreadable(command):
    """The exit code where what answers this request is no HTTP, or no clear HTTP."""
    return {"dispensable": command.code, "optional": command.code, "farewell": NETWORK,
            "batch": INCOMPLETE}.get(command.kind, SERVICE)


def when_nonsense(command, body):
    """The exit code where it is a success whose body makes no sense."""
    if command.kind in ("farewell", "cord"):  # a revocation's body says nothing (RFC 7009); a cord's may be anything
        return command.code
    if command.kind == "events" and body == "nothing":  # a stream that ends before it begins
        return INCOMPLETE
    return when_unreadable(command)


def when_status(command, status):
    """The exit code where it is answered with a status that is no success."""
    manages = command.words[0] in MANAGEMENT and command.needs == "key"
    if command.kind in ("dispensable", "optional", "farewell") or command.name == "doctor":
        return NETWORK if command.kind == "farewell" else command.code  # doctor: a warning, built-in endpoints do
    if command.kind == "batch":
        return {401: SIGN_IN, 402: LIMIT}.get(status, INCOMPLETE)
    if command.name == "app verify, secret" and status == 401:
        return USAGE  # that is how the service says that a secret is wrong
    if command.path == "/idp/token" or command.path == "/idp/token/introspect":
        return LIMIT if status == 429 else SERVICE
    if command.path.startswith("/.well-known/"):
        return LIMIT if status == 429 else SERVICE
    if manages and status in (400, 409, 422):
        return USAGE
    if status == 401:
        return FORBIDDEN if command.needs == "key" else SIGN_IN  # no sign-in mends a key
    return {402: LIMIT, 403: FORBIDDEN, 429: LIMIT}.get(status, SERVICE)


class AnswerTest(RowTest):
    def look(self, row):
        with Person(self.world, row.command, row.fault) as person:
            kept = person.session()
            end = person.run("--timeout", "10")
            wrongs = [text for text in (self.wrong_end(row, end), self.wrong_words(row, person, end),
                                        self.lost(row, person, kept)) if text]
        return wrongs

    @staticmethod
    def wrong_end(row, end):
        if end.code != row.code:
            return f"exit code {end.code} and not {row.code}: {end.stderr or end.stdout[:500]}"
        if end.peak > SMALL and not os.environ.get("ASAN_OPTIONS"):
            return f"{end.peak} KiB of memory"
        return f"it took {end.seconds:.1f} s" if end.seconds > 10 * SLOWNESS else None

    @staticmethod
    def wrong_words(row, person, end):
        if found := leaks(person, end, ("access token",) if row.command.name == "token, expired" else ()):
            return f"it said {found}: {end.stdout}{end.stderr}"
        if end.code in (0, row.command.code):
            return None
        if row.command.kind not in ("events", "chat", "cord", "batch", "findings", "farewell") and end.stdout:
            return f"it printed {end.stdout!r}"
        wrong = ill_worded(end.stderr)
        return f"{wrong}: {end.stderr!r}" if wrong else None

    @staticmethod
    def lost(row, person, kept):
        """Nothing here ends a session but its own commands; a refresh that failed leaves a mark in it, and the tokens."""
        if kept is None or row.command.kind == "farewell":
            return None
        tokens = [json.loads(session)[name] for session in (kept, person.session() or kept)
                  for name in ("access_token", "refresh_token")]
        renewed = row.label == "401" or row.command.kind == "refresh" and row.code == row.command.code
        if tokens[:2] != tokens[2:] and not renewed:  # a token that was refused is renewed once
            return "the stored session is another"
        return None


FRAMING = {
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "HTTP/2": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80",
    "HTTP/0.9": b"<html>hello</html>\n",
    "a status of two digits": b"HTTP/1.1 20 OK\r\n\r\n",
    "a status of 999": b"HTTP/1.1 999 OK\r\nContent-Length: 2\r\n\r\n{}",
    "a bare line feed": b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
    "a header without a colon": raw(b"{}", 200, "Content-Length 2"),
    "a header with a space in its name": raw(b"{}", 200, "Content-Length : 2"),
    "a folded header": raw(b"{}", 200, "Content-Length: 2", "X: a", " b"),
    "a NUL in a header": raw(b"{}", 200, "Content-Length: 2", "X: a\0b"),
    "an endless header": raw(b"", 200, "X: " + "x" * 300_000),
    "a thousand headers": raw(b"{}", 200, *(f"X-{number}: {'x' * 300}" for number in range(1000))),
    "a negative length": raw(b"{}", 200, "Content-Length: -2"),
    "a length with a sign": raw(b"{}", 200, "Content-Length: +2"),
    "a length in hexadecimal": raw(b"{}", 200, "Content-Length: 0x2"),
    "a length that fits no integer": raw(b"{}", 200, "Content-Length: 99999999999999999999999"),
    "no length in the header": raw(b"{}", 200, "Content-Length:"),
    "two lengths": raw(b"{}", 200, "Content-Length: 2", "Content-Length: 2"),
    "two different lengths": raw(b"{}", 200, "Content-Length: 2", "Content-Length: 1"),
    "a list of lengths": raw(b"{}", 200, "Content-Length: 2, 2"),
    "a length and chunks": raw(b"2\r\n{}\r\n0\r\n\r\n", 200, "Content-Length: 2", "Transfer-Encoding: chunked"),
    "an unknown coding": raw(b"{}", 200, "Transfer-Encoding: gzip, chunked"),
    "a chunk size that is no number": raw(b"zz\r\n{}\r\n0\r\n\r\n", 200, "Transfer-Encoding: chunked"),
    "a negative chunk size": raw(b"-2\r\n{}\r\n0\r\n\r\n", 200, "Transfer-Encoding: chunked"),
    "a chunk size that fits no integer": raw(b"fffffffffffffffff\r\n{}\r\n", 200, "Transfer-Encoding: chunked"),
    "a chunk longer than it says": raw(b"1\r\n{}\r\n0\r\n\r\n", 200, "Transfer-Encoding: chunked"),
    "an endless chunk extension": raw(b"2;" + b"x" * 100_000 + b"\r\n{}\r\n", 200, "Transfer-Encoding: chunked"),
    "endless trailers": raw(b"2\r\n{}\r\n0\r\n" + b"X: y\r\n" * 100_000, 200, "Transfer-Encoding: chunked"),
    "compressed": reply(b"\x1f\x8b\x08\0\0\0\0\0" + bytes(MEBIBYTE), 200, "Content-Encoding: gzip"),
    "compressed twice": reply(b"\x1f\x8b\x08\0\0\0\0\0", 200, "Content-Encoding: gzip, br"),
    "another protocol": raw(b"", 101, "Upgrade: websocket", "Connection: Upgrade"),
    "interim answers without end": raw(b"", 103, "Link: </x>") * 20_000,
}
# What is less than it says to be is a connection that was cut.
SHORT = {
    "a length of ten gigabytes": raw(b"{}", 200, "Content-Length: 10737418240"),
    "a body shorter than its length": raw(b"{}", 200, "Content-Length: 100"),
    "a chunk of ten gigabytes": raw(b"280000000\r\n{}", 200, "Transfer-Encoding: chunked"),
    "no last chunk": raw(b"2\r\n{}\r\n", 200, "Transfer-Encoding: chunked"),
    "only interim answers": raw(b"", 100) + raw(b"", 102) + raw(b"", 103, "Link: </x>"),
}
NONSENSE = {
    "HTML": reply(b"<html><body>Sign in to the hotel's network</body></html>\n", content_type="text/html"),
    "HTML as JSON": reply(b"<html>"),
    "nothing": reply(b""),
    "null": reply(b"null"),
    "a number": reply(b"5"),
    "a text": reply(b'"ok"'),
    "a list": reply(b"[5]"),
    "half of a document": reply(b'{"sub": "x", "data": [{"id": '),
    "two documents": reply(b"{}{}"),
    "a repeated member": reply(b'{"sub":"x","sub":"y","access_token":"a","access_token":"b","data":[],"data":[],"items":[],'
                               b'"items":[],"active":true,"active":true,"scopes":{},"scopes":{},"token_endpoint":"x",'
                               b'"token_endpoint":"y","choices":[],"choices":[]}'),
    "depth": reply(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "lists in lists": reply(b"[" * 100_000 + b"]" * 100_000),
    "no UTF-8": reply(b'{"sub":"\xff\xfe","data":[],"items":[],"active":true,"scopes":{},"token_endpoint":"\xc3("}'),
    "a NUL": reply(b'{"sub":"x","data":[],"items":[],"active":true,"scopes":{}}\0'),
    "a number too large": reply(b'{"sub":"x","data":[],"items":[],"active":true,"scopes":{},"expires_in":1e999}'),
    "a byte order mark and text": reply(b"\xef\xbb\xbfhello", content_type="text/plain"),
}
STATUSES = (401, 402, 403, 404, 409, 422, 429, 500, 503)  # to every command
MORE_STATUSES = (204, 205, 300, 304, 400, 408, 413, 418, 451, 501, 502, 504, 599)  # to one of each kind
MOVED = (301, 302, 303, 307, 308)

# The members without which an answer says nothing; any other may be of a wrong type, and the command does what it can.
ESSENTIAL = {
    "whoami": {"sub"},
    "whoami --account": {"username"},
    "whoami, key": {"username"},
    "balance": set(),
    "balance, quotas": set(),
    "balance --usage": {"items"},
    "introspect": {"active"},
    "token, expired": {"access_token", "token_type", "expires_in", "refresh_token", "scope"},
    "scopes": {"scopes"},
    "models": {"data"},
    "chutes": {"items", "items.0"},
    "chutes show": {"slug"},
    "invoke -m --no-stream": {"choices", "choices.0", "choices.0.message"},
    "grants list": {"items", "items.0"},
    "app list": {"items", "items.0", "items.0.app_id", "items.0.client_id"},
    "app show": {"app_id", "client_id"},
    "app create": {"app_id", "client_id", "client_secret"},
    "app rotate-secret": {"client_secret"},
    "doctor": {"token_endpoint"},
}
DEEP = ("invoke -m --no-stream", "app list")
OTHER_TYPE = {str: 5, int: "x", float: "x", bool: "x", list: {}, dict: [], type(None): 5}


def members(document, depth, path=()):
    """(path, value) of every member, of lists the first item's."""
    items = document.items() if isinstance(document, dict) else enumerate(document[:1]) if isinstance(document, list) else ()
    for name, value in items:
        yield (*path, name), value
        if depth > 1:
            yield from members(value, depth - 1, (*path, name))


def replaced(document, path, value):
    document = json.loads(json.dumps(document))
    place = document
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return document


class Framing(AnswerTest):
    def test_what_is_no_http_or_not_clearly_framed_is_the_service_s_fault(self):
        self.run_rows((row(command, label, when_unreadable(command), answer) for label, answer in FRAMING.items()
                       for command in named(*KINDS)), self.look)

    def test_less_than_was_promised_is_a_connection_that_was_cut(self):
        codes = {"farewell": NETWORK, "batch": INCOMPLETE, "events": INCOMPLETE, "cord": INCOMPLETE}
        self.run_rows((row(command, label, NETWORK if label == "only interim answers" and command.kind != "batch"
                           else codes.get(command.kind, NETWORK), answer)
                       for label, answer in SHORT.items() for command in named(*KINDS)), self.look)

    def test_unusual_but_proper_answers_are_taken(self):
        def after_interim(answer):
            return raw(b"", 100) + raw(b"", 103, "Link: </x>") + answer

        self.run_rows((row(command, label, command.code, **fault) for command in named(*KINDS, "app list", "token, expired")
                       for label, fault in (("in chunks of one byte", {"rewrite": lambda answer: chunked(answer, 1)}),
                                            ("after interim answers", {"rewrite": after_interim}),
                                            ("with more than it says", {"rewrite": lambda answer: answer + b"HTTP/1.1 500 X\r\n"}),
                                            ("dripping", {"drip": 0.001}))), self.look)


class Bodies(AnswerTest):
    def test_a_success_whose_body_makes_no_sense(self):
        self.run_rows((row(command, label, when_nonsense(command, label), answer) for label, answer in NONSENSE.items()
                       for command in named(*READERS)), self.look)

    def test_members_of_a_wrong_type(self):
        rows = []
        for command in named(*ESSENTIAL):
            with Person(self.world, command) as person:
                person.run()
                answer = next(request.answer for request in person.proxy.requests
                              if Fault(command.path, command.method).hits(request))
            document = json.loads(answer[head_of(answer):])
            found = {".".join(map(str, path)): (path, value) for path, value in members(document, 3 if command.name in DEEP else 2) if "cord_refs" not in path}
            self.assertLessEqual(ESSENTIAL[command.name], set(found))
            rows += [row(command, name, SERVICE if name in ESSENTIAL[command.name] else command.code,
                         reply(replaced(document, path, OTHER_TYPE[type(value)]))) for name, (path, value) in found.items()]
        self.run_rows(rows, self.look)

    def test_a_stream_whose_chunks_are_of_wrong_types(self):
        def stream(*chunks, end="data: [DONE]\n\n"):
            text = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + end
            return reply(text.encode(), content_type="text/event-stream")

        word = {"choices": [{"index": 0, "delta": {"content": "word"}}]}
        wrong = {
            "a message that is a number, then words": ([{"choices": [{"index": 0, "message": 5}]}, word], 0),
            "choices that are a number, then words": ([{"choices": 5}, word], 0),
            "a choice that is a number, then words": ([{"choices": [5]}, word], 0),
            "content that is a list, then words": ([{"choices": [{"delta": {"content": [5]}}]}, word], 0),
            "tool calls that are a text": ([{"choices": [{"delta": {"tool_calls": "x"}}]}, word], 0),
            "tool calls that are numbers": ([{"choices": [{"delta": {"tool_calls": [5, {"function": 5}]}}]}, word], 0),
            "usage that is a text": ([{**word, "usage": "x"}, word], 0),
            "a huge index": ([{"choices": [{"index": 9e15, "delta": {"content": "x"}}]}, word], 0),
            "a negative index": ([{"choices": [{"index": -1, "delta": {"content": "x"}}]}, word], 0),
            "an error": ([word, {"error": {"message": "No way"}}], SERVICE),
            "an error of a wrong type": ([word, {"error": 5}], SERVICE),
            "a list": ([word, [5]], SERVICE),
            "only the end marker": ([], SERVICE),
        }
        self.run_rows((row(command, label, code, stream(*chunks)) for label, (chunks, code) in wrong.items()
                       for command in named("invoke -m", "invoke -m --json")), self.look)

    def test_what_was_told_in_confidence_is_not_said_aloud_however_it_is_written(self):
        def echo(status, write):
            def answer(request):
                token = re.search(r"Bearer (\S+)", request.head.decode())
                told = write(f"no rights: {token.group(1) if token else request.body.decode()[-200:]}")
                text = ", ".join(f'"{name}": "{told}"' for name in ("detail", "message", "error", "error_description"))
                yield reply(("{" + text + "}").encode(), status, f"X-Chutes-InvocationID: {token.group(1) if token else 'x'}")
            return answer

        def plain(text):
            return json.dumps(text)[1:-1]

        def escaped(text):
            return "".join(f"\\u{ord(character):04x}" for character in text)

        def complaint(request):
            token = re.search(rb"Bearer (\S+)", request.head).group(1).decode()
            yield reply(f'data: {{"error": {{"message": "no such token: {token}"}}}}\n\n'.encode())

        rows = [row(command, f"{status} {write.__name__}", when_status(command, status), echo(status, write))
                for status in (400, 403, 500) for write in (plain, escaped)
                for command in named("whoami", "balance", "introspect", "models", "invoke -m", "invoke CHUTE", "app list",
                                     "app create", "logout")]
        rows += [row(command, f"{status} {write.__name__}", SERVICE, echo(status, write)) for status in (403, 500)
                 for write in (plain, escaped) for command in named("whoami, expired")]
        rows += [row(command, "an error in the stream", SERVICE, complaint) for command in named("invoke -m")]
        self.run_rows(rows, self.look)


class Statuses(AnswerTest):
    def rows(self, commands, statuses, *headers):
        return [row(command, f"{status}", self.expected(command, status), reply({"detail": "No way"}, status, *headers))
                for command in commands for status in statuses]

    @staticmethod
    def expected(command, status):
        if status in (204, 205) and command.kind == "cord":
            return command.code
        return when_status(command, status)

    def test_a_refusal_in_every_status(self):
        self.run_rows(self.rows(COMMANDS, STATUSES) + self.rows(named(*KINDS, "app verify", "doctor"), MORE_STATUSES), self.look)

    def test_a_redirect_is_not_followed_and_nobody_else_hears_of_it(self):
        stranger = Stranger()
        self.addCleanup(stranger.close)
        for place, statuses in ((f"http://127.0.0.1:{stranger.port}/", MOVED),
                                (f"//127.0.0.1:{stranger.port}/idp/token", (307,)),
                                (f"https://localhost:{stranger.port}/", (307,))):
            self.run_rows(self.rows(named(*KINDS), statuses, f"Location: {place}"), self.look)
        self.assertEqual(stranger.visits, 0)

    def test_a_single_call_says_when_to_come_back_and_does_not_wait(self):
        now = time.time()
        hints = {"90": "try again in 1 minute", "1": "try again in 1 second", formatdate(now + 7300, usegmt=True): "2 hours",
                 "-5": "a minute", "soon": "a minute", "99999999999999999999": "a minute", "": "a minute",
                 "4000000000": "a minute", formatdate(now - 86400, usegmt=True): "a minute"}
        for command in named("whoami", "models", "invoke -m", "app list"):
            for value, hint in hints.items():
                with self.subTest(f"{command} {value}"), Person(self.world, command, Fault(
                        command.path, answer=reply({"detail": "slow down"}, 429, f"Retry-After: {value}",
                                                   f"Date: {formatdate(now, usegmt=True)}"))) as person:
                    end = person.run()
                    self.assertEqual(end.code, LIMIT, end.stderr)
                    self.assertIn(hint, end.hint)
                    self.assertLess(end.seconds, 5 * SLOWNESS)

    def test_a_call_that_may_wait_waits_as_long_as_it_is_told_but_not_for_ever(self):
        now = time.time()
        waits = {"0": True, "1": True, "-5": True, "soon": True, formatdate(now - 86400, usegmt=True): True,
                 "601": False, "99999999999": False, formatdate(now + 86400, usegmt=True): False}

        def look(given):
            command, status, value = given
            fault = Fault(command.path, command.method, times=1, answer=reply({"detail": "slow down"}, status,
                                                                              f"Retry-After: {value}"))
            with Person(self.world, command, fault) as person:
                words = [word.format(**person.facts) for word in command.words if word not in ("--retry", "0")]
                end = person.run(words=[*words, "--retry", "1"])
                sent = [request for request in person.proxy.requests if fault.hits(request)]
                refused = INCOMPLETE if command.kind == "batch" else LIMIT if status == 429 else SERVICE
                wanted = (0, 2) if waits[value] else (refused, 1)
                right = (end.code, len(sent)) == wanted and end.seconds < 10 * SLOWNESS
                return [] if right else [f"{(end.code, len(sent), end.seconds)} and not {wanted}: {end.stderr}"]

        self.run_rows([(command, status, value) for command in named("invoke -m", "invoke CHUTE", "invoke --batch")
                       for status in (429, 503) for value in waits], look)


def endless(piece, *headers, status=200, begin=b"", most=256):
    """An answer that goes on, until the client leaves or has been sent `most` MiB, and then breaks off."""
    pieces = piece * (MEBIBYTE // len(piece) + 1)

    def answer(_):
        yield raw(begin, status, *headers)
        for _ in range(most):
            yield pieces
    return answer


class Sizes(AnswerTest):
    LENGTH = "Content-Length: 10737418240"
    EVENT = b'data: {"choices":[{"index":0,"delta":{"content":"%b"}}]}\n\n' % (b"x" * 1000)

    def peak_of(self, row):
        """KiB of memory, where the exit code is the right one."""
        with Person(self.world, row.command, row.fault) as person:
            end = person.run("--timeout", "10", stdout="/dev/null")
            self.assertEqual(end.code, row.code, f"{row}: {end.stderr}")
            self.assertIsNone(ill_worded(end.stderr), end.stderr)
            self.assertLess(end.seconds, 30 * SLOWNESS, str(row))
        return end.peak

    def test_ten_gigabytes_end_at_a_limit_or_pass_through_in_flat_memory(self):
        x = b"x" * 4096
        rows = (
            ("whoami", "of a body", SERVICE, endless(x, self.LENGTH), 96),
            ("whoami", "of a refusal", SERVICE, endless(x, self.LENGTH, status=500), 96),
            ("whoami", "until the end", SERVICE, endless(x), 96),
            ("app list", "of a body", SERVICE, endless(x, self.LENGTH), 96),
            ("introspect", "of a body", SERVICE, endless(x, self.LENGTH), 96),
            ("refresh", "of a body", SERVICE, endless(x, self.LENGTH), 96),
            ("models", "of a body", SERVICE, endless(x, self.LENGTH), 96),
            ("chutes", "of a body", SERVICE, endless(x, self.LENGTH), 192),
            ("invoke -m", "of one event", SERVICE, endless(x, self.LENGTH, begin=b"data: "), 96),
            ("invoke -m", "of events", INCOMPLETE, endless(self.EVENT, self.LENGTH, most=16), 160),
            ("invoke -m", "of comments", INCOMPLETE, endless(b": still here\n", self.LENGTH, most=16), 96),
            ("invoke -m --no-stream", "of a body", SERVICE, endless(x, self.LENGTH), 192),
            ("invoke CHUTE", "of bytes", INCOMPLETE, endless(x, self.LENGTH), 96),
            ("invoke CHUTE -o", "of bytes", INCOMPLETE, endless(x, self.LENGTH, most=64), 96),
            ("invoke CHUTE --json", "of bytes", SERVICE, endless(x, self.LENGTH), 192),
            ("invoke --batch", "of a body", INCOMPLETE, endless(x, self.LENGTH), 192),
        )
        for name, label, code, answer, most in rows:
            command = named(name.removesuffix(" --json"))[0]
            if name.endswith("CHUTE --json"):
                command = dataclasses.replace(command, words=("invoke", "--json", *command.words[1:]))
            peak = self.peak_of(row(command, label, code, answer))
            if "ASAN_OPTIONS" not in os.environ:
                self.assertLess(peak, most << 10, f"{name}: {label}")

    def test_a_document_that_would_take_an_age_to_read_or_much_more_memory_than_its_bytes(self):
        def document(begin, piece, end):
            """An answer of 20 pieces, each a text of the same length, which are never all in the memory of these tests."""
            begin = b'{"sub":"x","more":' + begin

            def answer(_):
                length = len(begin) + 20 * len(piece(0)) + len(end)
                yield raw(begin, 200, f"Content-Length: {length}", "Connection: close")
                for number in range(20):
                    yield piece(number)
                yield end
            return answer

        bombs = {"lists": document(b"[[]", lambda _: b",[]" * (1 << 18), b"]}"),
                 "objects": document(b"[{}", lambda _: b",{}" * (1 << 18), b"]}"),
                 "members": document(b'{"":0', lambda number: b"".join(b',"%08x":0' % (number << 16 | member)
                                                                       for member in range(1 << 16)), b"}}")}
        command = named("whoami")[0]
        for label, answer in bombs.items():
            with self.subTest(label), Person(self.world, command, Fault(command.path, answer=answer)) as person:
                end = person.run()
                self.assertEqual(end.code, SERVICE, end.stderr)
                self.assertLess(end.seconds, 20 * SLOWNESS)
                if "ASAN_OPTIONS" not in os.environ:
                    self.assertLess(end.peak, 192 << 10)


@unittest.skipIf("ASAN_OPTIONS" in os.environ, "libfaketime and AddressSanitizer exclude each other")
class Clocks(RowTest):
    DAY = 86400

    def clock(self, seconds):
        """The environment in which the client's clock is wrong by so much."""
        library = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")))
        return {"LD_PRELOAD": library, "FAKETIME": f"{seconds:+d}", "DONT_FAKE_MONOTONIC": "1"}

    def test_a_session_survives_a_clock_that_is_set_to_another_day_and_back(self):
        for shift in (self.DAY, -self.DAY):
            for command in named("whoami", "balance", "invoke -m", "status --check"):
                with self.subTest(f"{command} {shift:+d}"), Person(self.world, command) as person:
                    for env, refreshes in ((self.clock(shift), 1), (self.clock(shift), 1), ({}, 2), ({}, 2)):
                        end = person.run(env=env)
                        self.assertEqual(end.code, 0, end.stderr)
                        asked = person.asked().count(("POST", TOKEN))
                        self.assertLessEqual(asked, refreshes)

    def test_a_server_whose_clock_is_a_day_ahead_or_behind_gets_its_tokens_renewed_once(self):
        for shift in (self.DAY, -self.DAY):
            world = World()
            self.addCleanup(world.close)
            for command in named("whoami", "invoke -m"):
                with self.subTest(f"{command} {shift:+d}"), Person(world, command) as person:
                    world.sandbox.advance(shift)
                    for _ in range(2):
                        end = person.run()
                        self.assertEqual(end.code, 0, end.stderr)
                    self.assertLessEqual(person.asked().count(("POST", TOKEN)), 1)

    def test_a_server_that_tells_another_time_is_told_of_and_harms_nothing(self):
        for shift, said in ((self.DAY, "1 day behind the server's"), (-self.DAY, "1 day ahead of the server's")):
            date = formatdate(time.time() + shift * 1.01, usegmt=True)  # and a little, or it would be 23 hours by now

            def dated(answer, date=date):
                return answer.replace(b"\r\n", f"\r\nDate: {date}\r\n".encode(), 1)

            with self.subTest(said):
                with Person(self.world, named("refresh")[0], Fault(rewrite=dated)) as person:
                    for words in (["refresh"], ["whoami"], ["status"]):
                        end = person.run(words=words)
                        self.assertEqual(end.code, 0, end.stderr)
                    self.assertIn(said, end.stdout)
                    self.assertEqual(person.asked().count(("POST", TOKEN)), 1)
                with Person(self.world, named("doctor")[0], Fault(rewrite=dated)) as person:
                    end = person.run()
                    self.assertEqual(end.code, NOT_AUTHORIZED, end.stdout)
                    self.assertIn(f"this computer's clock is {said}", end.stdout)


if __name__ == "__main__":
    unittest.main()
