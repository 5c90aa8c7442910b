"""The way to a server: through a proxy that lets us or does not, to addresses that are dead, and with a wait that ends."""

import base64
import contextlib
import re
import shutil
import signal
import subprocess
import time
import unittest

from asking import NETWORK, SOON, TOKEN, USAGE, Asking, Case, may_mount, mounting
from authority import Authority, file_of
from golden import check_golden
from harness import LOGIN, SLOWNESS, asan, eventually
from tls_servers import DeadPort, Plain, Proxy, Relay, Silent, TlsServer

TRUSTED = Authority("Test Authority")
STRANGER = Authority("Stranger")
HOST = "api.chutes.test"  # no real host; a proxy here takes it for the server behind it
CONNECT_LIMIT = 10  # seconds

PROXY_ADDRESS = "check the proxy's address"
GIVE_PASSWORD = ("<PROXY> ", "<VARIABLE>", "http://USER:PASSWORD@HOST:PORT")
WRONG_PASSWORD = ("<PROXY> ", "<VARIABLE>", "%40")
NO_PROXY = "NO_PROXY"
OTHER_NAME = (f"could not trust {HOST}: ", "another name")


def good(name=HOST, authority=TRUSTED, **address):
    return TlsServer(authority.issue(name), **address)


def proxied(name, server=good, code=0, said=(), user="", told=None, variable="HTTPS_PROXY", **proxy):
    """A row, the variable that names its proxy, and what precedes the address there."""
    return variable, user, Case(name, lambda: Proxy(server(), **proxy), code, said, HOST, told)


def hanging_up():
    proxy = Proxy(good())
    proxy.meet = lambda connection: connection.recv(65536)
    return proxy


PROXIED = [
    proxied("no password wanted"),
    proxied("no password wanted and one given", user="ada:hunter2@"),
    proxied("the right password", user="ada:hunter2@", admits="ada:hunter2"),
    proxied("the right password, encoded", user="ada:p%40ss%3Aword@", admits="ada:p@ss:word"),
    proxied("the wrong password", code=NETWORK, said=WRONG_PASSWORD, user="ada:hunter2@", admits="ada:other"),
    proxied("a password not encoded", code=NETWORK, said=WRONG_PASSWORD, user="ada:50%25@", admits="ada:50%25"),
    proxied("no password given", code=NETWORK, said=GIVE_PASSWORD, admits="ada:hunter2"),
    proxied("no password given in small letters", code=NETWORK, said=GIVE_PASSWORD, variable="https_proxy", admits="a:b"),
    proxied("the wrong password for everything", code=NETWORK, said=WRONG_PASSWORD, variable="ALL_PROXY", user="a:c@",
            admits="a:b"),
    proxied("a kind of authentication that is not known", code=NETWORK, user="ada:hunter2@",
            refusal="407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate",
            said=("<PROXY> ", "authentication", "Basic", NO_PROXY)),
    proxied("a host that is forbidden", code=NETWORK, refusal="403 Forbidden",
            said=("<PROXY> ", HOST, "status 403", NO_PROXY)),
    proxied("a host that the proxy does not reach", code=NETWORK, refusal="502 Bad Gateway",
            said=("<PROXY> ", HOST, "status 502", NO_PROXY)),
    ("HTTPS_PROXY", "", Case("a proxy that hangs up", hanging_up, NETWORK, ("<PROXY> closed the connection", PROXY_ADDRESS))),
    ("HTTPS_PROXY", "", Case("a proxy that is a TLS server", good, NETWORK, ("<PROXY> closed the connection", PROXY_ADDRESS))),
    # A proxy is no authority, and with its help every name can be asked for.
    proxied("a proxy that poses as the server", lambda: good(authority=STRANGER), NETWORK, (
        f"could not trust {HOST}: ", "authority, Stranger", "SSL_CERT_FILE", "intermediate certificate")),
    proxied("a proxy that leads to something else", Plain, NETWORK, (
        f"could not reach {HOST}: ", "TLS", "the proxy")),
    proxied("a wildcard for one label", lambda: good("*.chutes.test")),
    proxied("a wildcard for two labels", lambda: good("*.test"), NETWORK, OTHER_NAME),
    proxied("a wildcard within a label", lambda: good("a*.chutes.test"), NETWORK, OTHER_NAME),
    proxied("a wildcard below the name", lambda: good("*.api.chutes.test"), NETWORK, OTHER_NAME),
]


