"""Somebody who knows Notion and nothing else: plans films there, reads pages, and edits them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from blocks.domain.status import Status
from blocks.providers.notion.columns import CHOICES as OFFERED
from blocks.providers.notion.pages import COLUMNS
from tests.emulators.notion import NotionEmulator
from tests.emulators.notion_types import problems_of

CHOICES = {name: list(choices) for name, choices in OFFERED.items()} | {"Status": [one.value for one in Status], "Channel": []}
_BODIES = {
    "query": ("QueryDataSourceParameters", "data_source_id"),
    "update page": ("UpdatePageParameters", "page_id"),
    "update data source": ("UpdateDataSourceParameters", "data_source_id"),
}
"""Notion's own type of each request with a body that the studio makes, and what its address names."""
_BODILESS = frozenset({"page", "data source"})


class Owner:
    """The owner of a table of films, who calls each page by its title."""

    def __init__(self, notion: NotionEmulator) -> None:
        self.notion = notion
        columns: dict[str, Any] = {name: (kind, CHOICES[name]) if name in CHOICES else kind for name, kind in COLUMNS.values()}
        self.source = notion.make_database("Films", columns).sources[0]
        self.pages: dict[str, str] = {}

    def adds(self, title: str, **values: str) -> None:
        """Make a page."""
        named = {name.replace("_", " "): value for name, value in values.items()}
        self.pages[title] = self.notion.add_page({"Title": title} | named)

    def edits(self, title: str, **values: str) -> None:
        """Change a page."""
        self.notion.edit(self.pages[title], {name.replace("_", " "): value for name, value in values.items()})

    def reads(self, title: str) -> dict[str, Any]:
        """Look at a page."""
        return self.notion.page(self.pages[title])

    def sees(self, column: str, titles: Iterable[str] = ()) -> dict[str, Any]:
        """Look at one column, of some pages or of all."""
        return {title: self.reads(title)[column] for title in titles or self.pages}


def misfits(notion: NotionEmulator) -> list[str]:
    """Say in what the requests that Notion got do not fit its own types; each was also checked when it came."""
    said = []
    for call in notion.books.calls:
        if call.endpoint in _BODIES:
            kind, place = _BODIES[call.endpoint]
            said += problems_of(call.body | {place: call.path.split("/")[3]}, kind)
        elif call.endpoint not in _BODILESS or call.body is not None or call.query:
            said.append(f"{call.method} {call.path} {call.query} {call.body}")
    return said
