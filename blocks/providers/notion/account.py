"""Notion: the integration that reads and writes, and how Notion tells of trouble."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import Field, SecretStr

from blocks.answers import Answer, Fault, FaultKind
from blocks.described import DescribedOnce
from blocks.domain.frozen import Frozen
from blocks.http import Door

VERSION = "2025-09-03"
"""Of Notion's API: the first in which databases hold data sources."""
_READ_S = 60.0
_KINDS = {
    HTTPStatus.UNAUTHORIZED: FaultKind.CREDENTIALS,
    HTTPStatus.FORBIDDEN: FaultKind.CREDENTIALS,
    HTTPStatus.CONFLICT: FaultKind.UNAVAILABLE,
    HTTPStatus.TOO_MANY_REQUESTS: FaultKind.RATE_LIMITED,
    529: FaultKind.RATE_LIMITED,
}
_ADVICE = {
    "unauthorized": "put the integration's secret into the Notion Credentials block",
    "restricted_resource": "give the integration the capabilities to read, insert and update content",
    "object_not_found": "share the database with the integration (its page, menu, Connections)",
}


class NotionCredentials(DescribedOnce):
    """The secret of a Notion integration, and where its service is."""

    _block_type_name = "Notion Credentials"

    token: SecretStr = Field(description="Secret of an internal integration, which begins with ntn_.")
    base_url: str = Field(default="https://api.notion.com", description="Address of the service, without its version.")

    def get_client(self) -> Door:
        """Open the door to the service."""
        return Door(
            service="Notion",
            base_url=f"{self.base_url.rstrip('/')}/v1",
            dialect=notion_fault,
            headers={"Authorization": SecretStr(f"Bearer {self.token.get_secret_value()}"), "Notion-Version": VERSION},
            read_s=_READ_S,
        )


class _Trouble(Frozen, extra="ignore"):
    """What an answer that is an error says (developers.notion.com, status codes)."""

    code: str = ""
    message: str = ""
    request_id: str | None = None


def notion_fault(answer: Answer) -> Fault | None:
    """Read the trouble an answer tells of; None when it tells of none."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        return None
    try:
        told = _Trouble.model_validate_json(answer.body)
    except ValueError:
        told = _Trouble(message=answer.phrase)
    is_theirs = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Fault(
        kind=_KINDS.get(answer.status, FaultKind.UNAVAILABLE if is_theirs else FaultKind.INVALID),
        message=told.message,
        code=told.code,
        retry_after_s=answer.retry_after_s,
        advice=_ADVICE.get(told.code, ""),
        request_id=told.request_id,
    )