class ThroughAProxy(Asking):
    def ask(self, proxy, user, *words, variable="HTTPS_PROXY"):
        environment = {"SSL_CERT_FILE": TRUSTED.file, variable: f"http://{user}127.0.0.1:{proxy.port}"}
        return self.start(f"https://{HOST}", *words, **environment).result()

    def test_a_proxy_leads_to_the_server_or_says_why_not(self):
        texts = []
        for variable, user, case in PROXIED:
            with self.subTest(case.name), contextlib.closing(case.server()) as proxy:
                began = time.monotonic()
                result = self.ask(proxy, user, variable=variable)
                self.assertLess(time.monotonic() - began, SOON)
                server = getattr(proxy, "server", proxy)
                said = self.assert_ended(case, result, server, PROXY=f"the proxy 127.0.0.1:{proxy.port}", VARIABLE=variable)
                texts.append(f"{case.name}:\n{said}")
                self.assertNotIn(TOKEN.encode(), proxy.received)
        check_golden(self, "\n".join(texts))

    def test_the_proxy_s_password_is_told_to_the_proxy_alone(self):
        encoded = base64.b64encode(b"ada:p@ss:word").decode()
        for admits in ("ada:p@ss:word", "ada:other"):
            with self.subTest(admits), contextlib.closing(Proxy(good(), admits=admits)) as proxy:
                result = self.ask(proxy, "ada:p%40ss%3Aword@", "-vv")
                self.assertIn(f"Proxy-Authorization: Basic {encoded}\r\n", proxy.heads[0])
                self.assertNotIn("Authorization: Bearer", proxy.heads[0])
                self.assertNotIn(b"Proxy-Authorization", proxy.server.received)
                for secret in ("p@ss", "p%40ss", encoded, TOKEN):
                    self.assertNotIn(secret, result.stdout + result.stderr)

    def test_the_server_s_name_is_asked_of_the_proxy_and_nothing_else_is_told_to_it(self):
        proxy = self.serving(Proxy(good()))
        self.assertEqual(self.ask(proxy, "").code, 0)
        self.assertRegex(proxy.heads[0], rf"\ACONNECT {HOST}:443 HTTP/1\.1\r\nHost: {HOST}:443\r\n"
                                         r"User-Agent: chutes-login/[\d.]+\r\n\r\n\Z")

    def test_no_proxy_is_heeded_and_this_machine_is_never_reached_through_one(self):
        proxy = self.serving(Proxy(good()))
        server = self.serving(good("localhost"))
        through = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", "SSL_CERT_FILE": TRUSTED.file}
        self.assertEqual(self.start(f"https://localhost:{server.port}", **through).result().code, 0)
        direct = self.start("https://no-such-host.invalid", NO_PROXY="invalid", **through).result()
        self.assertEqual(direct.code, NETWORK)
        self.assertIn("no-such-host.invalid", direct.stderr)
        self.assertEqual(proxy.connections, 0)

    def test_a_proxy_that_cannot_be_used_is_named_by_its_variable_without_its_password(self):
        for address in ("https://ada:hunter2@127.0.0.1:1", "socks5://ada:hunter2@127.0.0.1:1", "http://ada:hunter2@"):
            with self.subTest(address):
                result = self.start(f"https://{HOST}", HTTPS_PROXY=address).result()
                self.assertEqual(result.code, USAGE)
                self.assertIn("the proxy in HTTPS_PROXY cannot be used: ", result.stderr)
                self.assertNotIn("hunter2", result.stderr)


HELD_UP = ("could not reach <PEER>: timed out", "TLS handshake", "firewall")

STALLS = [
    Case("a handshake that does not begin", Silent, NETWORK, HELD_UP),
    Case("a handshake that stops half-way", lambda: Relay(good("localhost"), limit=300, stalls=True), NETWORK, HELD_UP),
    Case("a port that is silent", DeadPort, NETWORK, ("could not reach <PEER>: timed out\n", "the network connection"),
         host="127.0.0.1"),
    Case("a silent proxy", Silent, NETWORK, ("could not reach the proxy 127.0.0.1:<PORT>: timed out\n", PROXY_ADDRESS), HOST),
    Case("a proxy to a server that is silent", lambda: Proxy(Silent()), NETWORK, HELD_UP, HOST),
]


