"""TLS by real servers with an authority of the tests' own: who is trusted, how a refusal reads, and that no token leaves."""

import contextlib
import re
import ssl
import tempfile
import unittest

from asking import NETWORK, USAGE, Asking, Case, may_mount, mounting
from authority import SCRATCH, SHA1, SHA256, Authority, file_of, no_status, self_signed
from golden import check_golden
from harness import LOGIN, ROOT
from tls_servers import OpensslServer, Plain, Relay, TlsServer

TRUSTED = Authority("Test Authority")
BETWEEN = Authority("Test Intermediate", parent=TRUSTED)
STRANGER = Authority("Stranger")
STRANGE_BETWEEN = Authority("Stranger's Intermediate", parent=STRANGER)
SPEAKER = Authority("Test Responder", parent=BETWEEN, may_sign=False, speaks_of_status=True)
SIBLING = Authority("Test Sibling", parent=BETWEEN, may_sign=False)
LONELY = self_signed("localhost")
NO_AUTHORITY = Authority("Not an Authority", parent=TRUSTED, may_sign=False)

ASK = "operator"
CLOCK = "clock"
ADDRESS = "check the address"
DISTRUST = "could not trust <HOST>: "
UNREACHED = "could not reach <HOST>: "
OTHER_NAME = (DISTRUST, "another name")
UNKNOWN = (DISTRUST, "SSL_CERT_FILE")
LEFT_OUT = "intermediate certificate"
OLD_TLS = (UNREACHED, "TLS 1.2")
WEAK_KEY = (DISTRUST, "key", "weak")
CLOSED = (UNREACHED, "closed the connection", ADDRESS)
NO_PROOF = (DISTRUST, "OCSP", CLOCK)
STALE_FILE = (DISTRUST, "SSL_CERT_FILE=<PLACE>", "unset it")
STALE_FOLDER = (DISTRUST, "SSL_CERT_DIR=<PLACE>", "unset it")
NO_FILE = ("<PLACE>", "SSL_CERT_FILE", "unset it")
NO_FOLDER = ("<PLACE>", "SSL_CERT_DIR", "openssl rehash")


def refused(name, server, said, host="localhost", **options):
    return Case(name, server, NETWORK, said, host, **options)


def stapling(*options, issuer=BETWEEN, **status):
    """A server that brings its authority's word along."""
    identity = issuer.issue("localhost")
    return OpensslServer(identity, *options, "-status_file", issuer.status(identity, **status))


def stapling_for_another():
    return OpensslServer(BETWEEN.issue("localhost"), "-status_file", BETWEEN.status(BETWEEN.issue("localhost")))


def good(**options):
    return TlsServer(TRUSTED.issue("localhost"), **options)


