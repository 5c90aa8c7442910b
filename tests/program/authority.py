"""A certificate authority of the tests' own, by python3-cryptography: identities, good and bad, and words about them."""

import datetime
import ipaddress
import pathlib
import subprocess
import tempfile
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SCRATCH = tempfile.TemporaryDirectory(prefix="chutes-authority.")  # keys and certificates, gone with the process
SHA1, SHA256 = hashes.SHA1(), hashes.SHA256()


def when(days):
    return datetime.datetime.utcnow() + datetime.timedelta(days=days)


def named(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def alternative_name(text):
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def file_of(content):
    with tempfile.NamedTemporaryFile(dir=SCRATCH.name, suffix=".pem", delete=False) as file:
        file.write(content)
    return file.name


class Identity:
    """A certificate with its key, and the certificates that a server sends along."""

    def __init__(self, certificate, key, along=()):
        self.certificate = certificate
        self.key_file = file_of(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                                  serialization.NoEncryption()))
        self.chain_file = file_of(b"".join(pem(each) for each in (certificate, *along)))


class Authority:
    """Signs for itself, or with its `parent`'s word: certificates, and words about them."""

    def __init__(self, name="Test Authority", parent=None, may_sign=True, speaks_of_status=False):
        self.name = name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.above = () if parent is None else (parent.certificate, *parent.above)
        signer = parent or self
        extensions = [(x509.BasicConstraints(ca=may_sign, path_length=None), True)]
        if speaks_of_status:
            extensions.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False))
        self.certificate = self._signed(signer, named(name), self.key.public_key(), (-2, 30), extensions, SHA256)

    @staticmethod
    def _signed(signer, subject, key, days, extensions, digest):
        builder = x509.CertificateBuilder(
            issuer_name=named(signer.name), subject_name=subject, public_key=key, serial_number=x509.random_serial_number(),
            not_valid_before=when(days[0]), not_valid_after=when(days[1]))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        with warnings.catch_warnings(action="ignore"):  # SHA-1 is what is tested
            return builder.sign(signer.key, digest)

    @property
    def file(self):
        return file_of(pem(self.certificate))

    def folder(self, hashed=True):
        """A folder with its certificate, prepared for look-ups by name or not."""
        folder = tempfile.mkdtemp(dir=SCRATCH.name)
        pathlib.Path(folder, "authority.pem").write_bytes(pem(self.certificate))
        if hashed:
            subprocess.run(["openssl", "rehash", folder], check=True, timeout=30)
        return folder

    def issue(self, *names, common_name="server", days=(-1, 2), weak_key=False, digest=SHA256, along=None):
        """A server's identity for these names; it sends what stands between it and the root, unless told otherwise."""
        key = rsa.generate_private_key(65537, 1024) if weak_key else ec.generate_private_key(ec.SECP256R1())
        extensions = [(x509.SubjectAlternativeName(list(map(alternative_name, names))), False)] if names else []
        certificate = self._signed(self, named(common_name), key.public_key(), days, extensions, digest)
        between = [self.certificate, *self.above][:-1]
        return Identity(certificate, key, between if along is None else along)

    def status(self, identity, says="GOOD", days=(-1, 1), signer=None, digest=SHA1):
        """The file of an OCSP response that says so of this identity; "REVOKED" and "UNKNOWN" are other words."""
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=identity.certificate, issuer=self.certificate, algorithm=digest,
            cert_status=ocsp.OCSPCertStatus[says], this_update=when(days[0]), next_update=when(days[1]),
            revocation_time=when(days[0]) if says == "REVOKED" else None, revocation_reason=None,
        )
        if signer is not None:
            builder = builder.certificates([signer.certificate])
        signer = signer or self
        response = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate).sign(signer.key, SHA256)
        return file_of(response.public_bytes(serialization.Encoding.DER))


def no_status():
    """The file of an OCSP response of an authority that is too busy to answer."""
    response = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    return file_of(response.public_bytes(serialization.Encoding.DER))


def self_signed(*names):
    """An identity that nobody but itself vouches for."""
    lonely = Authority("server", may_sign=False)
    key = lonely.key
    certificate = x509.CertificateBuilder(
        issuer_name=named("server"), subject_name=named("server"), public_key=key.public_key(),
        serial_number=x509.random_serial_number(), not_valid_before=when(-1), not_valid_after=when(2),
    ).add_extension(x509.SubjectAlternativeName(list(map(alternative_name, names))), False).sign(key, SHA256)
    return Identity(certificate, key)
