"""Products in Notion: a page for each, whatever Notion does on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from blocks.errors import (
    BadSpec,
    ProductMissing,
    ProviderUnavailable,
    RateLimited,
    SetupError,
)
from blocks.providers.notion import files, storage
from blocks.providers.notion.storage import NotionStorage
from tests.emulators import faults as ways
from tests.emulators import notion_faults as wrong
from tests.finished_files import made
from tests.providers.notion_stores import NotionStore, notion_store

ABSENT = f"{'a' * 64}.png"
MEBIBYTE = 1024 * 1024


@pytest.fixture
def store(prefect_api: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[NotionStore]:
    monkeypatch.setattr(storage, "PUT_PAUSES_S", (0.0, 0.0))
    monkeypatch.setattr(storage, "GONE_PAUSES_S", (0.0, 0.0))
    with notion_store() as store:
        yield store


@pytest.fixture
def here(store: NotionStore, tmp_path: Path) -> NotionStorage:
    """One machine's way to the store."""
    return store.storage(tmp_path / "here")


@pytest.fixture
def there(store: NotionStore, tmp_path: Path) -> NotionStorage:
    """Another machine's, which shares no disk with the first."""
    return store.storage(tmp_path / "there")


def test_what_one_machine_stored_another_reads(store, here, there, tmp_path: Path) -> None:
    address = here.put(made(tmp_path))

    assert there.has(address, 7)
    assert there.open(address).read_bytes() == b"picture"
    assert store.names() == [address]
    assert here.store_name == there.store_name == f"notion:{store.source.id.replace('-', '')}"


def test_a_file_is_on_a_page_and_outlives_the_hour_that_an_upload_waits(store, here, there, tmp_path: Path) -> None:
    address = here.put(made(tmp_path))
    store.notion.now = lambda: datetime.now(UTC) + timedelta(days=30)

    assert there.open(address).read_bytes() == b"picture"


def test_equal_bytes_are_sent_once(store, here, there, tmp_path: Path) -> None:
    assert here.put(made(tmp_path)) == there.put(made(tmp_path))

    assert len(store.names()) == store.asked("create upload") == 1


def test_a_file_is_fetched_once_and_not_asked_for_again(store, here, there, tmp_path: Path) -> None:
    address = here.put(made(tmp_path))
    there.open(address)
    before = store.asked("query")

    assert there.open(address) == there.open(address)
    assert there.has(address, 7)
    assert (store.asked("download"), store.asked("query")) == (1, before)


@pytest.mark.parametrize("fault", [ways.RESET, wrong.TIMED_OUT, wrong.TIMED_OUT_LATE, wrong.CONFLICT])
@pytest.mark.parametrize("endpoint", ["query", "create upload", "send upload", "create page"])
def test_an_answer_that_is_lost_keeps_a_file_once(store, here, tmp_path: Path, endpoint: str, fault: str) -> None:
    store.notion.faults.next(endpoint, fault)

    address = here.put(made(tmp_path))

    assert store.names() == [address]
    assert not (tmp_path / "made.png").exists()


def test_a_large_file_goes_in_parts(store, here, there, tmp_path: Path) -> None:
    content = bytes(range(256)) * 4096 * 21
    address = here.put(made(tmp_path, content, "film.mp4"))

    assert store.asked("send upload") == 3
    assert store.asked("complete upload") == 1
    assert there.open(address).read_bytes() == content


def test_a_file_that_the_plan_does_not_take_says_so(store, here, tmp_path: Path) -> None:
    store.notion.workspace.max_file_bytes = 5 * MEBIBYTE
    file = made(tmp_path, bytes(6 * MEBIBYTE))

    with pytest.raises(BadSpec, match=r"up to 5 MiB in this workspace, and this one has 6\.0 MiB: raise the workspace's plan"):
        here.put(file)

    assert file.exists()
    assert store.asked("create upload") == 0


@pytest.mark.parametrize("name", ["captions.srt", "words.flac", "film.otio", "speech.wav", "facts.json"])
def test_what_notion_would_refuse_by_its_name_comes_back_as_it_was(here, there, tmp_path: Path, name: str) -> None:
    address = here.put(made(tmp_path, b"content", name))

    assert there.open(address).suffix == Path(name).suffix
    assert there.open(address).read_bytes() == b"content"


def test_a_page_whose_file_was_taken_off_is_a_file_that_is_gone_until_it_is_stored_again(
    store, here, there, tmp_path: Path
) -> None:
    address = here.put(made(tmp_path))
    (page,) = store.notion.pages()
    store.notion.edit(page, {"File": []})
    with pytest.raises(ProductMissing, match="gone from Notion: run the film again"):
        there.open(address)
    assert not there.has(address, 7)

    there.put(made(tmp_path))

    assert store.names() == [address]
    assert store.storage(tmp_path / "third").open(address).read_bytes() == b"picture"


def rename(store: NotionStore, here: NotionStorage, column: str, name: str) -> None:
    with here.credentials.get_client() as door:
        door.patch(f"/data_sources/{store.source.id}", json={"properties": {column: {"name": name}}})


