"""The waiting port and the rest of the machine: who may share it, where it leads from, and that it goes away with the sign-in."""

import contextlib
import os
import re
import signal
import socket
import unittest

from harness import LOGIN, free_port, listening
from waiting import Waiting


class WhoeverHoldsThePort(Waiting):
    def test_security_15_no_other_address_of_the_machine_leads_to_the_port(self):
        running = self.waiting_login()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            with contextlib.suppress(OSError):
                probe.connect(("192.0.2.1", 9))  # sends nothing; picks the address of the way out
            outer = probe.getsockname()[0]
        for address in {"127.0.0.2", outer} - {"0.0.0.0", "127.0.0.1"}:
            with self.assertRaises(ConnectionRefusedError, msg=address):
                socket.create_connection((address, self.ports[0]), timeout=5)
        running.signal(signal.SIGINT)
        running.result()

    def test_security_16_reuseaddr_is_set_and_reuseport_never(self):
        trace = self.folder / "trace"
        running = self.start("-f", "-e", "trace=setsockopt,bind,listen", "-o", str(trace), LOGIN, "login", "--wait", "1s",
                             program="/usr/bin/strace",
                             env={"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"})
        self.browser.plan(visits=False)
        running.result()
        calls = trace.read_text()
        bound = re.search(rf"bind\((\d+), \{{sa_family=AF_INET, sin_port=htons\({self.ports[0]}\)", calls)
        self.assertIsNotNone(bound, calls)
        self.assertIn(f"setsockopt({bound.group(1)}, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0", calls)
        self.assertNotIn("SO_REUSEPORT", calls)

    def test_security_16_nobody_can_share_the_port_whatever_they_ask_for(self):
        running = self.waiting_login()
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
            for address in ("127.0.0.1", "0.0.0.0"):
                with socket.socket() as squatter, self.subTest(option=option, address=address):
                    squatter.setsockopt(socket.SOL_SOCKET, option, 1)
                    with self.assertRaises(OSError):
                        squatter.bind((address, self.ports[0]))
                        squatter.listen()
        running.signal(signal.SIGINT)
        running.result()

    def test_security_17_a_localhost_registration_holds_both_families(self):
        port = free_port()
        uri = f"http://localhost:{port}/callback"
        registration = self.sandbox.register([uri])
        running = self.waiting_login(env=registration)
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with socket.create_connection((address, port), timeout=10) as caller:
                self.assertEqual(caller.family, family)
                caller.sendall(f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
                self.assertIn(b" 404 ", caller.recv(4096))
        self.browser.plan()
        self.browser.visit(self.start_url())
        self.assertEqual(running.result().code, 0)
        self.assertFalse(listening(port))

    def test_security_18_a_squatter_is_named_and_never_spoken_to(self):
        with socket.create_server(("127.0.0.1", self.ports[0])) as first, \
                socket.create_server(("127.0.0.1", self.ports[1])) as second:
            result = self.run_program("login")
            self.assert_fails(result, 4, str(self.ports[0]), str(self.ports[1]), f"pid {os.getpid()}")
            for squatter in (first, second):
                squatter.setblocking(False)
                with self.assertRaises(BlockingIOError):
                    squatter.accept()


class EveryWayOut(Waiting):
    """Security 14 and 31: whichever way a sign-in ends, its port is free at once."""

    def assert_port_is_free(self):
        self.assert_nobody_listens()
        with socket.create_server(("127.0.0.1", self.ports[0])):
            pass

    def test_after_success_and_again_within_the_second(self):
        self.sign_in()
        self.assert_port_is_free()
        self.sign_in()
        self.assertTrue(self.browser.diary("started")[-1]["url"].startswith(f"http://127.0.0.1:{self.ports[0]}/"))
        self.assert_port_is_free()

    def test_after_a_failed_exchange(self):
        with self.sandbox.fault("/idp/token:status=500"):
            self.assertNotEqual(self.run_program("login").code, 0)
        self.assert_port_is_free()

    def test_after_nobody_came(self):
        self.browser.plan(visits=False)
        self.assert_fails(self.run_program("login", "--wait", "1s"), 4, "--no-browser")
        self.assert_port_is_free()

    def test_after_every_signal(self):
        codes = {}
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            running = self.waiting_login()
            with socket.create_connection(("127.0.0.1", self.ports[0])):  # a visitor is there, too
                running.signal(number)
                codes[number.name] = running.result().code
            self.assert_port_is_free()
        self.assertEqual(codes, {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 143, "SIGKILL": 137})

    def test_after_its_shell_was_killed_login_ends_with_its_terminal(self):
        # What a closed terminal does to the programs in it: SIGHUP to the whole foreground group.
        running = self.waiting_login(start_new_session=True)
        os.killpg(running.process.pid, signal.SIGHUP)
        running.result()
        self.assert_port_is_free()


if __name__ == "__main__":
    unittest.main()
