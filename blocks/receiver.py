"""What the studio shows the outside as a block: where it is reached, and by which words it knows who speaks."""

from __future__ import annotations

import hmac
import math
import secrets
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from blocks.described import DescribedOnce
from blocks.domain.products import Address
from blocks.errors import BadSpec
from blocks.links import LinkedFile, content_type_of, link_to

RECEIVER_BLOCK = "default"
"""Name of the saved block."""
PAIRING_LASTS = timedelta(minutes=10)
LONGEST_LINK = timedelta(days=365)


class Receiver(DescribedOnce):
    """The studio's own address: services tell it what happened there, and people open films and pictures from it."""

    _block_type_name = "Receiver"

    public_url: str = Field(
        default="http://127.0.0.1:4280",
        description="How the outside reaches it, without a slash at the end: https://films.example.org behind a proxy with TLS.",
    )
    link_key: SecretStr = Field(description="Signs links to films and pictures; with a new one all links end.")
    notion_header_secret: SecretStr = Field(
        description="What Notion's automations send as the header X-Studio-Secret, 16 characters at least.", min_length=16
    )
    notion_verification_token: SecretStr | None = Field(
        default=None, description="Signs the events of Notion's integration; pairing brings it."
    )
    kie_callback_key: SecretStr | None = Field(
        default=None, description="The webhook key of KIE's console, if you made one: then unsigned callbacks are refused."
    )
    pairing_until: datetime | None = Field(
        default=None, description="Until then Notion may hand in its verification token, once; empty when it may not."
    )

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ValueError("write the address as https://host or http://host:port, without a password in it")
        return url.rstrip("/")

    @classmethod
    def fresh(cls) -> Self:
        """Make one with secrets of its own, not saved."""
        return cls(link_key=_new_secret(), notion_header_secret=_new_secret())

    def link(self, address: Address, lasts: timedelta, content_type: str | None = None) -> str:
        """Give an address under which anybody can read a stored file for a while, for people to click on.

        Whoever has it needs no key: never log it. It stays the same for as long: a page that shows it need not be written anew.

        Args:
            address: the file; whether it is there is not asked.
            lasts: how long it works at least, a year at most; it may be twice that.
            content_type: what the browser is told that it is; by its suffix unless told.

        Raises:
            BadSpec: no such time.
        """
        if not timedelta(0) < lasts <= LONGEST_LINK:
            raise BadSpec(f"a link cannot last {lasts}: choose up to {LONGEST_LINK.days} days")
        periods = math.ceil(datetime.now(UTC).timestamp() / lasts.total_seconds()) + 1
        ends_at = datetime.fromtimestamp(math.ceil(periods * lasts.total_seconds()), UTC)
        file = LinkedFile(address=address, content_type=content_type or content_type_of(address), ends_at=ends_at)
        return link_to(file, self.public_url, self.link_key)

    def is_pairing(self, now: datetime) -> bool:
        """Tell whether Notion may hand in a token."""
        return self.pairing_until is not None and now < self.pairing_until

    def pairing(self, now: datetime) -> Self:
        """Give it as it is while Notion may hand in a token."""
        return self.model_copy(update={"pairing_until": now + PAIRING_LASTS})

    def paired(self, token: SecretStr) -> Self:
        """Give it as it is after Notion handed its token in."""
        return self.model_copy(update={"notion_verification_token": token, "pairing_until": None})


def same(secret: SecretStr | None, said: str) -> bool:
    """Tell whether somebody said a secret, in a time that tells nothing about it; a secret that is not there is never said."""
    return secret is not None and hmac.compare_digest(secret.get_secret_value().encode(), said.encode())


def _new_secret() -> SecretStr:
    return SecretStr(secrets.token_urlsafe(32))
