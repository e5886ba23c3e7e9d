"""Pictures on their way to and from services."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from blocks.errors import MediaError
from blocks.media.exchange import fitted, packed, read_picture


def encoded(picture: Image.Image, kind: str) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_picture_is_read_by_its_bytes(kind: str, mode: str) -> None:
    assert read_picture(encoded(Image.new(mode, (8, 6), "white"), kind)).shape == (6, 8, 3)


@pytest.mark.parametrize("content", [b"", b"<html>", encoded(Image.new("RGB", (64, 64), "red"), "PNG")[:90]])
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(MediaError, match="no whole PNG"):
        read_picture(content)


def test_a_picture_that_is_too_wide_loses_both_its_sides() -> None:
    stripes = np.zeros((10, 40, 3), np.uint8)
    stripes[:, :10], stripes[:, 30:] = (255, 0, 0), (0, 0, 255)
    stripes[:, 10:30] = (0, 255, 0)

    frame = fitted(stripes, 20, 10)

    assert frame.shape == (10, 20, 3)
    assert (frame == (0, 255, 0)).all(axis=2).mean() > 0.85


def test_a_picture_of_the_size_asked_for_stays_as_it_is() -> None:
    grain = np.random.default_rng(1).integers(0, 255, (20, 30, 3), np.uint8)

    assert (fitted(grain, 30, 20) == grain).all()


@pytest.mark.parametrize(("most_bytes", "kind"), [(10_000_000, "image/png"), (20_000, "image/jpeg"), (2_000, "image/jpeg")])
def test_a_picture_is_packed_no_larger_than_allowed(tmp_path: Path, most_bytes: int, kind: str) -> None:
    file = tmp_path / "grain.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (200, 200, 3), np.uint8)).save(file)

    content, found = packed(file, "#ffffff", most_bytes)

    assert found == kind
    assert len(content) <= most_bytes
    assert Image.open(io.BytesIO(content)).mode == "RGB"


def test_clear_ground_gets_the_colour_it_is_told(tmp_path: Path) -> None:
    file = tmp_path / "clear.png"
    Image.new("RGBA", (8, 8), (255, 255, 255, 0)).save(file)

    content, _ = packed(file, "#00ff00", 1_000_000)

    assert Image.open(io.BytesIO(content)).getpixel((4, 4)) == (0, 255, 0)


def test_a_file_that_is_no_picture_cannot_be_packed(tmp_path: Path) -> None:
    file = tmp_path / "words.png"
    file.write_text("words")

    with pytest.raises(MediaError, match=r"words\.png"):
        packed(file, "#ffffff", 1_000)
