"""The way to a server: through a proxy that lets us or does not, to addresses that are dead, and with a wait that ends."""

import base64
import contextlib
import json
import re
import shutil
import signal
import subprocess
import time
import unittest

from asking import NETWORK, SOON, TOKEN, USAGE, Asking, Case, may_mount, mounting
from authority import Authority, file_of
from golden import check_golden
from harness import LOGIN, SLOWNESS, Running, asan, bare_environment, eventually, free_port, listening
from tls_servers import DeadPort, Plain, Proxy, Relay, Silent, Socks, TlsProxy, TlsServer

TRUSTED = Authority("Test Authority")
TRUSTED_FILE = TRUSTED.file
STRANGER = Authority("Stranger")
HOST = "api.chutes.test"  # no real host; a proxy here takes it for the server behind it
CONNECT_LIMIT = 10  # seconds
SERVICE = 6

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
        environment = {"SSL_CERT_FILE": TRUSTED_FILE, variable: f"http://{user}127.0.0.1:{proxy.port}"}
        return self.start(f"https://{HOST}", *words, **environment).result()

    def test_a_proxy_leads_to_the_server_or_says_why_not(self):
        texts = []
        for variable, user, case in PROXIED:
            with self.subTest(case.name), contextlib.closing(case.server()) as proxy:
                began = time.monotonic()
                result = self.ask(proxy, user, variable=variable)
                self.assertLess(time.monotonic() - began, SOON)
                server = getattr(proxy, "server", proxy)
                said = self.assert_ended(case, result, server, PROXY=f"the proxy 127.0.0.1:{proxy.port}", VARIABLE=variable,
                                         PLACE=TRUSTED_FILE)
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
        through = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", "SSL_CERT_FILE": TRUSTED_FILE}
        self.assertEqual(self.start(f"https://localhost:{server.port}", **through).result().code, 0)
        direct = self.start("https://no-such-host.invalid", NO_PROXY="invalid", **through).result()
        self.assertEqual(direct.code, NETWORK)
        self.assertIn("no-such-host.invalid", direct.stderr)
        self.assertEqual(proxy.connections, 0)

    def test_a_proxy_that_cannot_be_used_is_named_by_its_variable_without_its_password(self):
        for address in ("socks4://ada:hunter2@127.0.0.1:1", "socks4a://ada:hunter2@127.0.0.1:1",
                        "ftp://ada:hunter2@127.0.0.1:1", "http://ada:hunter2@"):
            with self.subTest(address):
                result = self.start(f"https://{HOST}", HTTPS_PROXY=address).result()
                self.assertEqual(result.code, USAGE)
                self.assertIn("the proxy in HTTPS_PROXY cannot be used: ", result.stderr)
                self.assertNotIn("hunter2", result.stderr)


def socks(name, server=good, code=0, said=(), user="", host=HOST, scheme="socks5h", **proxy):
    """A row, and what precedes the address of its proxy."""
    return f"{scheme}://{user}", Case(name, lambda: Socks(server(), **proxy), code, said, host)


REFUSED_BY_SOCKS = ("<PROXY> could not connect to ", NO_PROXY)
NO_SOCKS = ("could not understand <PROXY>: ", "SOCKS 5", "the proxy")

