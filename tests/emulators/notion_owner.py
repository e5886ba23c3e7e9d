"""The hand of the person who owns the workspace: databases and pages made, read and changed as in the app, in plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.emulators.notion_blocks import add_comment, make_blocks
from tests.emulators.notion_columns import Simple, simple_column
from tests.emulators.notion_databases import add_database, add_source
from tests.emulators.notion_objects import columns_of
from tests.emulators.notion_pages import move_to_trash, parent_in, write
from tests.emulators.notion_texts import plain, texts_of
from tests.emulators.notion_values import add_option, kind_of, simple_value
from tests.emulators.notion_workspace import PARENT_OF_ALL, Block, Database, DataSource, Page, Workspace


class Owner:
    """Methods for whoever has a workspace. Columns are named, values are plain: `{"Status": "Queued", "Cost": 3.5}`."""

    workspace: Workspace

    def make_database(self, title: str, properties: Mapping[str, Simple]) -> Database:
        """Make a database with one table: `{"Name": "title", "Status": ("status", ["Draft", "Done"])}`."""
        with self.workspace.lock:
            columns = {name: simple_column(name, wanted) for name, wanted in properties.items()}
            return add_database(self.workspace, texts_of(title), columns, self.workspace.owner_id, PARENT_OF_ALL)

    def make_data_source(self, database: Database, title: str, properties: Mapping[str, Simple]) -> DataSource:
        """Make one more table in a database."""
        with self.workspace.lock:
            columns = {name: simple_column(name, wanted) for name, wanted in properties.items()}
            return add_source(self.workspace, database, texts_of(title), columns, self.workspace.owner_id)

    def set_property(self, source: DataSource, name: str, wanted: Simple | None) -> None:
        """Add a column, put another one in its place, or remove it (None)."""
        with self.workspace.lock:
            if wanted is None:
                gone, action = source.properties.pop(name), "deleted"
            else:
                action = "updated" if name in source.properties else "created"
                gone = source.properties[name] = simple_column(name, wanted)
            done = {"id": gone.id, "name": name, "action": action}
            self.workspace.note("data_source.schema_updated", source, self.workspace.owner_id, done)

    def add_options(self, source: DataSource, name: str, *options: str) -> None:
        """Add choices to a column, of a status too."""
        with self.workspace.lock:
            column = source.properties[name]
            for option in options:
                add_option(column, option)
            done = {"id": column.id, "name": name, "action": "updated"}
            self.workspace.note("data_source.schema_updated", source, self.workspace.owner_id, done)

    def share(self, database: Database, shared: bool = True) -> None:
        """Let the integration see a database, or see it no longer."""
        with self.workspace.lock:
            self.workspace.unshared -= {database.id}
            if not shared:
                self.workspace.unshared.add(database.id)

    def add_page(self, values: Mapping[str, Any], source: DataSource | None = None, paragraphs: Iterable[str] = ()) -> str:
        """Make a page in a table, the first one if none is named; gives its id."""
        with self.workspace.lock:
            source = source or next(iter(self.workspace.sources.values()))
            author = self.workspace.owner_id
            page = Page(**self.workspace.stamps(author), source=source, parent=parent_in(source))
            page.values = self._read(page, values)
            blocks = [{"paragraph": {"rich_text": texts_of(text)}} for text in paragraphs]
            page.blocks = make_blocks(self.workspace, page, page, blocks, author)
            self.workspace.keep_page(page)
            return page.id

    def edit(self, page_id: str, values: Mapping[str, Any]) -> None:
        """Change values of a page; a choice that does not exist yet is made, except of a status."""
        with self.workspace.lock:
            page = self.workspace.pages[page_id]
            write(self.workspace, page, self._read(page, values), self.workspace.owner_id)

    def trash(self, page_id: str) -> None:
        """Move a page into the trash."""
        with self.workspace.lock:
            move_to_trash(self.workspace, self.workspace.pages[page_id], self.workspace.owner_id, in_trash=True)

    def restore(self, page_id: str) -> None:
        """Take a page out of the trash."""
        with self.workspace.lock:
            move_to_trash(self.workspace, self.workspace.pages[page_id], self.workspace.owner_id, in_trash=False)

    def comment(self, page_id: str, text: str) -> None:
        """Write a comment below a page."""
        with self.workspace.lock:
            add_comment(self.workspace, {"type": "page_id", "page_id": page_id}, texts_of(text), self.workspace.owner_id)

    def page(self, page_id: str) -> dict[str, Any]:
        """Read a page: texts as text, choices by name, files as pairs of name and address, what is empty as None or empty."""
        with self.workspace.lock:
            page = self.workspace.pages[page_id]
            return {name: simple_value(self.workspace, page, column) for name, column in columns_of(page).items()}

    def pages(self, source: DataSource | None = None) -> list[str]:
        """List the pages of a table that are not in the trash, oldest first; of all tables if none is named."""
        with self.workspace.lock:
            return [
                page.id
                for page in self.workspace.pages.values()
                if not page.in_trash and (source is None or page.source is source)
            ]

    def texts(self, page_id: str) -> list[str]:
        """Read the texts of a page's content, block by block; media by their captions."""
        with self.workspace.lock:
            return [_text_in(block) for block in _all_below(self.workspace.pages[page_id].blocks)]

    def comments(self, page_id: str) -> list[str]:
        """Read the comments below a page."""
        with self.workspace.lock:
            return [plain(one["rich_text"]) for one in self.workspace.comments if one["parent"].get("page_id") == page_id]

    def last_editor(self, page_id: str) -> str:
        """Tell who changed a page last: `person` or `bot`."""
        with self.workspace.lock:
            return self.workspace.kind_of_author(self.workspace.pages[page_id].edited_by)

    def _read(self, page: Page, values: Mapping[str, Any]) -> dict[str, Any]:
        read = {}
        for name, simple in values.items():
            column = columns_of(page)[name]
            kind = kind_of(column)
            read[column.id] = kind.read(self.workspace, column, kind.ask(simple))
        return read


def _all_below(blocks: list[Block]) -> Iterable[Block]:
    for block in blocks:
        yield block
        yield from _all_below(block.children)


def _text_in(block: Block) -> str:
    return plain(block.content.get("rich_text") or block.content.get("caption") or [])
