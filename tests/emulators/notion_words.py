"""How Notion refuses: one shape for every error, in the words of its status codes page (developers.notion.com, 2026-11)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from tests.emulators.serving import as_json


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(
        self, status: int, code: str, message: str, more: dict[str, Any] | None = None, retry_after_s: int | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.more, self.retry_after_s = status, code, message, more, retry_after_s

    def answer(self, request_id: str) -> Response:
        """Word the refusal as the body and headers of an answer."""
        body = {"object": "error", "status": self.status, "code": self.code, "message": self.message}
        if self.more is not None:
            body["additional_data"] = self.more
        headers = answer_headers(request_id)
        if self.retry_after_s is not None:
            headers["retry-after"] = str(self.retry_after_s)
        return as_json(body | {"request_id": dashed(request_id)}, self.status, headers)


def dashed(text: str) -> str:
    """Write an id with dashes, as Notion does; it reads ids with and without them.

    Raises:
        ValueError: it is no id.
    """
    return str(uuid.UUID(text))


def answer_headers(request_id: str) -> dict[str, str]:
    """Give the headers that every answer has."""
    return {"x-notion-request-id": dashed(request_id)}


def invalid(message: str, more: dict[str, Any] | None = None) -> Refused:
    """Refuse what does not fit the schema or its limits."""
    return Refused(400, "validation_error", message, more)


def invalid_part(part: str, *problems: str) -> Refused:
    """Refuse a `body`, `path` or `query`: for its one problem, or for several ways to mend it."""
    if len(problems) == 1:
        return invalid(f"{part} failed validation: {problems[0]}")
    return invalid("\n".join([f"{part} failed validation. Fix one:", *problems]))


def not_found(kind: str, name: str) -> Refused:
    """Refuse what does not exist, or is not shared with the integration: Notion tells no difference."""
    shared = "Make sure the relevant pages and databases are shared with your integration."
    return Refused(404, "object_not_found", f"Could not find {kind} with ID: {name}. {shared}")


def unknown_address() -> Refused:
    """Refuse an address that the API version does not have."""
    return Refused(400, "invalid_request_url", "Invalid request URL.")


def not_emulated(what: str) -> Refused:
    """Refuse what Notion takes and this emulator does not know."""
    return invalid(f"The emulator does not know {what}.")


def one_of(values: Iterable[Any]) -> str:
    """List what a value should be one of."""
    words = [f"`{json.dumps(value)}`" for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])}, or {words[-1]}"