SOCKS = [
    socks("no password wanted"),
    socks("no password wanted and one given", user="ada:hunter2@"),
    socks("the right password", user="ada:hunter2@", admits="ada:hunter2"),
    socks("the right password, encoded", user="ada:p%40ss%3Aword@", admits="ada:p@ss:word"),
    socks("a name without a password", user="ada@", admits="ada:"),
    socks("the wrong password", code=NETWORK, said=WRONG_PASSWORD[:1] + ("ALL_PROXY", "%40"), user="ada:hunter2@",
          admits="ada:other"),
    socks("no password given", code=NETWORK, said=("<PROXY> ", "ALL_PROXY", "socks5h://USER:PASSWORD@HOST:PORT"),
          admits="ada:hunter2"),
    socks("a kind of authentication that is not known", code=NETWORK, user="ada:hunter2@", method=1,
          said=("<PROXY> ", "authentication", NO_PROXY)),
    socks("a password that is too long", code=USAGE, user=f"ada:{'x' * 256}@", admits="ada:x", said=("ALL_PROXY", "255")),
    *(socks(f"reply {number}", code=NETWORK, said=(*REFUSED_BY_SOCKS, word), reply=number) for number, word in (
        (1, "general failure"), (2, "rules"), (3, "network"), (4, "host"), (5, "refused"), (6, "time to live"),
        (7, "command"), (8, "type of address"), (9, "reply 9"), (255, "reply 255"))),
    socks("a bound address of IPv6", bound=4),
    socks("a bound address that is a name", bound=3),
    socks("byte by byte", slowly=True, user="ada:hunter2@", admits="ada:hunter2"),
    socks("an address of IPv4", lambda: good("192.0.2.1"), host="192.0.2.1"),
    socks("an address of IPv4, not by name", lambda: good("192.0.2.1"), host="192.0.2.1", scheme="socks5"),
    socks("an address of IPv6", lambda: good("2001:db8::1"), host="[2001:db8::1]", scheme="socks5"),
    socks("the server is not trusted", lambda: good(authority=STRANGER), NETWORK, (f"could not trust {HOST}: ",)),
    ("socks5h://", Case("a proxy that speaks HTTP", Plain, SERVICE, NO_SOCKS, HOST)),
]


def over_tls(name, server=good, code=0, said=(), user="", identity=None, **proxy):
    issued = identity or TRUSTED.issue("127.0.0.1")
    return f"https://{user}", Case(name, lambda: TlsProxy(server(), issued, **proxy), code, said, HOST)


LONG = json.dumps({"sub": "u-1", "username": "ada", "more": "x" * 3_000_000}).encode()
LONG_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(LONG), LONG)

OVER_TLS = [
    over_tls("TLS to the proxy and to the server"),
    over_tls("a long answer", lambda: good(answer=LONG_ANSWER)),
    over_tls("the right password", user="ada:hunter2@", admits="ada:hunter2"),
    over_tls("no password given", code=NETWORK, admits="ada:hunter2",
             said=("<PROXY> ", "ALL_PROXY", "https://USER:PASSWORD@HOST:PORT")),
    over_tls("a host that is forbidden", code=NETWORK, refusal="403 Forbidden", said=("<PROXY> ", HOST, "status 403")),
    over_tls("a proxy that is not trusted", code=NETWORK, identity=STRANGER.issue("127.0.0.1"),
             said=("could not trust <PROXY>: ", "Stranger")),
    over_tls("a proxy with another name", code=NETWORK, identity=TRUSTED.issue("other.test"),
             said=("could not trust <PROXY>: ", "another name")),
    over_tls("a server that is not trusted", lambda: good(authority=STRANGER), NETWORK,
             (f"could not trust {HOST}: ", "Stranger")),
    over_tls("a server that is no TLS server", Plain, NETWORK, (f"could not reach {HOST}: ", "TLS")),
    ("https://", Case("a proxy that speaks no TLS", Plain, NETWORK, ("could not reach <PROXY>: ", "TLS"), HOST)),
]


