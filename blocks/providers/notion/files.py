"""Files in a Notion database: each on a page of its own, named by its address (developers.notion.com, file uploads, 2026-11)."""

from __future__ import annotations

from pathlib import Path

from pydantic import JsonValue

from blocks.domain.frozen import Frozen
from blocks.domain.products import Address
from blocks.errors import BadSpec, ProviderUnavailable
from blocks.http import Door
from blocks.pace import pace
from blocks.providers.notion.desk import LANE
from blocks.providers.notion.pages import NotionPage

MEBIBYTE = 1024 * 1024
LARGEST_IN_ONE_PART = 20 * MEBIBYTE
"""A larger file goes in parts (developers.notion.com, sending larger files, 2026-11)."""
PART_BYTES = 10 * MEBIBYTE
"""Of each part but the last: 5 to 20 MiB are allowed."""
LARGEST_ON_ANY_PLAN = 5 * MEBIBYTE
"""What every workspace takes; more depends on its plan, up to 5 GiB."""
LARGEST_FILE = 5 * 1024 * MEBIBYTE
_MEDIA_TYPES = {
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "m4a": "audio/mp4",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "png": "image/png",
    "txt": "text/plain",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
}
"""What is sent as what it is, by its suffix."""
_FILE_COLUMN = "File"
_columns: dict[tuple[str, str], _Columns] = {}
"""Columns of the data sources that this process has seen, by id and address of the service."""


class FileTooLarge(BadSpec):
    """The workspace's plan takes no file of this size."""


class _Columns(Frozen):
    title: str
    files: str


class Found(Frozen):
    """The page of a file."""

    page: str
    url: str | None
    """None when somebody took the file off the page: no column holds it."""


class _Status(Frozen, extra="ignore"):
    type: str = "complete"


class _Listing(Frozen, extra="ignore"):
    results: tuple[NotionPage, ...]
    request_status: _Status = _Status()


class _Source(Frozen, extra="ignore"):
    properties: dict[str, dict[str, JsonValue]]


class _Upload(Frozen, extra="ignore"):
    id: str


class _Limits(Frozen, extra="ignore"):
    max_file_upload_size_in_bytes: int = LARGEST_FILE


class _Bot(Frozen, extra="ignore"):
    workspace_limits: _Limits = _Limits()


class _Myself(Frozen, extra="ignore"):
    bot: _Bot = _Bot()