@pytest.mark.parametrize("is_new_process", [False, True])
@pytest.mark.parametrize("name", ["captions.srt", "made.png"])
def test_a_file_is_found_in_whatever_column_it_is(
    store, here, there, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, is_new_process: bool
) -> None:
    address = here.put(made(tmp_path, name=name))
    rename(store, here, "File", "Product")
    store.notion.set_property(store.source, "Attachments", "files")
    if is_new_process:
        monkeypatch.setattr(files, "_columns", {})

    assert there.has(address, 7)
    assert there.open(address).read_bytes() == b"picture"
    there.put(made(tmp_path, name=name))
    assert store.names() == [address]
    assert store.asked("create upload") == 1


@pytest.mark.parametrize(("column", "name"), [("Name", "Address"), ("File", "Product")])
def test_a_column_that_is_renamed_meanwhile_is_refused_once(store, here, there, tmp_path: Path, column: str, name: str) -> None:
    here.put(made(tmp_path))
    rename(store, here, column, name)
    file = made(tmp_path, b"another")
    with pytest.raises(SetupError, match="refuses"):
        here.put(file)

    address = here.put(file)

    assert there.open(address).read_bytes() == b"another"


def test_another_s_file_on_the_page_is_never_taken_for_the_product(store, here, there, tmp_path: Path) -> None:
    store.notion.set_property(store.source, "Attachments", "files")
    store.notion.set_property(store.source, "File", "files")
    one, two = here.put(made(tmp_path)), here.put(made(tmp_path, b"another"))
    by_name = {store.notion.page(page)["Name"]: page for page in store.notion.pages()}
    pages, columns = store.notion.workspace.pages, store.source.properties
    others = pages[by_name[two]].values[columns["File"].id]
    pages[by_name[one]].values |= {columns["Attachments"].id: others, columns["File"].id: []}

    assert not there.has(one, 7)
    pages[by_name[two]].values[columns["Attachments"].id] = others
    assert there.open(two).read_bytes() == b"another"


def test_a_page_that_notion_does_not_list_yet_is_not_gone(store, here, there, tmp_path: Path) -> None:
    address = here.put(made(tmp_path))

    store.notion.faults.next("query", wrong.UNLISTED)
    assert there.has(address, 7)
    store.notion.faults.next("query", wrong.UNLISTED, wrong.UNLISTED)
    assert there.open(address).read_bytes() == b"picture"


def test_a_list_that_was_cut_short_says_nothing_of_what_is_gone(store, here, there, tmp_path: Path) -> None:
    address = here.put(made(tmp_path))
    store.notion.faults.always("query", wrong.INCOMPLETE)

    for ask in (lambda: there.has(address, 7), lambda: there.open(address)):
        with pytest.raises(ProviderUnavailable, match="cut its list short"):
            ask()


def test_a_page_in_the_trash_is_a_file_that_is_gone(store, here, there, tmp_path: Path) -> None:
    address = here.put(made(tmp_path))
    store.notion.trash(*store.notion.pages())

    assert not there.has(address, 7)


def test_another_file_under_the_name_is_never_taken_for_it(store, here, there, tmp_path: Path) -> None:
    address = here.put(made(tmp_path))
    (upload,) = store.notion.workspace.uploads.values()
    upload.parts[1] = b"another"

    with pytest.raises(ProductMissing, match="does not hold the bytes it is named by"):
        there.open(address)


def test_notion_says_how_long_to_wait_and_is_heard(store, here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(storage.time, "sleep", waits.append)
    store.notion.retry_after_s = 7
    store.notion.faults.next("create upload", ways.RATE_LIMITED)

    here.put(made(tmp_path))

    assert waits == [7]


def test_a_wait_of_many_minutes_is_left_to_the_task(store, here, tmp_path: Path) -> None:
    store.notion.retry_after_s = 600
    store.notion.faults.next("query", wrong.WORKSPACE_LIMITED)

    with pytest.raises(RateLimited) as limited:
        here.put(made(tmp_path))

    assert limited.value.retry_after_s == 600


@pytest.mark.parametrize("fault", [wrong.NOT_SHARED, wrong.TOKEN_REVOKED, wrong.RESTRICTED])
def test_a_database_that_cannot_be_asked_never_looks_like_one_whose_files_are_gone(store, here, fault: str) -> None:
    store.notion.faults.always("data source", fault)
    store.notion.faults.always("query", fault)

    for ask in (lambda: here.has(ABSENT, 7), lambda: here.open(ABSENT), here.check):
        with pytest.raises(SetupError, match="refuses: Notion:") as told:
            ask()
        assert store.notion.token not in str(told.value)


def test_a_notion_that_is_away_never_looks_like_one_whose_files_are_gone(store, here, tmp_path: Path) -> None:
    file = made(tmp_path)
    store.notion.leave()

    for ask in (lambda: here.has(ABSENT, 7), lambda: here.open(ABSENT), here.check, lambda: here.put(file)):
        with pytest.raises(ProviderUnavailable):
            ask()

    assert file.exists()


def test_the_owner_may_call_the_columns_what_they_like(store, tmp_path: Path) -> None:
    source = store.notion.make_database("Own", {"Address": "title", "Attachments": "files", "Remarks": "rich_text"}).sources[0]
    here = store.storage(tmp_path / "here", data_source_id=source.id)

    here.check()
    address = here.put(made(tmp_path))

    ((name, _),) = store.notion.page(*store.notion.pages(source))["Attachments"]
    assert name == address
