"""Certificates that films are signed with: made here for a studio that has none of its own, and read."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pydantic import SecretStr

from blocks.domain.frozen import Frozen
from blocks.errors import SetupError

LASTS = timedelta(days=3652)
"""How long a certificate holds that is made here: ten years."""
_ORGANISATION = "ai-video-generator"
_A_DAY = timedelta(days=1)
_PEM = serialization.Encoding.PEM


class FreshCertificate(Frozen):
    """A chain and its key. The key is secret: it goes into the certificate's block and nowhere else."""

    chain_pem: str
    """The certificate films are signed with, then the authority that issued it."""
    key_pem: SecretStr


class CertificateFacts(Frozen):
    """What anybody may read in a certificate."""

    subject: str
    issuer: str
    begins_at: datetime
    ends_at: datetime
    fingerprint: str
    """SHA-256 of the certificate, 64 small hexadecimal digits."""
    is_self_made: bool
    """Whether it was made by `make_certificate`: readers then show a valid signature of a signer they do not know."""


def make_certificate(now: datetime) -> FreshCertificate:
    """Make an authority and a certificate of it for signing films: ES256 (P-256), as C2PA 2.4 section 14.5 profiles it.

    The authority's key is forgotten at once, so that it can issue nothing else.

    Args:
        now: moment, with time zone; the certificate holds from a day before for `LASTS`.
    """
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name, name = _name("Studio's own authority"), _name("Studio")
    authority = (
        _begun(authority_name, authority_name, authority_key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    certificate = (
        _begun(name, authority_name, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    secret = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain = certificate.public_bytes(_PEM) + authority.public_bytes(_PEM)
    return FreshCertificate(chain_pem=chain.decode(), key_pem=SecretStr(secret.decode()))


def read_certificate(chain_pem: str) -> CertificateFacts:
    """Read the first certificate of a chain.

    Raises:
        SetupError: there is none, or it cannot be read.
    """
    try:
        first = x509.load_pem_x509_certificates(chain_pem.encode())[0]
    except (ValueError, IndexError) as error:
        raise SetupError(
            "the certificate that films are signed with cannot be read: write a chain of certificates in PEM into its block "
            "(Signing Certificate), the one films are signed with first; docs/disclosure.md says how"
        ) from error
    return CertificateFacts(
        subject=first.subject.rfc4514_string(),
        issuer=first.issuer.rfc4514_string(),
        begins_at=first.not_valid_before_utc,
        ends_at=first.not_valid_after_utc,
        fingerprint=first.fingerprint(hashes.SHA256()).hex(),
        is_self_made=first.issuer == _name("Studio's own authority"),
    )


def check_certificate(chain_pem: str, key_pem: SecretStr, now: datetime) -> CertificateFacts:
    """Give what a certificate says, if films can be signed with it now.

    Raises:
        SetupError: it cannot be read, does not hold now, or the key is not its key. The key is not in the message.
    """
    facts = read_certificate(chain_pem)
    if not facts.begins_at <= now <= facts.ends_at:
        raise SetupError(
            f"the certificate that films are signed with ({facts.subject}) holds from {facts.begins_at:%Y-%m-%d} to "
            f"{facts.ends_at:%Y-%m-%d}, which is not now: delete its block (Signing Certificate) and run `make setup` for a new "
            "one, or save your authority's new one there"
        )
    certificate = x509.load_pem_x509_certificates(chain_pem.encode())[0]
    try:
        key = serialization.load_pem_private_key(key_pem.get_secret_value().encode(), password=None)
        is_its_key = key.public_key() == certificate.public_key()
    except (ValueError, TypeError):
        is_its_key = False  # and nothing of what the library says of the key is passed on
    if not is_its_key:
        raise SetupError(
            f"the private key that is kept with the certificate {facts.subject} is not its key, or cannot be read: save both "
            "anew in the block (Signing Certificate); the key as PEM without a password (PKCS #8)"
        )
    return facts


def authorities_of(chain_pem: str) -> str:
    """Give the certificates of a chain after the first, as PEM; the first itself when it stands alone."""
    chain = x509.load_pem_x509_certificates(chain_pem.encode())
    return "".join(one.public_bytes(_PEM).decode() for one in chain[1:] or chain)


def _begun(name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _A_DAY)
        .not_valid_after(now - _A_DAY + LASTS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )
