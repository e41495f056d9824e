"""An authority of our own and the one certificate it vouches for: TLS where there is no authority of the city's.

`ca.crt` is believed by everybody of ours, `tls.crt` and `tls.key` belong to every server and service of one
installation, `mongo.pem` holds both for MongoDB. What is there is kept; a certificate that we made is made anew when
its end is near, one that the city made is left alone (the authority's key is missing then).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services.cli.writing import write_secret
from shared.process.tls import Tls

NAMES = (
    "localhost",
    "127.0.0.1",
    "dvk",
    "registry",
    "appraisal",
    "awards",
    "reporting",
    "console",
    "nats",
    "mongo",
    "*.nats-headless",
    "*.rs0-svc.dvk.svc.cluster.local",
)
"""How the parts of an installation call one another: here, in the compose file, and on Kubernetes, where each member of
NATS and MongoDB has a name of its own."""
AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 730
RENEWED_DAYS = 90
SKEW = timedelta(minutes=5)
"""A machine whose clock is a little behind believes what was just made."""


def certify(directory: Path, authority_key: Path, now: datetime, names: Sequence[str] = NAMES) -> bool:
    """Make what is missing, or what ends within 90 days; whether anything was made.

    The authority's key lies elsewhere: the directory is handed to every server, and none of them may make certificates.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    tls, both = Tls(directory), directory / "mongo.pem"
    made = False
    if not tls.authority.exists():
        _make_authority(tls.authority, authority_key, now)
        made = True
    is_ours = authority_key.exists()
    if not tls.certificate.exists() or (is_ours and _ends_soon(tls.certificate, now)):
        _make_certificate(tls, authority_key, now, names)
        made = True
    whole = tls.key.read_text("ascii") + tls.certificate.read_text("ascii")
    if not both.exists() or both.read_text("ascii") != whole:
        write_secret(both, whole)
    return made


def _ends_soon(certificate: Path, now: datetime) -> bool:
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    return found.not_valid_after_utc < now + timedelta(days=RENEWED_DAYS)


def _make_authority(certificate: Path, key_file: Path, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dvk: our own authority")])
    built = (
        _begun(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_others=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_secret(key_file, _text(key))
    write_secret(certificate, built.public_bytes(serialization.Encoding.PEM).decode())


def _make_certificate(tls: Tls, authority_key: Path, now: datetime, names: Sequence[str]) -> None:
    issuer_key = serialization.load_pem_private_key(authority_key.read_bytes(), None)
    assert isinstance(issuer_key, ec.EllipticCurvePrivateKey)
    issuer = x509.load_pem_x509_certificate(tls.authority.read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    built = (
        _begun(subject, issuer.subject, key.public_key(), now, CERTIFICATE_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_others=False), critical=True)
        .add_extension(x509.SubjectAlternativeName([_named(name) for name in names]), critical=False)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
            critical=False,
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .sign(issuer_key, hashes.SHA256())
    )
    # The key first: if we die between the two, the certificate is missing or old, and both are made anew.
    tls.certificate.unlink(missing_ok=True)
    write_secret(tls.key, _text(key))
    write_secret(tls.certificate, built.public_bytes(serialization.Encoding.PEM).decode())


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*, signs_others: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_others,
        crl_sign=signs_others,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _text(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
