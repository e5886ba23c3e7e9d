"""An emulated Notion: databases, data sources, pages, blocks, comments and file uploads, with the owner's hand beside the API.

After the API reference of 2026-11 and the types of @notionhq/client 5.26.0. What Notion has and this has not is refused, and the
refusal says so: templates, Markdown, mentions, tables, views, search, files that are imported from addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.emulators import faults as ways
from tests.emulators import notion_blocks, notion_databases, notion_files, notion_pages
from tests.emulators import notion_faults as wrong
from tests.emulators.notion_owner import Owner
from tests.emulators.notion_pace import Pace
from tests.emulators.notion_words import Refused, answer_headers, one_of, unknown_address
from tests.emulators.notion_workspace import Workspace
from tests.emulators.serving import Emulator, Handler, Visit, as_json, serving

VERSIONS = ("2021-05-11", "2021-05-13", "2021-08-16", "2022-02-22", "2022-06-28", "2025-09-03", "2026-03-11")
"""What Notion lists when it is asked for another one."""
Answer = Callable[[Workspace, Visit], dict[str, Any]]


@dataclass
class NotionEmulator(Owner, Emulator):
    """The vendor's server, and the workspace behind it."""

    token: str = "ntn_testkey"
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    """The workspace's clock; a test may set another one. The pace of requests has a clock of its own."""
    per_second: int | None = None
    """How many requests are taken within any second; None for as many as come."""
    limit_reason: str = wrong.CONNECTION_LIMIT
    """Whose limit `per_second` is, as 429 says it."""
    retry_after_s: int | None = 1
    """`Retry-After` of 429 and 529."""
    seed: int | None = None
    """Fixes the ids of all that is made, so that a plan of faults hits the same calls in every run; None for ids of chance."""
    pace: Pace = field(default_factory=Pace)
    workspace: Workspace = field(default_factory=Workspace)

    def __post_init__(self) -> None:
        self.workspace.now, self.workspace.address = self._moment, lambda: self.url
        if self.seed is not None:
            self.workspace.ids.seed(self.seed)

    def _moment(self) -> datetime:
        return self.now()

    def begin_anew(self) -> None:
        """Forget everything, at the same address: a server for many tests."""
        vars(self).update(vars(NotionEmulator(url=self.url)))
        self.__post_init__()

    @property
    def before_write(self) -> list[Callable[[str, dict[str, Any]], None]]:
        """Whoever is to be called with a page's id and the properties of a request, just before the request changes the page."""
        return self.workspace.before_write

    def most_in_a_second(self) -> int:
        """Give the greatest number of requests that arrived within any second."""
        return self.pace.most_within(1.0)

    def leave(self, fault: str = ways.RESET) -> None:
        """Let every call go wrong in this way until `come_back`."""
        for name, _ in self.routes().values():
            self.faults.always(name, fault)

    def come_back(self) -> None:
        """Let every call be answered again."""
        for name, _ in self.routes().values():
            self.faults.always(name, None)

    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        page, source, upload = "/v1/pages/{page_id}", "/v1/data_sources/{data_source_id}", "/v1/file_uploads/{file_upload_id}"
        database, children = "/v1/databases/{database_id}", "/v1/blocks/{block_id}/children"
        answers: dict[tuple[str, str], tuple[str, Answer]] = {
            ("GET", "/v1/users/me"): ("me", notion_databases.show_bot),
            ("POST", "/v1/databases"): ("create database", notion_databases.create_database),
            ("GET", database): ("database", notion_databases.show_database),
            ("PATCH", database): ("update database", notion_databases.update_database),
            ("POST", f"{database}/query"): ("query database", notion_databases.query_database),
            ("POST", "/v1/data_sources"): ("create data source", notion_databases.create_source),
            ("GET", source): ("data source", notion_databases.show_source),
            ("PATCH", source): ("update data source", notion_databases.update_source),
            ("POST", f"{source}/query"): ("query", notion_databases.query_source),
            ("POST", "/v1/pages"): ("create page", notion_pages.create_page),
            ("GET", page): ("page", notion_pages.show_page),
            ("PATCH", page): ("update page", notion_pages.update_page),
            ("GET", f"{page}/properties/{{property_id:path}}"): ("property", notion_pages.show_property),
            ("GET", children): ("children", notion_blocks.list_children),
            ("PATCH", children): ("append children", notion_blocks.append_children),
            ("POST", "/v1/comments"): ("create comment", notion_blocks.create_comment),
            ("GET", "/v1/comments"): ("comments", notion_blocks.list_comments),
            ("POST", "/v1/file_uploads"): ("create upload", notion_files.create_upload),
            ("GET", upload): ("upload", notion_files.show_upload),
            ("POST", f"{upload}/send"): ("send upload", notion_files.send_upload),
            ("POST", f"{upload}/complete"): ("complete upload", notion_files.complete_upload),
            **{(method, "/{rest:path}"): ("unknown", _nowhere) for method in ("GET", "POST", "PATCH", "PUT", "DELETE")},
        }
        files = (
            ("GET", "/files/{upload_id}/{name:path}"),
            ("download", lambda visit: notion_files.download(self.workspace, visit)),
        )
        return dict([files]) | {place: (name, self._guarded(answer)) for place, (name, answer) in answers.items()}

    def app(self) -> Starlette:
        app = super().app()
        app.add_middleware(_Doorbell, emulator=self)
        return app

    def fault_answer(self, visit: Visit, fault: str) -> Response:
        if fault in wrong.IN_THE_WORK:
            handler = next(handler for name, handler in self.routes().values() if name == visit.call.endpoint)
            done = handler(visit)
            if fault in wrong.CUT_SHORT or done.status_code >= 400:
                return done
        return wrong.fault_in_words(visit, fault, self.retry_after_s)

    def _guarded(self, answer: Answer) -> Handler:
        """Look at the pace, the token and the version first, and answer refusals."""

        def guarded(visit: Visit) -> Response:
            try:
                self._admit(visit)
                with self.workspace.lock:
                    return as_json(answer(self.workspace, visit), headers=answer_headers(visit.request_id))
            except Refused as refused:
                return refused.answer(visit.request_id)

        return guarded

    def _admit(self, visit: Visit) -> None:
        if self.per_second is not None and not self.pace.take(self.per_second):
            raise wrong.rate_limited(self.limit_reason, self.retry_after_s)
        if visit.call.headers.get("authorization") != f"Bearer {self.token}":
            raise Refused(401, "unauthorized", "API token is invalid.")
        version = visit.call.headers.get("notion-version")
        if version not in VERSIONS:
            wanted = "defined, instead was `undefined`." if version is None else f'{one_of(VERSIONS)}, instead was `"{version}"`.'
            message = f"Notion-Version header failed validation: Notion-Version header should be {wanted}"
            raise Refused(400, "missing_version", message)


def _nowhere(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    raise unknown_address()


class _Doorbell:
    """Hears every request of the API as it arrives."""

    def __init__(self, app: ASGIApp, emulator: NotionEmulator) -> None:
        self.app, self.emulator = app, emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/v1/"):
            self.emulator.pace.note()
        await self.app(scope, receive, send)


@contextmanager
def served(**options: Any) -> Iterator[NotionEmulator]:
    """Serve a Notion on loopback."""
    notion = NotionEmulator(**options)
    with serving(notion):
        yield notion
