"""The one door to buckets: boto3, and its errors as ours.

What is asked here is free of charge to repeat, so boto3 tries a call three times within seconds; longer waits are the task's.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from boto3.s3.transfer import TransferConfig  # type: ignore[import-untyped]
from boto3.session import Session  # type: ignore[import-untyped]
from botocore import exceptions as boto  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from pydantic import SecretStr

from blocks.domain.frozen import Frozen
from blocks.errors import ProductMissing, ProviderUnavailable, RateLimited, SetupError, StudioError
from blocks.masking import mask

CONNECT_S = 10
READ_S = 60
TRIES = 3
IN_PARTS_FROM_BYTES = 64_000_000
"""A larger file is sent in parts, several at once."""
_PART_BYTES = 32_000_000
_CHUNK_BYTES = 1 << 20

_REFUSED = frozenset(
    {
        "AccessDenied",
        "AllAccessDisabled",
        "InvalidAccessKeyId",
        "InvalidToken",
        "SignatureDoesNotMatch",
        "Unauthorized",
        "401",
        "403",
    }
)
_ELSEWHERE = frozenset({"AuthorizationHeaderMalformed", "PermanentRedirect", "301", "400"})
_BUSY = frozenset({"SlowDown", "TooManyRequests", "Throttling", "RequestLimitExceeded", "429"})
_PASSING = frozenset(
    {"ConditionalRequestConflict", "OperationAborted", "RequestTimeout", "BadDigest", "XAmzContentSHA256Mismatch"}
)
_FULL = frozenset({"XMinioStorageFull", "QuotaExceeded", "InsufficientStorage", "507"})
_THERE_ALREADY = frozenset({"PreconditionFailed", "412"})
_UNKNOWN_HEADER = frozenset({"NotImplemented", "501"})
_GONE = "NoSuchKey"
"""Said by a bucket alone. A bare 404 is also said by a proxy whose store is restarting, and by any other web server."""
_BARE = frozenset({"404", ""})
_WORDLESS = frozenset({400, 301, 403, 404})


class Bucket(Frozen):
    """A bucket and who asks for it."""

    name: str
    region: str
    endpoint_url: str
    """Empty for Amazon's own."""
    access_key_id: str
    """Empty for whatever the machine itself is known by."""
    secret_access_key: SecretStr | None

    def __str__(self) -> str:
        return f"the bucket {self.name} at {mask(self.endpoint_url) or f'Amazon S3 ({self.region})'}"


class _Stream(Protocol):
    def iter_chunks(self, chunk_size: int) -> Iterator[bytes]: ...
    def close(self) -> None: ...


class _Client(Protocol):
    """The few calls of boto3's client that are used here; it has no types of its own."""

    def head_object(self, **order: object) -> Mapping[str, object]: ...
    def get_object(self, **order: object) -> Mapping[str, object]: ...
    def put_object(self, **order: object) -> Mapping[str, object]: ...
    def upload_fileobj(self, stream: BinaryIO, bucket: str, key: str, **order: object) -> None: ...
    def generate_presigned_url(self, method: str, **order: object) -> str: ...


