"""Keeps secrets out of texts: our own keys, and the addresses of others, whose queries may be signatures."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

_QUERY = re.compile(r"(:(?:\\?/){2}[^\s\"'<>?]*)\?[^\s\"'<>]+")
"""The query of an address, in plain text or in JSON that escapes its slashes."""
_PASSWORD = re.compile(r"(:(?:\\?/){2})[^\s\"'<>/@]+@")
_UPLOAD = re.compile(r"(x-guploader-uploadid['\"]?[:,\s]+(?:b?['\"])?)[\w-]+", re.IGNORECASE)
"""The header in which Google repeats the secret part of an upload's address."""


def mask(text: str, secrets: Iterable[str] = ()) -> str:
    """Put `***` for secrets, and for the queries and passwords of addresses and the names of uploads.

    Args:
        text: any text: a message, an answer, a line of a log.
        secrets: values that must not be read; of `Bearer xyz`, the last word.
    """
    for secret in secrets:
        if words := secret.split():
            text = text.replace(words[-1], "***")
    return _UPLOAD.sub(r"\1***", _PASSWORD.sub(r"\1***@", _QUERY.sub(r"\1?***", text)))


class MaskingFilter(logging.Filter):
    """Masks the records of other people's loggers, which write addresses as they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, masked."""
        record.msg, record.args = mask(record.getMessage()), None
        return True