class Waits(Asking):
    def begin(self, case, *words):
        server = self.serving(case.server())
        through = {"HTTPS_PROXY": f"http://127.0.0.1:{server.port}"} if case.host == HOST else {}
        peer = case.host if case.host == HOST else f"{case.host}:{server.port}"
        return server, peer, self.start(f"https://{peer}", *words, SSL_CERT_FILE=TRUSTED.file, **through)

    def test_a_server_that_stalls_is_given_ten_seconds_and_the_user_is_told_after_one_but_not_with_quiet(self):
        began = time.monotonic()
        waiting = [(case, *self.begin(case)) for case in STALLS]
        quiet = self.begin(STALLS[0], "--quiet")[2]
        for case, server, peer, running in waiting:
            with self.subTest(case.name):
                notice = f"Connecting to {peer}…\n"
                eventually(lambda running=running, notice=notice: running.stderr == notice, "the wait is reported")
                self.assertIsNone(running.process.poll(), "it is reported while it lasts")
        for case, server, peer, running in waiting:
            with self.subTest(case.name):
                result = running.result()
                self.assertLess(time.monotonic() - began, CONNECT_LIMIT + SOON)
                self.assert_ended(case, result, server, PEER=peer, PORT=str(server.port))
                self.assertTrue(result.stderr.startswith(f"Connecting to {peer}…\n"))
        self.assertNotIn("Connecting", quiet.result().stderr)
        self.assertGreater(time.monotonic() - began, CONNECT_LIMIT - 1)

    def test_a_wait_can_be_interrupted(self):
        _, _, running = self.begin(STALLS[0])
        eventually(lambda: running.stderr, "the wait is reported")
        running.signal(signal.SIGINT)
        began = time.monotonic()
        self.assertEqual(running.result().code, 130)
        self.assertLess(time.monotonic() - began, CONNECT_LIMIT / 2 * SLOWNESS)


def tracing():
    done = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False) \
        if shutil.which("strace") else None
    return done is not None and done.returncode == 0


@unittest.skipUnless(tracing(), "strace cannot trace here")
class DeadAddresses(Asking):
    """One name, two addresses, one of them dead: seen by the times of the calls, so that a slow machine does not matter."""

    def attempts(self, url, program=()):
        """When each address was tried, and that the answer came all the same."""
        trace = file_of(b"")
        running = self.start(url, program=(*program, "strace", "-f", "-ttt", "-o", trace, "-e", "trace=connect", LOGIN),
                             SSL_CERT_FILE=TRUSTED.file, **asan("detect_leaks=0"))
        result = running.result()
        self.assertEqual(result.code, 0, result.stderr)
        port = url.rsplit(":", 1)[1]
        with open(trace, encoding="utf-8") as lines:
            # One that is done at once is of the resolver, which asks the kernel for routes to put addresses in order.
            tried = [re.search(rf'(\d+\.\d+) connect\(.*htons\({port}\).*"([\d.:]+)".*(?<!= 0)$', line) for line in lines]
        return [(found[2], float(found[1])) for found in tried if found]

    def assert_second_within_a_second(self, attempts, dead, alive):
        self.assertEqual([address for address, _ in attempts], [dead, alive])
        delay = attempts[1][1] - attempts[0][1]
        self.assertTrue(0.2 < delay < 1, delay)

    def pair(self, dead, alive, name="localhost"):
        """A good server at the second address, whose port is dead at the first."""
        while True:
            server = self.serving(good(name, host=alive))
            with contextlib.suppress(OSError):  # somebody else has that port there
                self.serving(DeadPort(dead, server.port))
                return server

    def test_a_dead_ipv6_address_costs_less_than_a_second(self):
        server = self.pair("::1", "127.0.0.1")
        self.assert_second_within_a_second(self.attempts(f"https://localhost:{server.port}"), "::1", "127.0.0.1")

    def test_a_dead_ipv4_address_costs_nothing_beside_one_of_ipv6_that_lives(self):
        server = self.pair("127.0.0.1", "::1")
        self.assertEqual([address for address, _ in self.attempts(f"https://localhost:{server.port}")], ["::1"])

    def test_an_address_that_refuses_is_passed_over_at_once(self):
        server = self.serving(good("localhost"))
        (first, began), (second, then) = self.attempts(f"https://localhost:{server.port}")
        self.assertEqual((first, second), ("::1", "127.0.0.1"))
        self.assertLess(then - began, 0.2)

    @unittest.skipUnless(may_mount(), "only root can give a program a list of hosts of its own")
    def test_the_second_address_of_a_name_that_is_looked_up_is_tried_too(self):
        server = self.pair("127.0.0.1", "127.0.0.2", HOST)
        hosts = file_of(f"127.0.0.2 {HOST}\n127.0.0.1 {HOST}\n".encode())
        attempts = self.attempts(f"https://{HOST}:{server.port}", mounting("--bind", hosts, "/etc/hosts"))
        self.assert_second_within_a_second(attempts, "127.0.0.1", "127.0.0.2")


if __name__ == "__main__":
    unittest.main()
