"""What every storage promises, whoever keeps the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from blocks.errors import BadSpec, ProductMissing, SetupError
from blocks.storage import LocalStorage, Storage, sha256_of
from blocks.workspace import lay_out
from tests.finished_files import made

ABSENT = f"{'a' * 64}.png"


@pytest.fixture(params=["local", "s3", "notion"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "local":
        return LocalStorage(folder=tmp_path / "products")
    fixture = "buckets" if request.param == "s3" else "notion_database"
    return request.getfixturevalue(fixture).storage(tmp_path / "copies")


def test_a_file_moves_into_the_store_under_the_hash_of_its_bytes(storage, tmp_path: Path) -> None:
    file = made(tmp_path, name="made.PNG")
    digest = sha256_of(file)

    address = storage.put(file)

    assert address == f"{digest}.png"
    assert not file.exists()
    assert storage.open(address).read_bytes() == b"picture"
    assert storage.open(address).suffix == ".png"


def test_equal_bytes_have_one_address_and_are_stored_again_without_harm(storage, tmp_path: Path) -> None:
    first, second = storage.put(made(tmp_path, name="a.png")), storage.put(made(tmp_path, name="b.png"))

    assert first == second
    assert list(tmp_path.glob("*.png")) == []


def test_a_file_is_there_once_it_was_stored(storage, tmp_path: Path) -> None:
    address = storage.put(made(tmp_path))

    storage.see_there()
    assert storage.has(address, 7)
    assert not storage.has(ABSENT, 7)


@pytest.mark.parametrize("storage", ["local", "s3"], indirect=True)  # Notion takes files whole or not at all
def test_a_file_is_there_only_with_the_size_it_was_stored_with(storage, tmp_path: Path) -> None:
    address = storage.put(made(tmp_path))

    assert not storage.has(address, 8)


def test_a_file_that_is_not_there_says_how_to_get_it(storage) -> None:
    with pytest.raises(ProductMissing, match="run the film again") as missing:
        storage.open(ABSENT)

    assert missing.value.path.name == ABSENT


@pytest.mark.parametrize("address", ["../../etc/passwd", "/etc/passwd", f"{'a' * 64}.png/../../x", f"{'A' * 64}.png", ""])
def test_no_address_leads_out_of_the_store(storage, address: str) -> None:
    for ask in (storage.open, lambda address: storage.has(address, 1)):
        with pytest.raises(BadSpec, match="no address of a stored file"):
            ask(address)


def test_a_file_without_a_suffix_is_refused_and_stays(storage, tmp_path: Path) -> None:
    file = made(tmp_path, name="nameless")

    with pytest.raises(BadSpec):
        storage.put(file)

    assert file.exists()


def test_what_is_laid_out_in_a_films_folder_outlives_the_stores_own_file(storage, tmp_path: Path) -> None:
    stored = storage.open(storage.put(made(tmp_path)))
    place = lay_out(tmp_path / "film", "assets/props/prop_01.png", stored)

    stored.unlink()

    assert place.read_bytes() == b"picture"


def test_a_storage_that_can_be_read_has_nothing_to_say(storage, tmp_path: Path) -> None:
    storage.check()
    storage.put(made(tmp_path))
    storage.check()


@pytest.mark.parametrize("ask", ["has", "see_there"])
def test_a_folder_that_cannot_be_read_never_looks_like_one_whose_files_are_gone(tmp_path: Path, ask: str) -> None:
    (tmp_path / "round").symlink_to(tmp_path / "round")  # ELOOP, as a broken disk has ESTALE and EIO
    storage = LocalStorage(folder=tmp_path / "round")

    with pytest.raises(SetupError, match="cannot be read"):
        {"has": lambda: storage.has(ABSENT, 1), "see_there": storage.see_there}[ask]()


def test_a_folder_of_products_that_is_none_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(SetupError, match="cannot be read"):
        LocalStorage(folder=tmp_path / "taken").check()
