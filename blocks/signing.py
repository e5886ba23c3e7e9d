"""The certificate that films are signed with, as a block."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, Self

from pydantic import Field, SecretStr

from blocks.described import DescribedOnce
from blocks.media.certificates import CertificateFacts, check_certificate, make_certificate
from blocks.media.content_credentials import Signing

STUDIO_CERTIFICATE = "studio"
"""Name of the saved block that setting up makes."""


class SigningCertificate(DescribedOnce):
    """Signs films with their content credentials (C2PA): anybody can check how they were made and that nobody changed them."""

    _block_type_name = "Signing Certificate"

    chain_pem: str = Field(description="The certificate and those above it, PEM, the one films are signed with first.")
    key_pem: SecretStr = Field(description="Its private key, PEM (PKCS #8) without a password.")
    algorithm: Literal["es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519"] = Field(
        default="es256", description="How the key signs, in C2PA's words; es256 for keys on the curve P-256."
    )
    time_authority: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Web address of a time-stamp authority (RFC 3161), asked once a film; empty for none: then nothing is asked.",
    )

    @classmethod
    def fresh(cls) -> Self:
        """Make a self-made one, not saved: films verify everywhere, their signer is known to nobody."""
        made = make_certificate(datetime.now(UTC))
        return cls(chain_pem=made.chain_pem, key_pem=made.key_pem)

    def check(self) -> CertificateFacts:
        """Give what it says of itself, if films can be signed with it now.

        Raises:
            SetupError: it cannot be read, does not hold now, or its key is another's.
        """
        return check_certificate(self.chain_pem, self.key_pem, datetime.now(UTC))

    @property
    def signing(self) -> Signing:
        """Give what signs."""
        return Signing(
            chain_pem=self.chain_pem, key_pem=self.key_pem, algorithm=self.algorithm, time_authority=self.time_authority
        )