class ThroughOtherProxies(Asking):
    def ask(self, before, proxy, host=HOST, *words, variable="ALL_PROXY"):
        environment = {"SSL_CERT_FILE": TRUSTED_FILE, variable: f"{before}127.0.0.1:{proxy.port}"}
        return self.start(f"https://{host}", *words, **environment).result()

    def check_rows(self, rows):
        texts = []
        for before, case in rows:
            with self.subTest(case.name), contextlib.closing(case.server()) as proxy:
                began = time.monotonic()
                result = self.ask(before, proxy, case.host)
                self.assertLess(time.monotonic() - began, SOON)
                said = self.assert_ended(case, result, getattr(proxy, "server", proxy),
                                         PROXY=f"the proxy 127.0.0.1:{proxy.port}", PLACE=TRUSTED_FILE)
                texts.append(f"{case.name}:\n{said}")
                self.assertNotIn(TOKEN.encode(), proxy.received)
        check_golden(self, "\n".join(texts))

    def test_a_socks_proxy_leads_to_the_server_or_says_why_not(self):
        self.check_rows(SOCKS)

    def test_a_proxy_over_tls_leads_to_the_server_or_says_why_not(self):
        self.check_rows(OVER_TLS)

    def test_socks5h_asks_for_the_name_and_socks5_for_the_address(self):
        for before, host, name, asked in (("socks5h://", HOST, HOST, (3, HOST.encode(), 443)),
                                          ("socks5h://", "192.0.2.1", "192.0.2.1", (1, bytes([192, 0, 2, 1]), 443)),
                                          ("socks5://", "192.0.2.1:8443", "192.0.2.1", (1, bytes([192, 0, 2, 1]), 8443)),
                                          ("socks5://", "[2001:db8::1]", "2001:db8::1",
                                           (4, bytes([32, 1, 13, 184, *[0] * 11, 1]), 443))):
            with self.subTest(f"{before}{host}"), contextlib.closing(Socks(good(name))) as proxy:
                self.assertEqual(self.ask(before, proxy, host).code, 0)
                self.assertEqual(proxy.asked, [asked])

    @unittest.skipUnless(may_mount(), "only root can give a program a list of hosts of its own")
    def test_socks5_looks_a_name_up_itself(self):
        proxy = self.serving(Socks(good()))
        hosts = file_of(f"192.0.2.7 {HOST}\n".encode())
        result = self.start(f"https://{HOST}", program=(*mounting("--bind", hosts, "/etc/hosts"), LOGIN),
                            SSL_CERT_FILE=TRUSTED_FILE, ALL_PROXY=f"socks5://127.0.0.1:{proxy.port}").result()
        self.assertEqual(result.code, 0, result.stderr)
        self.assertEqual(proxy.asked, [(1, bytes([192, 0, 2, 7]), 443)])

    def test_the_proxy_s_password_is_told_to_the_proxy_alone_and_never_printed(self):
        for admits in ("ada:p@ss:word", "ada:other"):
            with self.subTest(admits), contextlib.closing(Socks(good(), admits=admits)) as proxy:
                result = self.ask("socks5h://ada:p%40ss%3Aword@", proxy, HOST, "-vv")
                self.assertEqual(proxy.passwords, ["ada:p@ss:word"])
                for secret in ("p@ss", "p%40ss"):
                    self.assertNotIn(secret, result.stdout + result.stderr)
                    self.assertNotIn(secret.encode(), proxy.server.received)

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_the_proxies_of_these_tests_are_proxies_to_curl_too(self):
        for before, proxy in (("socks5h://ada:hunter2@", Socks(good(), admits="ada:hunter2")),
                              ("socks5h://", Socks(good(), bound=4, slowly=True)),
                              ("http://", Proxy(good()))):
            with self.subTest(before), contextlib.closing(proxy):
                done = subprocess.run(["curl", "-sS", "--max-time", "20", "--cacert", TRUSTED_FILE, "--proxy",
                                       f"{before}127.0.0.1:{proxy.port}", f"https://{HOST}/"], env=bare_environment(),
                                      capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode, json.loads(done.stdout or "{}").get("username")), (0, "ada"), done.stderr)

    @unittest.skipUnless(shutil.which("microsocks"), "microsocks is not installed")
    def test_microsocks_a_proxy_of_other_people_s_making_leads_there(self):
        port = free_port()
        running = Running(["microsocks", "-i", "127.0.0.1", "-p", str(port), "-u", "ada", "-P", "hunter2"], bare_environment())
        self.addCleanup(running.close)
        eventually(lambda: listening(port), "microsocks listens")
        for before, code in (("socks5h://ada:hunter2@", 0), ("socks5h://ada:wrong@", NETWORK)):
            with self.subTest(before), contextlib.closing(good("0.0.0.0")) as server:
                result = self.start(f"https://0.0.0.0:{server.port}", SSL_CERT_FILE=TRUSTED_FILE,
                                    ALL_PROXY=f"{before}127.0.0.1:{port}").result()
                self.assertEqual(result.code, code, result.stderr)


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
        return server, peer, self.start(f"https://{peer}", *words, SSL_CERT_FILE=TRUSTED_FILE, **through)

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
                             SSL_CERT_FILE=TRUSTED_FILE, **asan("detect_leaks=0"))
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