CASES = [
    # Who is trusted
    Case("a good certificate", good),
    Case("a good certificate for an address", lambda: TlsServer(TRUSTED.issue("127.0.0.1")), host="127.0.0.1"),
    Case("a good certificate for an IPv6 address", lambda: TlsServer(TRUSTED.issue("::1"), host="::1"), host="[::1]"),
    Case("an intermediate certificate that is sent along", lambda: TlsServer(BETWEEN.issue("localhost"))),
    refused("an expired certificate", lambda: TlsServer(TRUSTED.issue("localhost", days=(-2, -1))),
            (DISTRUST, "expired", CLOCK, ASK)),
    refused("a certificate of tomorrow", lambda: TlsServer(TRUSTED.issue("localhost", days=(1, 2))),
            (DISTRUST, "not valid yet", CLOCK)),
    refused("a certificate for another name", lambda: TlsServer(TRUSTED.issue("other.test")), OTHER_NAME),
    refused("a certificate for another address", lambda: TlsServer(TRUSTED.issue("127.0.0.2")), OTHER_NAME, "127.0.0.1"),
    refused("a name where the address is asked for", lambda: TlsServer(TRUSTED.issue("localhost")), OTHER_NAME, "127.0.0.1"),
    refused("a common name and no alternative name", lambda: TlsServer(TRUSTED.issue(common_name="localhost")), OTHER_NAME),
    refused("a wildcard for everything", lambda: TlsServer(TRUSTED.issue("*")), OTHER_NAME),
    refused("a self-signed certificate", lambda: TlsServer(LONELY),
            (DISTRUST, "self-signed", "SSL_CERT_FILE")),
    refused("an unknown authority", lambda: TlsServer(STRANGER.issue("localhost")),
            (*UNKNOWN, "authority, Stranger", LEFT_OUT)),
    refused("an unknown authority's intermediate", lambda: TlsServer(STRANGE_BETWEEN.issue("localhost")),
            (*UNKNOWN, "authority, Stranger")),
    refused("an intermediate certificate that is not sent", lambda: TlsServer(BETWEEN.issue("localhost", along=())),
            (*UNKNOWN, "authority, Test Intermediate", LEFT_OUT)),
    refused("a certificate signed by an ordinary one", lambda: TlsServer(NO_AUTHORITY.issue("localhost")),
            (DISTRUST, "may not sign", ASK)),
    # What the authority says of it, stapled
    Case("a stapled word that it is good", stapling),
    Case("the same in TLS 1.2", lambda: stapling("-tls1_2")),
    Case("a stapled word by whom the authority has charged with it", lambda: stapling(signer=SPEAKER, digest=SHA256)),
    refused("a stapled word that it is revoked", lambda: stapling(says="REVOKED"),
            (DISTRUST, "revoked", ASK)),
    refused("the same in TLS 1.2, and an old one", lambda: stapling("-tls1_2", says="REVOKED", days=(-3, -2)),
            (DISTRUST, "revoked", ASK)),
    refused("a stapled word that it is unknown", lambda: stapling(says="UNKNOWN"),
            (DISTRUST, "its authority", ASK)),
    refused("a stapled word of last week", lambda: stapling(days=(-9, -7)), NO_PROOF),
    refused("a stranger's word", lambda: stapling(signer=STRANGER), NO_PROOF),
    refused("the word of another that the authority has signed", lambda: stapling(signer=SIBLING), NO_PROOF),
    refused("a stapled word about another certificate", stapling_for_another, NO_PROOF),
    refused("a stapled excuse", lambda: OpensslServer(TRUSTED.issue("localhost"), "-status_file", no_status()), NO_PROOF),
    # Old and weak
    Case("TLS 1.2 only", lambda: good(version=ssl.TLSVersion.TLSv1_2)),
    refused("TLS 1.1 only", lambda: good(version=ssl.TLSVersion.TLSv1_1), OLD_TLS),
    refused("TLS 1.0 only", lambda: good(version=ssl.TLSVersion.TLSv1), OLD_TLS),
    refused("an RSA key of 1024 bits", lambda: TlsServer(TRUSTED.issue("localhost", weak_key=True)), WEAK_KEY),
    refused("a signature with SHA-1", lambda: TlsServer(TRUSTED.issue("localhost", digest=SHA1)),
            (DISTRUST, "digest", ASK)),
    # Handshakes that come to nothing
    refused("plain HTTP", Plain, (UNREACHED, "TLS", ADDRESS)),
    refused("an end before the handshake's first byte", lambda: Relay(good(), limit=0), CLOSED),
    refused("an end within the handshake", lambda: Relay(good(), limit=300), CLOSED),
    refused("a client certificate demanded", lambda: good(clients=TRUSTED.file),
            ("<HOST> ended the connection", "client certificate", ASK)),
    refused("a client certificate demanded in TLS 1.2", lambda: good(clients=TRUSTED.file, version=ssl.TLSVersion.TLSv1_2),
            (UNREACHED, "client certificate", ASK)),
    refused("another handshake demanded", lambda: OpensslServer(TRUSTED.issue("localhost"), "-tls1_2", renegotiates=True),
            ("<HOST> ended the connection", "renegotiation", ASK),
            told=True),
]


def trusting(file):
    return {"SSL_CERT_FILE": file}


def looking_in(*folders):
    return {"SSL_CERT_DIR": ":".join(folders)}