class S3Door:
    """An open door to one bucket; threads may share it. Every method raises our errors only."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        with _told(bucket):
            self._client = _open_client(bucket)

    def size_of(self, key: str) -> int | None:
        """Give the size of an object in bytes; None when the bucket says that it is there and the object is not."""
        with _told(self._bucket):
            try:
                return self._ask_size(key)
            except boto.ClientError as error:
                if _status_of(error) not in _WORDLESS:
                    raise
            return self._ask_again(key)

    def put(self, key: str, file: Path, sha256_hex: str, *, once: bool) -> None:
        """Send a file; the bucket checks what arrives against its hash.

        Args:
            key: name of the object.
            file: what to send.
            sha256_hex: hash of the file.
            once: leave an object alone that another has sent meanwhile. A file in parts is sent in any case: boto3's transfer
                has no such condition, and an object that is named by its content is replaced by equal bytes.
        """
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        with _told(self._bucket), file.open("rb") as stream:
            if file.stat().st_size >= IN_PARTS_FROM_BYTES:
                parts = TransferConfig(
                    multipart_threshold=IN_PARTS_FROM_BYTES, multipart_chunksize=_PART_BYTES, max_concurrency=4
                )
                self._client.upload_fileobj(stream, self._bucket.name, key, ExtraArgs={"ContentType": kind}, Config=parts)
                return
            checksum = base64.b64encode(bytes.fromhex(sha256_hex)).decode()
            order = {"Bucket": self._bucket.name, "Key": key, "ContentType": kind, "ChecksumSHA256": checksum}
            if once and self._put_once(order, stream):
                return
            stream.seek(0)
            self._client.put_object(Body=stream, **order)

    def fetch(self, key: str, into: Path) -> str:
        """Write an object into a file; gives the SHA-256 of what was written, in hexadecimal digits.

        Raises:
            ProductMissing: there is no such object.
        """
        digest = hashlib.sha256()
        with _told(self._bucket, key):
            answer = self._client.get_object(Bucket=self._bucket.name, Key=key)
            with closing(cast("_Stream", answer["Body"])) as stream, into.open("wb") as written:
                for chunk in stream.iter_chunks(_CHUNK_BYTES):
                    digest.update(chunk)
                    written.write(chunk)
        return digest.hexdigest()

    def link(self, key: str, seconds: int) -> str:
        """Give an address under which anybody may read the object for a while; asks nobody."""
        with _told(self._bucket):
            return self._client.generate_presigned_url(
                "get_object", Params={"Bucket": self._bucket.name, "Key": key}, ExpiresIn=seconds
            )

    def _ask_size(self, key: str) -> int:
        return cast("int", self._client.head_object(Bucket=self._bucket.name, Key=key)["ContentLength"])

    def _ask_again(self, key: str) -> int | None:
        """Find out why there was no answer: that to HEAD has no words, and a missing bucket or store is no missing object."""
        try:
            answer = self._client.get_object(Bucket=self._bucket.name, Key=key, Range="bytes=0-0")
        except boto.ClientError as error:
            if _code_of(error) == _GONE:
                return None
            raise
        cast("_Stream", answer["Body"]).close()
        return self._ask_size(key)  # somebody has stored it meanwhile

    def _put_once(self, order: Mapping[str, str], stream: BinaryIO) -> bool:
        """Send it unless it is there; tells whether it is there now. A store that does not know the condition stores nothing."""
        try:
            self._client.put_object(Body=stream, IfNoneMatch="*", **order)
        except boto.ClientError as error:
            code = _code_of(error)
            if code not in _THERE_ALREADY | _UNKNOWN_HEADER:
                raise
            return code in _THERE_ALREADY
        return True


def door_to(bucket: Bucket) -> S3Door:
    """Give the door to a bucket, the same one for all callers in this process. Connects to nothing yet."""
    return _door(bucket, os.getpid())


@lru_cache(maxsize=16)
def _door(bucket: Bucket, _process: int) -> S3Door:
    return S3Door(bucket)


def _open_client(bucket: Bucket) -> _Client:
    secret = bucket.secret_access_key
    config = Config(
        signature_version="s3v4",
        # The hash of every body is signed, so that whatever arrives changed is refused, by stores of all makes, part by part.
        s3={"addressing_style": "path" if bucket.endpoint_url else "auto", "payload_signing_enabled": True},
        # boto3's own checksums come in a form that stores other than Amazon's refuse (Cloudflare R2, 2026-11).
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"mode": "standard", "total_max_attempts": TRIES},
        connect_timeout=CONNECT_S,
        read_timeout=READ_S,
        tcp_keepalive=True,
        max_pool_connections=20,
    )
    # A session of its own: boto3's default one is not safe to share between threads.
    session = Session(aws_access_key_id=bucket.access_key_id or None, aws_secret_access_key=secret and secret.get_secret_value())
    client: _Client = session.client("s3", region_name=bucket.region, endpoint_url=bucket.endpoint_url or None, config=config)
    return client


@contextmanager
def _told(bucket: Bucket, key: str = "") -> Iterator[None]:
    """Turn the errors of boto3 into ours; none of its messages holds a secret."""
    try:
        yield
    except boto.ClientError as error:
        raise _refusal(bucket, key, error) from error
    except (
        boto.NoCredentialsError,
        boto.PartialCredentialsError,
        boto.CredentialRetrievalError,
        boto.TokenRetrievalError,
    ) as error:
        raise SetupError(
            f"{bucket} was asked without a key, and this machine has no role of its own: put a key into the block S3 Credentials"
        ) from error
    except (boto.ConnectionError, boto.HTTPClientError, boto.IncompleteReadError) as error:
        raise ProviderUnavailable(
            f"{bucket} does not answer: {mask(str(error))}; see that it runs, and that the block S3 Storage names it rightly"
        ) from error
    except (boto.BotoCoreError, ValueError) as error:
        raise SetupError(
            f"{bucket} cannot be asked: {mask(str(error))}; mend endpoint, region or bucket in the block S3 Storage"
        ) from error


def _refusal(bucket: Bucket, key: str, error: boto.ClientError) -> StudioError:
    code, status = _code_of(error), _status_of(error)
    said = f"{code}: {mask(str(error.response.get('Error', {}).get('Message', '')))}".rstrip(": ")
    if code == _GONE:
        return ProductMissing(f"the stored file {key} is gone from {bucket}: run the film again to make it anew")
    if status == 404 and code in _BARE:
        return ProviderUnavailable(
            f"something that is no bucket answered 404 at {bucket}: see that the store runs, and that the block S3 Storage "
            "names it rightly"
        )
    if code in _BUSY:
        return RateLimited(f"{bucket} asks to wait ({said})")
    if code in _FULL:
        return SetupError(f"{bucket} takes no more ({said}): make room there, and run again; what is finished is kept")
    if code in _PASSING or status >= 500:
        return ProviderUnavailable(f"{bucket} could not do it now ({said})")
    return SetupError(f"{bucket} {_mend(code)} ({said})")


def _mend(code: str) -> str:
    if code == "NoSuchBucket":
        return "does not exist: make it, or put the right name, region and endpoint into the block S3 Storage"
    if code in _REFUSED:
        return (
            "refuses the key: put the right one into the block S3 Credentials, and give it the rights s3:GetObject, "
            "s3:PutObject, s3:AbortMultipartUpload and, so that a missing file can be told from a forbidden one, s3:ListBucket"
        )
    if code in _ELSEWHERE:
        return "is in another region: put its region into the block S3 Storage (`auto` for Cloudflare R2)"
    if code in {"ExpiredToken", "TokenRefreshRequired"}:
        return "finds the key expired: put a new one into the block S3 Credentials"
    if code in {"RequestTimeTooSkewed", "RequestExpired"}:
        return "finds this machine's clock wrong: set it"
    return "refused: mend the block S3 Storage"


def _code_of(error: boto.ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _status_of(error: boto.ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
