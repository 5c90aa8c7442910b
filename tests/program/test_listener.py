"""Whom the waiting port hears: each rule of the listener by its line in the security checklist."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import unittest
import urllib.parse

from waiting import HOST, Waiting

NOBODY = 65534

# Sends a request to 127.0.0.1:PORT and prints the status of the answer, or what became of the connection.
CALLER = """
import socket, sys
port = int(sys.argv[1])
with socket.create_connection(("127.0.0.1", port), timeout=10) as caller:
    try:
        caller.sendall(b"GET /favicon.ico HTTP/1.1\\r\\nHost: 127.0.0.1:%d\\r\\n\\r\\n" % port)
        answer = caller.recv(4096)
        print(answer.split()[1].decode() if answer else "closed")
    except ConnectionResetError:
        print("reset")
"""


class WhoIsHeard(Waiting):
    def test_security_19_another_path_method_or_version_changes_nothing(self):
        running = self.waiting_login()
        host = "Host: 127.0.0.1:PORT\r\n\r\n"
        expected = {
            "GET /callback/ HTTP/1.1\r\n": "404", "GET /Callback HTTP/1.1\r\n": "404", "GET / HTTP/1.1\r\n": "404",
            "GET //callback HTTP/1.1\r\n": "400", "GET http://127.0.0.1:PORT/callback HTTP/1.1\r\n": "400",
            "GET /callback#code=a HTTP/1.1\r\n": "400", "HEAD /callback HTTP/1.1\r\n": "405",
            "POST /callback HTTP/1.1\r\n": "405", "OPTIONS /callback HTTP/1.1\r\n": "405",
            "GET /callback HTTP/2.0\r\n": "400", "GET /callback HTTP/0.9\r\n": "400",
            "PRI * HTTP/2.0\r\n": "400"}
        self.assertEqual({line: self.ask(line + host) for line in expected}, expected)
        self.finish(running)

    def test_security_20_a_rebound_name_changes_nothing(self):
        running = self.waiting_login()
        for host in ("evil.test", "evil.test:PORT", "127.0.0.1.evil.test:PORT", "127.0.0.1.:PORT", "localhost:PORT",
                     "127.0.0.1", "127.0.0.1:1"):
            with self.subTest(host=host):
                self.assertEqual(self.ask(f"GET /callback HTTP/1.1\r\nHost: {host}\r\n\r\n"), "421")
        self.assertEqual(self.ask("GET /callback HTTP/1.1\r\n\r\n"), "421")
        self.finish(running)

    def test_security_3_a_state_that_is_nearly_right_changes_nothing(self):
        running = self.waiting_login()
        url = self.authorization_url()
        state = self.query_of(url)["state"][0]
        for given in ("", "&state=", f"&state={state[:-1]}", f"&state={state}x", f"&state={state.swapcase()}",
                      f"&State={state}", f"&state={state}&state={state}", f"&state=x&state={state}",
                      f"&state={state}%00", f"&state={state}&code=other", f"&state={state}&error=access_denied",
                      f"&state={state}x&iss=https%3A%2F%2Fevil.test"):
            with self.subTest(given=given.replace(state, "STATE")):
                self.assertEqual(self.ask(f"GET /callback?code=x{given} HTTP/1.1\r\n{HOST}\r\n"), "400")
        self.finish(running, url)

    def test_security_21_what_is_no_navigation_of_a_person_changes_nothing_even_with_the_right_state(self):
        running = self.waiting_login()
        url = self.authorization_url()
        state = self.query_of(url)["state"][0]
        for header in ("Origin: https://evil.test", "Origin: null", "Sec-Fetch-Mode: cors", "Sec-Fetch-Mode: no-cors",
                       "Sec-Fetch-Dest: image", "Sec-Fetch-Dest: iframe",
                       "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe"):
            with self.subTest(header=header):
                self.assertEqual(
                    self.ask(f"GET /callback?code=x&state={state} HTTP/1.1\r\n{HOST}{header}\r\n\r\n"), "403")
        self.finish(running, url)

    def test_security_22_a_prefetch_does_not_spend_the_code(self):
        running = self.waiting_login()
        url = self.authorization_url()
        state = self.query_of(url)["state"][0]
        for header in ("Sec-Purpose: prefetch", "Sec-Purpose: prefetch;prerender", "Purpose: prefetch", "X-Moz: prefetch"):
            with self.subTest(header=header):
                self.assertEqual(
                    self.ask(f"GET /callback?code=x&state={state} HTTP/1.1\r\n{HOST}{header}\r\n\r\n"), "204")
        self.finish(running, url)

    def test_security_24_an_error_without_the_right_state_changes_nothing(self):
        running = self.waiting_login()
        for query in ("error=access_denied", "error=access_denied&state=", "error=server_error&state=guess"):
            self.assertEqual(self.ask(f"GET /callback?{query} HTTP/1.1\r\n{HOST}\r\n"), "400")
        self.finish(running)

    def test_security_27_only_the_start_address_leads_on_and_only_once(self):
        running = self.waiting_login()
        path = urllib.parse.urlsplit(self.start_url()).path
        self.assertRegex(path, r"^/start/[A-Za-z0-9_-]{22}$")  # 128 bits
        for other in ("/", "/start", "/start/", path[:-1], path + "x", path + "/", path.swapcase()):
            self.assertEqual(self.ask(f"GET {other} HTTP/1.1\r\n{HOST}\r\n"), "404", other)
        self.assertEqual(self.ask(f"HEAD {path} HTTP/1.1\r\n{HOST}\r\n"), "405")
        url = self.authorization_url()
        self.assertEqual(self.ask(f"GET {path} HTTP/1.1\r\n{HOST}\r\n"), "404")
        self.finish(running, url)

    def test_security_26_another_user_of_the_machine_is_closed_unread(self):
        if os.geteuid() != 0:
            self.skipTest("only root can play another user")
        running = self.waiting_login()
        self.assertIn(self.called_by(NOBODY), ("closed", "reset"))
        self.assertEqual(self.called_by(os.geteuid()), "404")
        self.finish(running)

    def test_security_26_with_the_switch_every_user_is_heard(self):
        if os.geteuid() != 0:
            self.skipTest("only root can play another user")
        running = self.waiting_login(env={"CHUTES_LOOPBACK_ANY_USER": "1"})
        self.assertEqual(self.called_by(NOBODY), "404")
        self.finish(running)

    def test_security_26_a_sign_in_without_response_reports_the_other_users_it_rejected(self):
        if os.geteuid() != 0:
            self.skipTest("only root can play another user")
        running = self.waiting_login("--wait", "2s")
        self.called_by(NOBODY)
        self.assert_fails(running.result(), 4, "1 connection ", "CHUTES_LOOPBACK_ANY_USER=1")

    def test_security_25_a_second_different_code_with_the_right_state_ends_the_sign_in(self):
        exchanges = len(self.sandbox.log("/idp/token"))
        running = self.waiting_login()
        state = self.query_of(self.authorization_url())["state"][0]
        running.signal(signal.SIGSTOP)  # so that both are there when it looks
        with contextlib.ExitStack() as callers:
            for code in ("first", "second"):
                caller = callers.enter_context(socket.create_connection(("127.0.0.1", self.ports[0])))
                caller.sendall(f"GET /callback?code={code}&state={state} HTTP/1.1\r\n"
                               f"Host: 127.0.0.1:{self.ports[0]}\r\n\r\n".encode())
            running.signal(signal.SIGCONT)
            result = running.result()
        self.assert_fails(result, 4, "hint:")
        self.assertEqual(len(self.sandbox.log("/idp/token")), exchanges)
        self.assertIsNone(self.keyring.session())
        self.assert_nobody_listens()

    def test_security_23_a_thousand_strangers_neither_end_nor_hold_up_the_sign_in(self):
        running = self.waiting_login()
        stray = "GET /favicon.ico HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n"
        answers = [self.ask(stray) for _ in range(1100)]
        self.assertEqual(answers, ["404"] * 1000 + [""] * 100)
        self.finish(running)

    def called_by(self, user):
        caller = subprocess.run([sys.executable, "-I", "-c", CALLER, str(self.ports[0])], user=user, group=user,
                                extra_groups=[], capture_output=True, text=True, check=True, cwd="/", timeout=30)
        return caller.stdout.strip()


if __name__ == "__main__":
    unittest.main()
