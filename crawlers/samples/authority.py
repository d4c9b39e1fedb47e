"""A certificate authority of our own, so that replayed hosts are reached over TLS that a client really verifies.

Its key stays in the data folder and is trusted by nothing but the crawler that is given ``crawl.ca_file``.
"""

import ssl
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from langnghe.errors import ConfigurationError

YEARS = timedelta(days=3 * 365)
LEAF_DAYS = timedelta(days=90)
RENEW_BEFORE = LEAF_DAYS
"""A saved authority that ends sooner is made anew: its leaves must not outlive it."""
CA_FILE, KEY_FILE = "ca.pem", "ca.key"


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _now() -> datetime:
    """TLS clients compare with the machine's clock, whatever day is replayed."""
    return datetime.now(UTC)


def _key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _write_private(path: Path, content: bytes) -> None:
    """For the owner's eyes only, from the first byte on."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)


class _Tunnel(ssl.SSLSocket):
    """Closes itself: of a client that hangs up before the handshake, ``wrap_socket`` leaves it open and tells nobody of it."""

    def __del__(self) -> None:
        self.close()


@dataclass
class Authority:
    """Signs a certificate for any host; ``folder`` holds ``ca.pem`` (public), ``ca.key`` and the key of the leaves."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def __post_init__(self) -> None:
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._one_at_a_time = threading.Lock()

    @property
    def ca_file(self) -> Path:
        """The certificate that clients trust, PEM."""
        return self.folder / CA_FILE

    def _leaf(self, host: str) -> x509.Certificate:
        builder = _builder(_name(host[:64]), self.certificate.subject, self._leaf_key.public_key(), LEAF_DAYS)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return builder.add_extension(issuer, critical=False).sign(self.key, hashes.SHA256())

    def context_for(self, host: str) -> ssl.SSLContext:
        """TLS as ``host``; made at the first connection."""
        with self._one_at_a_time:
            if host not in self._contexts:
                self._contexts[host] = self._make_context(host)
            return self._contexts[host]

    def _make_context(self, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sslsocket_class = _Tunnel
        path = self.folder / f"{host}.pem"
        _write_private(path, _key_bytes(self._leaf_key) + self._leaf(host).public_bytes(serialization.Encoding.PEM))
        try:
            context.load_cert_chain(path)
        finally:
            path.unlink()
        return context


def _builder(subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, valid: timedelta) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(_now() - timedelta(days=1)).not_valid_after(_now() + valid)


def _make(folder: Path) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Lang Nghe: sample sources on this machine")
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = _builder(name, name, key.public_key(), YEARS).add_extension(usage, critical=True)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    _write_private(folder / KEY_FILE, _key_bytes(key))
    (folder / CA_FILE).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(folder, key, certificate)


def _load(folder: Path) -> Authority | None:
    """The saved authority, or None where there is none that can go on."""
    try:
        key = serialization.load_pem_private_key((folder / KEY_FILE).read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((folder / CA_FILE).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return None
    return Authority(folder, key, certificate) if certificate.not_valid_after_utc > _now() + RENEW_BEFORE else None


def open_authority(folder: Path) -> Authority:
    """The authority saved in ``folder``, made at the first call.

    Raises:
        ConfigurationError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _load(folder) or _make(folder)
    except OSError as error:
        raise ConfigurationError(f"{folder}: {error.strerror}", "Choose a data folder that can be written (LANGNGHE_DATA_DIR).") from None