class FilePages:
    """The pages of the database, spoken to at the pace that Notion allows."""

    def __init__(self, door: Door, source: str) -> None:
        self._door, self._source = door, source

    def find(self, address: Address) -> Found | None:
        """Look the page of a file up, with an address to fetch it from that holds for an hour; None when there is none.

        Raises:
            ProviderUnavailable: Notion did not look everywhere.
        """
        columns = self.columns()
        body: dict[str, JsonValue] = {
            "filter": {"property": columns.title, "title": {"equals": address}},
            "sorts": [{"timestamp": "created_time", "direction": "ascending"}],
            "page_size": 10,
        }
        pace(LANE)
        listed = self._door.post(f"/data_sources/{self._source}/query", json=body).read(_Listing)
        found = [Found(page=page.id, url=_url_of(page, address, columns.files)) for page in listed.results if not page.is_gone]
        whole = next((one for one in found if one.url is not None), None)
        if whole is None and listed.request_status.type == "incomplete":
            raise ProviderUnavailable(f"Notion cut its list short before it came to {address}; it is asked again later")
        return whole or (found[0] if found else None)

    def keep(self, address: Address, file: Path) -> None:
        """Put a file on a page of its own, unless it is there."""
        found = self.find(address)
        if found is not None and found.url is not None:
            return
        columns, upload = self.columns(), self._upload(address, file)
        attached: JsonValue = {"files": [{"type": "file_upload", "file_upload": {"id": upload}, "name": _name_of(address)}]}
        pace(LANE)
        if found is not None:
            self._door.patch(f"/pages/{found.page}", json={"properties": {columns.files: attached}})
            return
        title: JsonValue = {"title": [{"text": {"content": address}}]}
        parent: JsonValue = {"type": "data_source_id", "data_source_id": self._source}
        self._door.post("/pages", json={"parent": parent, "properties": {columns.title: title, columns.files: attached}})

    def columns(self, *, anew: bool = False) -> _Columns:
        """Tell which columns hold names and files; the one for files is made when there is none."""
        known = (self._source, self._door.base_url)
        if not anew and known in _columns:
            return _columns[known]
        pace(LANE)
        types = {
            name: one.get("type")
            for name, one in self._door.get(f"/data_sources/{self._source}").read(_Source).properties.items()
        }
        title = next(name for name, kind in types.items() if kind == "title")
        files = sorted(name for name, kind in types.items() if kind == "files")
        if not files:
            pace(LANE)
            self._door.patch(f"/data_sources/{self._source}", json={"properties": {_FILE_COLUMN: {"files": {}}}})
        found = _Columns(title=title, files=_FILE_COLUMN if not files or _FILE_COLUMN in files else files[0])
        _columns[known] = found
        return found

    def _upload(self, address: Address, file: Path) -> str:
        """Send a file, and give the id under which it waits, for an hour, to be put on a page."""
        size_bytes = file.stat().st_size
        self._check_size(size_bytes)
        name, kind = _name_of(address), _type_of(address)
        order: dict[str, JsonValue] = {"mode": "single_part", "filename": name, "content_type": kind}
        parts = -(-size_bytes // PART_BYTES) if size_bytes > LARGEST_IN_ONE_PART else 1
        if parts > 1:
            order |= {"mode": "multi_part", "number_of_parts": parts}
        pace(LANE)
        upload = self._door.post("/file_uploads", json=order).read(_Upload).id
        with file.open("rb") as stream:
            for number in range(1, parts + 1):
                content = stream.read(PART_BYTES if parts > 1 else -1)
                pace(LANE)
                form = {"part_number": str(number)} if parts > 1 else {}
                self._door.post(f"/file_uploads/{upload}/send", files={"file": (name, content, kind)}, form=form)
        if parts > 1:
            pace(LANE)
            self._door.post(f"/file_uploads/{upload}/complete", json={})
        return upload

    def _check_size(self, size_bytes: int) -> None:
        if size_bytes <= LARGEST_ON_ANY_PLAN:
            return
        pace(LANE)
        most = self._door.get("/users/me").read(_Myself).bot.workspace_limits.max_file_upload_size_in_bytes
        if size_bytes > most:
            raise FileTooLarge(
                f"Notion takes files of up to {most / MEBIBYTE:.0f} MiB in this workspace, and this one has "
                f"{size_bytes / MEBIBYTE:.1f} MiB: raise the workspace's plan, or choose another store for the channel"
            )


def forget_columns(source: str) -> None:
    """Look a data source's columns up anew the next time: Notion refused a call, as after a column was renamed."""
    for known in [one for one in _columns if one[0] == source]:
        _columns.pop(known, None)


def _url_of(page: NotionPage, address: Address, column: str) -> str | None:
    """Find the file of an address in any column of its page, for people rename columns; by its name, for they also add files.

    One that was renamed itself is only looked for in the column that the studio writes to; its bytes are checked in any case.
    """
    columns = {name: found.get("files") or [] for name, found in page.properties.items()}
    here = [one for files in columns.values() for one in files if one.get("name") == _name_of(address)]
    uploaded = [one for one in (*here, *columns.get(column, [])) if one.get("type") == "file"]
    return str(uploaded[0]["file"]["url"]) if uploaded else None


def _name_of(address: Address) -> str:
    """Name a file as Notion takes it: subtitles, FLAC and YAML it would refuse go as text, and come back as they were."""
    return address if address.rpartition(".")[2] in _MEDIA_TYPES else f"{address}.txt"


def _type_of(address: Address) -> str:
    return _MEDIA_TYPES.get(address.rpartition(".")[2], "text/plain")
