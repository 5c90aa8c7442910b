"""Text from outside on its way to a terminal: a service all of whose strings try to control it, asked by every command. On a
terminal none gets through, and none forges a line; in a pipe the service's own fields are what it said."""

import http.client
import http.server
import json
import re
import subprocess
import threading
import unittest
import urllib.parse

from harness import LOGIN, PATIENCE, ProgramTest
from typist import Typist

MARK = "PWN"  # shows that a hostile text has been shown at all
HOSTILE = (f"{MARK}\x1b]0;title\x07\x1b[31m\x1b[1;31m\x1b[2J\x1b[1A\x1bc\x9b31m\x9d0;title\x9c\x90q\x9c\x7f\x08\r\u202e\u2066\u202d"
           "\nFORGED line\r\nFORGED line")
# What the flow itself depends on; all other strings are hostile.
KEPT = {"access_token", "refresh_token", "id_token", "token_type", "client_id", "client_secret", "app_id", "user_id", "chute_id",
        "sub", "id", "iss", "issuer", "slug", "object", "role", "type", "redirect_uris", "next_cursor", "expires_at", "created_at",
        "authorization_endpoint", "token_endpoint", "method", "path", "public_api_path", "public_api_method"}
TERMINAL = {"TERM": "xterm", "NO_COLOR": "1"}  # so that every escape sequence but one is a foreign one
TAKEN_BACK = "\r\x1b[2K"  # a line of progress


def poisoned(value, name=None):
    if isinstance(value, dict):
        return {key: poisoned(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [poisoned(item, name) for item in value]
    return value + " " + HOSTILE if isinstance(value, str) and name not in KEPT else value


class HostileService:
    """Passes everything on to the sandbox, and makes the strings of all its JSON answers hostile."""

    def __init__(self, sandbox):
        behind = urllib.parse.urlsplit(sandbox.url)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                connection = http.client.HTTPConnection(behind.netloc, timeout=PATIENCE)
                headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "accept-encoding", "connection")}
                connection.request(self.command, self.path, body or None, headers)
                response = connection.getresponse()
                text = response.read()
                kind = response.headers.get("Content-Type", "")
                if "json" in kind:
                    text = json.dumps(poisoned(json.loads(text)), ensure_ascii=False).encode()
                elif "event-stream" in kind:
                    text = b"\n".join(map(self.event, text.split(b"\n")))
                self.send_response(response.status)
                for name, value in response.getheaders():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection", "server", "date", "keep-alive"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
                connection.close()

            @staticmethod
            def event(line):
                if not line.startswith(b"data: {"):
                    return line
                event = json.loads(line.removeprefix(b"data: "))
                for choice in event.get("choices", []):
                    choice["delta"] = poisoned(choice.get("delta", {}))
                return b"data: " + json.dumps(event, ensure_ascii=False).encode()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.variables = {name: value.replace(sandbox.url, address) for name, value in sandbox.variables.items()
                          if sandbox.url in value}

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class OutwardText(ProgramTest):
    def setUp(self):
        super().setUp()
        self.service = HostileService(self.sandbox)
        self.addCleanup(self.service.close)
        self.environment.update(self.service.variables)

    def on_terminal(self, *words, **variables):
        typist = Typist(words, {**self.environment, **TERMINAL, **variables})
        self.addCleanup(typist.close)
        typist.result()
        return typist.seen

    def assert_harmless(self, words, seen):
        text = seen.replace(TAKEN_BACK, "\n").replace("\r\n", "\n")
        controls = [hex(ord(c)) for c in text if (ord(c) < 0x20 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0
                    or 0x202A <= ord(c) <= 0x202E or 0x2066 <= ord(c) <= 0x2069]
        self.assertEqual(controls, [], (words, seen))
        if words[0] != "invoke":  # an answer has lines
            self.assertNotRegex(text, r"(?m)^FORGED", words)

    COMMANDS = (("status",), ("status", "--check"), ("status", "--all"), ("whoami",), ("whoami", "--account"), ("balance",),
                ("balance", "--usage"), ("refresh",), ("introspect",), ("introspect", "--refresh-token"), ("scopes",),
                ("models",), ("chutes",), ("invoke", "-m", "deepseek-ai/DeepSeek-V3.2-TEE", "hello"),
                ("invoke", "-m", "deepseek-ai/DeepSeek-V3.2-TEE", "--no-stream", "hello"),
                ("invoke", "-m", "deepseek-ai/DeepSeek-V3.2-TEE", "--reasoning", "show", "--usage", "hello"),
                ("invoke", "-m", "no/such-model", "hello"), ("profile", "list"), ("doctor",), ("-vv", "whoami"), ("token",),
                ("login",), ("logout",))
    KEY_COMMANDS = (("app", "list"), ("grants", "list"), ("app", "create", "--name", "Shop", "--redirect-uri", "http://127.0.0.1:9/callback"),
                    ("app", "delete", "no-such-app", "--yes"), ("chutes", "--mine"), ("whoami",), ("setup", "--name", "Mine"))

    def test_no_text_of_the_service_controls_a_terminal_or_forges_a_line_whatever_the_command(self):
        shown = 0
        self.assert_harmless(("login",), self.on_terminal("login"))
        for words in self.COMMANDS:
            with self.subTest(words):
                seen = self.on_terminal(*words)
                shown += MARK in seen
                self.assert_harmless(words, seen)
        for words in self.KEY_COMMANDS:
            with self.subTest(words):
                seen = self.on_terminal(*words, CHUTES_API_KEY=self.sandbox.variables["CHUTES_API_KEY"])
                shown += MARK in seen
                self.assert_harmless(words, seen)
        self.assertGreater(shown, 12)  # and not because nothing was shown

    def test_json_on_a_terminal_is_the_same_document_and_controls_nothing(self):
        self.on_terminal("login")
        for words in (("whoami", "--json"), ("balance", "--json"), ("scopes", "--json"), ("models", "--json"), ("chutes", "--json"),
                      ("status", "--json"), ("introspect", "--json"),
                      ("invoke", "-m", "deepseek-ai/DeepSeek-V3.2-TEE", "--json", "hello")):
            with self.subTest(words):
                seen = self.on_terminal(*words)
                self.assert_harmless(words, seen)
                start = re.search(r"(?m)^[{\[]", seen).start()
                self.assertIn(HOSTILE, "\n".join(strings_of(json.JSONDecoder().raw_decode(seen[start:].replace("\r\n", "\n"))[0]))
                              if words[0] not in ("status", "introspect") else HOSTILE)

    def test_json_in_a_pipe_is_byte_for_byte_what_json_says(self):
        self.on_terminal("login")
        done = subprocess.run([LOGIN, "whoami", "--json"], env=self.environment, capture_output=True, timeout=60, check=True)
        self.assertIn(HOSTILE, "\n".join(strings_of(json.loads(done.stdout))))
        for raw in ("\x9b", "\x7f", "\u202e"):  # as they came, not escaped
            self.assertIn(raw.encode(), done.stdout)

    def test_an_error_in_json_controls_no_terminal_either(self):
        self.on_terminal("login")
        words = ("invoke", "-m", "no/such-model", "--json", "hello")
        seen = self.on_terminal(*words)
        self.assert_harmless(words, seen)
        self.assertIn(MARK, json.loads(seen.strip().splitlines()[-1])["error"]["message"])


def strings_of(value):
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings_of(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings_of(item)]
    return [value] if isinstance(value, str) else []


if __name__ == "__main__":
    unittest.main()
