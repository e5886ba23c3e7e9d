"""The folder of one film."""

from pathlib import Path

import pytest

from blocks.domain.layout import is_inside
from blocks.domain.request import VideoName
from blocks.errors import BadSpec
from blocks.workspace import film_folder, lay_out


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    file = tmp_path / "stored.png"
    file.write_text("one")
    return file


def test_a_file_appears_under_its_name_without_being_copied(tmp_path: Path, stored: Path) -> None:
    place = lay_out(tmp_path / "film", "assets/props/prop_01.png", stored)

    assert place.samefile(stored)


def test_laying_out_twice_leaves_one_file(tmp_path: Path, stored: Path) -> None:
    for _ in range(2):
        lay_out(tmp_path / "film", "videos/clip_01.mp4", stored)

    assert [file.name for file in (tmp_path / "film").rglob("*") if file.is_file()] == ["clip_01.mp4"]


def test_a_newer_product_takes_the_name_over(tmp_path: Path, stored: Path) -> None:
    lay_out(tmp_path / "film", "videos/clip_01.mp4", stored)
    newer = tmp_path / "newer.mp4"
    newer.write_text("two")

    assert lay_out(tmp_path / "film", "videos/clip_01.mp4", newer).read_text() == "two"
    assert stored.read_text() == "one"


@pytest.mark.parametrize("name", ["../escape.png", "/etc/passwd", "a/../../b.png", "", "a//b.png", "a b.png", ".hidden"])
def test_no_name_leaves_the_film_s_folder(tmp_path: Path, stored: Path, name: str) -> None:
    assert not is_inside(name)
    with pytest.raises(BadSpec, match="cannot name a file"):
        lay_out(tmp_path / "film", name, stored)


@pytest.mark.parametrize("part", ["..", "a/b", "", "a b", "-a"])
def test_no_channel_or_slug_climbs_out_of_the_workspaces(part: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        film_folder(Path("workspaces"), VideoName(channel="demo", slug=part))