# Where authorities are looked for, and how asking a good server ends.
PLACES = [
    (trusting(TRUSTED.file), Case("the authority's file", good)),
    (looking_in(TRUSTED.folder()), Case("the authority's folder", good)),
    (looking_in("/nonexistent", STRANGER.folder(), TRUSTED.folder()), Case("several folders", good)),
    ({**trusting(STRANGER.file), **looking_in(TRUSTED.folder())}, Case("both", good)),
    (trusting(BETWEEN.file), Case("an intermediate authority's file", lambda: TlsServer(BETWEEN.issue("localhost")))),
    (trusting(LONELY.chain_file), Case("a self-signed certificate itself", lambda: TlsServer(LONELY))),
    ({}, refused("the system's", good, (*UNKNOWN, "authority, Test Authority", LEFT_OUT))),
    (trusting(STRANGER.file), refused("another authority's file", good, STALE_FILE)),
    (looking_in(STRANGER.folder()), refused("another authority's folder", good, STALE_FOLDER)),
    (trusting(STRANGER.file), refused("another authority's file and a self-signed certificate", lambda: TlsServer(LONELY),
                                      (DISTRUST, "SSL_CERT_FILE=<PLACE>"))),
    (trusting("/nonexistent/ca.pem"), Case("no file", good, USAGE, NO_FILE)),
    (trusting(file_of(b"")), Case("an empty file", good, USAGE, NO_FILE)),
    (trusting(file_of(b"-----BEGIN CERTIFICATE-----\nMIIB!\n-----END CERTIFICATE-----\n")),
     Case("a broken file", good, USAGE, NO_FILE)),
    (looking_in("/nonexistent/certs"), Case("no folder", good, USAGE, NO_FOLDER)),
    (looking_in(TRUSTED.folder(hashed=False)), Case("a folder that is not prepared", good, USAGE, NO_FOLDER)),
]


class Trust(Asking):
    def test_who_is_trusted_and_what_is_said_of_those_who_are_not(self):
        said = [self.check(case, SSL_CERT_FILE=TRUSTED.file) for case in CASES]
        check_golden(self, "\n".join(said))
        manual = (ROOT / "man/chutes-login.1.in").read_text()
        for text in said:
            if reason := re.search(r"(?:<HOST>|ended the connection): ([^,\n]*)", text):
                self.assertRegex(manual, rf"(?m)^\.It (.*, )?{re.escape(reason[1])}(,|$)", text)

    def test_authorities_are_looked_for_where_the_environment_says(self):
        check_golden(self, "\n".join(self.check(case, **environment) for environment, case in PLACES))

    def test_no_configuration_of_openssl_lets_old_or_weak_servers_in(self):
        lax = file_of(b"openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = lax\n"
                      b"[lax]\nMinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n")
        for case in CASES:
            if case.name in ("TLS 1.1 only", "TLS 1.0 only", "an RSA key of 1024 bits", "a signature with SHA-1"):
                self.check(case, SSL_CERT_FILE=TRUSTED.file, OPENSSL_CONF=lax)

    def test_a_configuration_of_openssl_may_ask_for_more(self):
        strict = file_of(b"openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = strict\n"
                         b"[strict]\nMinProtocol = TLSv1.3\n")
        with contextlib.closing(good(version=ssl.TLSVersion.TLSv1_2)) as server:
            result = self.start(f"https://localhost:{server.port}", SSL_CERT_FILE=TRUSTED.file, OPENSSL_CONF=strict).result()
        self.assertEqual(result.code, NETWORK)

    @unittest.skipUnless(may_mount(), "only root can give a program a machine without certificates")
    def test_a_machine_without_authorities_is_told_from_a_server_with_an_unknown_one(self):
        empty = tempfile.mkdtemp(dir=SCRATCH.name)
        server = self.serving(good())
        result = self.start(f"https://localhost:{server.port}",
                            program=(*mounting("--bind", empty, "/etc/ssl/certs"), LOGIN)).result()
        self.assertEqual(result.code, NETWORK)
        for fact in ("no CA certificates", "ca-certificates", "SSL_CERT_FILE"):
            self.assertIn(fact, result.stderr)

    def test_the_failure_in_json_has_a_message_and_a_hint(self):
        with contextlib.closing(TlsServer(STRANGER.issue("localhost"))) as server:
            error = self.start(f"https://localhost:{server.port}", "--json", SSL_CERT_FILE=TRUSTED.file).result().error
        self.assertEqual((error.keys(), error["kind"], error["exit_code"]),
                         ({"kind", "exit_code", "message", "hint"}, "network", NETWORK))
        self.assertRegex(error["message"], rf"\Acould not trust localhost:{server.port}: .* authority, Stranger\Z")
        self.assertIn("SSL_CERT_FILE", error["hint"])

    def test_the_name_in_a_stranger_s_certificate_does_not_reach_the_terminal_as_it_is(self):
        with contextlib.closing(TlsServer(Authority("Evil\x1b[2J\nhint: trust me").issue("localhost"))) as server:
            result = self.start(f"https://localhost:{server.port}", SSL_CERT_FILE=TRUSTED.file).result()
        self.assertRegex(result.stderr, r"authority, Evil hint: trust me\nhint: (?!trust)")


if __name__ == "__main__":
    unittest.main()
