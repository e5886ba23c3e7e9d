"""Certificates that films are signed with."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from pydantic import SecretStr

from blocks.errors import SetupError
from blocks.media.certificates import LASTS, authorities_of, check_certificate, make_certificate, read_certificate

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MADE = make_certificate(NOW)


def test_it_holds_for_years_and_says_that_it_is_self_made():
    facts = check_certificate(MADE.chain_pem, MADE.key_pem, NOW + timedelta(days=3000))

    assert facts.is_self_made
    assert facts.ends_at - facts.begins_at == LASTS


def test_its_authority_issued_it_and_may_issue_nothing_below():
    certificate, authority = x509.load_pem_x509_certificates(MADE.chain_pem.encode())

    certificate.verify_directly_issued_by(authority)
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_it_has_the_profile_that_c2pa_asks_for():
    certificate = x509.load_pem_x509_certificates(MADE.chain_pem.encode())[0]
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)

    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.EMAIL_PROTECTION]


@pytest.mark.parametrize("moment", [NOW - timedelta(days=2), NOW + LASTS])
def test_one_that_does_not_hold_now_is_refused_with_the_way_out(moment):
    with pytest.raises(SetupError, match=r"which is not now: delete its block .* run `make setup`"):
        check_certificate(MADE.chain_pem, MADE.key_pem, moment)


@pytest.mark.parametrize("chain", ["", "rubbish", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_one_that_cannot_be_read_is_refused_with_the_way_out(chain):
    with pytest.raises(SetupError, match=r"cannot be read: write a chain of certificates in PEM"):
        read_certificate(chain)


@pytest.mark.parametrize(
    "key", [make_certificate(NOW).key_pem, SecretStr("a secret that is no key")], ids=["another's", "no key"]
)
def test_a_key_that_is_not_its_own_is_refused_and_not_shown(key):
    with pytest.raises(SetupError, match="is not its key, or cannot be read") as refused:
        check_certificate(MADE.chain_pem, key, NOW)

    assert not any(line and line in str(refused.value) for line in key.get_secret_value().splitlines())


def test_nothing_shows_the_key():
    secret = MADE.key_pem.get_secret_value().splitlines()[1]

    assert secret not in repr(MADE) + str(MADE) + MADE.model_dump_json()


def test_a_certificate_that_stands_alone_is_its_own_authority():
    alone = MADE.chain_pem.split("-----END CERTIFICATE-----\n")[0] + "-----END CERTIFICATE-----\n"

    assert authorities_of(alone) == alone
    assert authorities_of(MADE.chain_pem) == MADE.chain_pem.removeprefix(alone)
