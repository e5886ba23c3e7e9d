"""KIE on loopback: its job API, its host for uploads, and the host of its results, with one account between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.emulators.kie_api import KieEmulator, signature
from tests.emulators.kie_hosts import KieFiles, KieUploads
from tests.emulators.kie_words import (
    EMPTY_RESULT,
    EXPIRED,
    GARBAGE,
    GONE,
    JOB_FAILED,
    JOB_LATE,
    JOB_REFUSED,
    JOB_TIMED_OUT,
    PLAIN_RESULT,
    RECORD_NULL,
    UNREADABLE,
    answering,
    failing,
    refusing,
)
from tests.emulators.serving import serving

__all__ = [
    "EMPTY_RESULT",
    "EXPIRED",
    "GARBAGE",
    "GONE",
    "JOB_FAILED",
    "JOB_LATE",
    "JOB_REFUSED",
    "JOB_TIMED_OUT",
    "PLAIN_RESULT",
    "RECORD_NULL",
    "UNREADABLE",
    "KieEmulator",
    "answering",
    "failing",
    "refusing",
    "served",
    "signature",
]


@contextmanager
def served(**options: Any) -> Iterator[KieEmulator]:
    """Serve the three hosts; the job API is at `url`, the others at `upload_url` and `files_url`."""
    vendor = KieEmulator(**options)
    uploads, files = (
        host(vendor=vendor, books=vendor.books, faults=vendor.faults, latency_s=vendor.latency_s, slow_s=vendor.slow_s)
        for host in (KieUploads, KieFiles)
    )
    with serving(vendor, uploads, files):
        vendor.upload_url, vendor.files_url = uploads.url, files.url
        try:
            yield vendor
        finally:
            vendor.stop_callbacks()
