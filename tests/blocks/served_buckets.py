"""A store of buckets on loopback: moto's own server, behind which faults can be put, and a log of what it was asked."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from pydantic import SecretStr
from werkzeug.serving import WSGIRequestHandler, make_server

from blocks.s3_storage import S3Credentials, S3Storage

BUCKET = "films"
KEY_ID = "key-of-the-owner"
SECRET = "hush-hush-secret"
NOT_IMPLEMENTED = (
    b"<Error><Code>NotImplemented</Code><Message>A header you provided implies a thing unknown here</Message></Error>"
)


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Say nothing."""


class Buckets:
    """The store, as tests see it."""

    def __init__(self, url: str, log: list[str]) -> None:
        self.url = url
        self.log = log
        self.knows_conditions = True
        self.status = 0
        self.says = b""
        """What it answers with, beside its status, to all but HEAD."""
        self.client = boto3.session.Session(aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET).client(
            "s3", endpoint_url=url, region_name="us-east-1"
        )

    def storage(self, folder: Path, **settings: object) -> S3Storage:
        credentials = S3Credentials(access_key_id=KEY_ID, secret_access_key=SecretStr(SECRET))
        return S3Storage(**{"bucket": BUCKET, "endpoint_url": self.url, "credentials": credentials, "folder": folder, **settings})

    def names(self) -> list[str]:
        return [found["Key"] for found in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def asked(self, verb: str) -> int:
        return sum(line.startswith(f"{verb} /{BUCKET}/") for line in self.log)

    def begin_anew(self) -> None:
        """Forget everything but the bucket, which is empty."""
        self.knows_conditions, self.status, self.says = True, 0, b""
        self.check_keys("inf")
        self._tell("/moto-api/reset")
        self.client.create_bucket(Bucket=BUCKET)
        self.log.clear()

    def check_keys(self, calls_before: str = "0") -> None:
        """From now on, answer only those whose key is known: nobody's."""
        self._tell("/moto-api/reset-auth", calls_before.encode())

    def answer(
        self, environ: dict[str, str], start: Callable[..., object], app: Callable[..., Iterable[bytes]]
    ) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith("/moto-api"):
            self.log.append(f"{environ['REQUEST_METHOD']} {path} {environ.get('HTTP_IF_NONE_MATCH', '')}".strip())
            if self.status:
                environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
                start(f"{self.status} Trouble", [("Content-Length", str(len(self.says)))])
                return [b"" if environ["REQUEST_METHOD"] == "HEAD" else self.says]
            if "HTTP_IF_NONE_MATCH" in environ and not self.knows_conditions:
                environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
                start("501 Not Implemented", [("Content-Type", "application/xml"), ("Content-Length", str(len(NOT_IMPLEMENTED)))])
                return [NOT_IMPLEMENTED]
        return app(environ, start)

    def _tell(self, path: str, body: bytes = b"") -> None:
        kind = {"Content-Type": "application/octet-stream"}
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}{path}", data=body, headers=kind, method="POST")):
            pass


@contextmanager
def served() -> Iterator[Buckets]:
    """Serve the store until the end of the block."""
    app = DomainDispatcherApplication(create_backend_app)
    store: list[Buckets] = []
    server = make_server(
        "127.0.0.1", 0, lambda environ, start: store[0].answer(environ, start, app), threaded=True, request_handler=_Quiet
    )
    store.append(Buckets(f"http://127.0.0.1:{server.server_port}", []))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield store[0]
    finally:
        store[0].client.close()
        server.shutdown()
        server.server_close()
        thread.join()
