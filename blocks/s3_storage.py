"""Where products live when several machines share them: in a bucket, with copies on each machine."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from blocks.copies import Copies
from blocks.described import DescribedOnce
from blocks.domain.products import Address
from blocks.errors import BadSpec, TransientError
from blocks.storage import check_address, sha256_of

if TYPE_CHECKING:
    from blocks.s3_door import S3Door

PUT_PAUSES_S = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0)
"""Waits before a file is sent again: it was often paid for a moment ago, and would be bought again if it were lost."""
LONGEST_LINK_S = 7 * 24 * 3600
"""The most that a signature may last (Amazon S3 and Cloudflare R2, 2026-11)."""

_AMAZON = "https://s3.amazonaws.com"


class S3Credentials(DescribedOnce):
    """The key of a bucket. Leave both fields empty on machines that have a role of their own."""

    _block_type_name = "S3 Credentials"

    access_key_id: str = Field(default="", description="Id of the key; empty for the role or the settings of the machine.")
    secret_access_key: SecretStr | None = Field(default=None, description="The key's secret.")

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if bool(self.access_key_id) != bool(self.secret_access_key and self.secret_access_key.get_secret_value()):
            raise ValueError("give both the id of the key and its secret, or neither")
        return self


class S3Storage(DescribedOnce):
    """Keeps products in a bucket (Amazon S3, Cloudflare R2, MinIO), each under the hash of its bytes, for all machines.

    Nothing is ever deleted there.
    """

    _block_type_name = "S3 Storage"

    kind: Literal["s3"] = "s3"
    bucket: str = Field(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]{1,62}$", description="Name of the bucket; it must exist.")
    prefix: str = Field(
        default="products", pattern=r"^[A-Za-z0-9._/-]{0,200}$", description="Folder in the bucket; empty for the bucket itself."
    )
    region: str = Field(default="us-east-1", min_length=1, description="Region of the bucket; `auto` for Cloudflare R2.")
    endpoint_url: str = Field(
        default="", description="Address of the store, for all but Amazon's: https://ACCOUNT.r2.cloudflarestorage.com"
    )
    credentials: S3Credentials = Field(default_factory=S3Credentials, description="The key of the bucket.")
    folder: Path = Field(
        default=Path("~/.cache/ai-video-generator"),
        description="Folder of each machine for copies of what is in use; ~ is the home of whoever runs it. Made when needed.",
    )
    cache_gb: float = Field(
        default=20, gt=0, description="Room for copies, in GB; the longest unused give way, none within an hour of its use."
    )

    @field_validator("endpoint_url")
    @classmethod
    def _endpoint_is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query):
            raise ValueError("write the address of the store as https://host or http://host:port, without a key in it")
        return url.rstrip("/")

    @property
    def store_name(self) -> str:
        """Name the store by its address, its bucket and the folder in it."""
        return "/".join(part for part in (f"s3:{self.endpoint_url or _AMAZON}", self.bucket, self.prefix.strip("/")) if part)

    def put(self, file: Path, *, patient: bool = True) -> Address:
        """Send a finished file to the bucket and give its address; it becomes this machine's copy.

        Equal bytes are stored once, and are not sent again when they are there. Where the store knows conditions, two who send at
        the same moment store one object; where it does not, the second replaces it by equal bytes. Tries for some minutes when
        it is to be patient.

        Raises:
            SetupError: there is no such bucket, or it refuses; the file is still where it was.
            TransientError: the store is away; the file is still where it was.
            BadSpec: the file's name has no suffix that says what it is.
        """
        digest = sha256_of(file)
        address = check_address(f"{digest}{file.suffix.lower()}")
        for pause_s in (*(PUT_PAUSES_S if patient else PUT_PAUSES_S[:1]), None):
            try:
                self._send(address, file, digest)
                break
            except TransientError:
                if pause_s is None:
                    raise
                time.sleep(pause_s)
        with suppress(OSError):  # without a copy it is fetched when it is needed; that will say what ails the disk
            self._copies.keep(address, file)
        file.unlink(missing_ok=True)
        return address

    def has(self, address: Address, size_bytes: int) -> bool:
        """Tell whether the file is there with the size that was measured when it was stored.

        The bucket is not asked for a file that this machine has a copy of: every copy was in the bucket first.

        Raises:
            SetupError: there is no such bucket, or it refuses. A bucket that is gone never looks like one whose files are.
            TransientError: the store is away.
        """
        return self._copies.has(address, size_bytes) or self._door.size_of(self._key(address)) == size_bytes

    def open(self, address: Address) -> Path:
        """Give this machine's copy to read from, fetched when needed; it stays for an hour at least. Never write to it.

        Raises:
            ProductMissing: the object is gone, or its bytes are not those it was stored with.
            SetupError: there is no such bucket, it refuses, or this machine has no room.
            TransientError: the store is away.
            BadSpec: this is no address.
        """
        key = self._key(address)
        mend = (
            f"the object {key} of the bucket {self.bucket} does not hold the bytes it is named by: delete it there, then run the "
            "film again to make it anew"
        )
        return self._copies.open(address, lambda aside: self._door.fetch(key, aside), mend=mend)

    def link(self, address: Address, seconds: int) -> str:
        """Give an address under which anybody can read the file for a while, for people to click on.

        Whoever has it needs no key: never store it, never log it.

        Args:
            address: the file; whether it is there is not asked.
            seconds: how long the address works, 1 to 604,800 (a week).

        Raises:
            BadSpec: this is no address, or no such time.
            SetupError: there is no key to sign with.
        """
        if not 1 <= seconds <= LONGEST_LINK_S:
            raise BadSpec(f"a link cannot last {seconds} s: choose 1 to {LONGEST_LINK_S}")
        return self._door.link(self._key(address), seconds)

    def see_there(self) -> None:
        """See nothing: a bucket that is gone has said so when it was asked for the file."""

    def check(self) -> None:
        """Ask the bucket for a sign of life, free of charge.

        Raises:
            SetupError: there is no such bucket, or it refuses.
            TransientError: the store is away.
        """
        self._door.size_of(self._key(f"{'0' * 64}.none"))

    def _send(self, address: Address, file: Path, digest: str) -> None:
        there_bytes = self._door.size_of(self._key(address))
        if there_bytes != file.stat().st_size:
            self._door.put(self._key(address), file, digest, once=there_bytes is None)

    def _key(self, address: Address) -> str:
        return "/".join(part for part in (self.prefix.strip("/"), check_address(address)) if part)

    @property
    def _copies(self) -> Copies:
        return Copies(folder=self.folder, limit_bytes=int(self.cache_gb * 1e9))

    @property
    def _door(self) -> S3Door:
        from blocks.s3_door import Bucket, door_to  # noqa: PLC0415 -- boto3 takes 0.3 s to import, and most studios need none

        return door_to(
            Bucket(
                name=self.bucket,
                region=self.region,
                endpoint_url=self.endpoint_url,
                access_key_id=self.credentials.access_key_id,
                secret_access_key=self.credentials.secret_access_key if self.credentials.access_key_id else None,
            )
        )
