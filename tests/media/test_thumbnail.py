"""The picture to click on."""

from __future__ import annotations

import time
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from blocks.errors import MediaError
from blocks.media.ffmpeg import render
from blocks.media.lettering import draw_title, has_signs, in_signs_of_the_font, set_words
from blocks.media.nearness import Pixels
from blocks.media.thumbnail import look_at, make_thumbnail

RATE = Fraction(12)
MOMENTS = (6, 18, 30, 42)
"""The middle of each shot of the film below."""
TITLES = ("Snow", "The Last Wolf of the White Valley", "Wüstenfüchse: Ärger im Süden", "word " * 20, "W" * 100)
MOST_SETTING_S = 5.0
"""Processor time; such titles took minutes and more before they were cut."""
LEAST_CONTRAST = 4.5
"""Of large words on what is around them, by WCAG 2.2 for any text."""


def plain(red: int, green: int, blue: int) -> Pixels:
    return np.full((720, 1280, 3), (red, green, blue), np.uint8)


def scene() -> Pixels:
    """A dark figure before a bright evening sky."""
    down = np.linspace(0, 1, 720, dtype=np.float32)[:, None]
    sky = np.stack([60 + 190 * down, 90 + 90 * down, 190 - 150 * down], axis=2) * np.ones((1, 1280, 1), np.float32)
    picture = sky.astype(np.uint8)
    cv2.circle(picture, (690, 380), 90, (20, 15, 25), -1, cv2.LINE_AA)
    cv2.rectangle(picture, (660, 420), (720, 640), (20, 15, 25), -1)
    return picture


def noise() -> Pixels:
    return np.random.default_rng(7).integers(0, 256, (720, 1280, 3), np.uint8)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four shots of a second each: nearly black, blank, a figure, the same out of focus."""
    shots = [plain(4, 4, 6), plain(130, 130, 130), scene(), cv2.GaussianBlur(scene(), (0, 0), 40)]
    target = tmp_path_factory.mktemp("films") / "film.mp4"
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "1280x720", "-r", str(RATE), "-i", "-"]
    render([*source, "-pix_fmt", "yuv420p"], target, what="make a film", stdin=_frames(shots))
    return target


def _frames(shots: Iterable[Pixels]) -> Iterable[bytes]:
    for shot in shots:
        for _ in range(12):
            yield shot.tobytes()


def test_the_best_frame_is_taken(film: Path, tmp_path: Path):
    make_thumbnail(film, tmp_path / "t.jpg", moments=MOMENTS, rate=RATE)
    picture = cv2.imread(str(tmp_path / "t.jpg"))

    assert picture.shape == (720, 1280, 3)
    assert np.abs(picture.astype(int) - scene()[..., ::-1]).mean() < 25


def test_the_same_film_gives_the_same_bytes(film: Path, tmp_path: Path):
    for name in ("one.jpg", "two.jpg"):
        make_thumbnail(film, tmp_path / name, moments=MOMENTS, rate=RATE, title="A Figure at Dusk")

    assert (tmp_path / "one.jpg").read_bytes() == (tmp_path / "two.jpg").read_bytes()


def test_a_damaged_film_is_named(tmp_path: Path):
    (tmp_path / "film.mp4").write_bytes(b"no film at all")

    with pytest.raises(MediaError, match=r"no thumbnail can be made of film\.mp4"):
        make_thumbnail(tmp_path / "film.mp4", tmp_path / "t.jpg", moments=(0,), rate=RATE)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (scene(), (scene() * 0.15).astype(np.uint8)),
        (scene(), cv2.GaussianBlur(scene(), (0, 0), 40)),
        (scene(), np.repeat(cv2.cvtColor(scene(), cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)),
        (scene(), np.roll(scene(), -690, axis=1)),
        (scene(), plain(250, 250, 250)),
    ],
    ids=["dark", "blurred", "grey", "subject at the edge", "blank"],
)
def test_what_nobody_would_click_on_is_worth_less(better: Pixels, worse: Pixels):
    assert look_at(better).score > look_at(worse).score


@pytest.mark.parametrize("title", TITLES)
def test_no_sign_comes_near_an_edge(title: str):
    drawn = draw_title(plain(0, 0, 0), title)
    rows, columns = np.nonzero(drawn.max(axis=2) > 128)

    assert (rows.min(), columns.min()) >= (40, 40)
    assert rows.max() <= 720 - 40
    assert columns.max() <= 1280 - 40


@pytest.mark.parametrize("ground", [plain(255, 255, 255), plain(128, 128, 128), plain(0, 0, 0), plain(250, 180, 40), noise()])
def test_words_stand_out_from_whatever_is_behind_them(ground: Pixels):
    drawn = draw_title(ground, "The Last Wolf")
    letters = (draw_title(plain(0, 0, 0), "The Last Wolf").min(axis=2) > 250) & (drawn.min(axis=2) > 250)
    around = cv2.dilate(letters.astype(np.uint8), np.ones((15, 15))) - cv2.dilate(letters.astype(np.uint8), np.ones((7, 7)))
    behind = float(np.median(_luminance(drawn)[around > 0]))

    assert (1 + 0.05) / (behind + 0.05) >= LEAST_CONTRAST


def _luminance(picture: Pixels) -> np.ndarray:
    linear = (picture.astype(np.float64) / 255) ** 2.2
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def test_a_few_words_can_be_read_when_the_picture_is_a_stamp():
    stamp_px = set_words("Why Camels Never Get Lost").size_px * 168 / 1280

    assert stamp_px >= 14


def test_a_long_title_is_smaller_and_stays_whole():
    long = set_words("A Storm Is Coming and Nobody Believes the Old Keeper of the Northernmost Lighthouse on Earth")

    assert long.size_px < set_words("A Storm Is Coming").size_px
    assert " ".join(long.lines).endswith("Lighthouse on Earth")


def test_a_word_that_fits_in_no_size_is_cut_short():
    assert set_words("W" * 100).lines[0].endswith("W…")


@pytest.mark.parametrize("title", ["a wolf " * 2000, "WW " * 2000, "W" * 5000, "An ox " + "W" * 5000])
def test_a_title_of_any_length_is_cut_short_at_once(title: str):
    started = time.process_time()

    lettering = set_words(title.strip())

    assert time.process_time() - started < MOST_SETTING_S
    assert lettering.lines[-1].endswith("…")


def test_signs_that_the_font_lacks_leave_the_picture_without_words():
    assert has_signs("Žluťoučký kůň – Ελλάδα, Россия")
    assert not has_signs("雪の狼")
    assert np.array_equal(draw_title(scene(), "雪の狼"), scene())


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("The Last Wolf \U0001f43a", "The Last Wolf"),
        ("\u2744\ufe0f Snow \u2744\ufe0f Falls", "Snow Falls"),
        ("Wolf \U0001f43a: a Life \U0001f469\U0001f3fd\u200d\U0001f680!", "Wolf: a Life!"),
        ("Wolf\U0001f43aFox", "Wolf Fox"),
        ("1\ufe0f\u20e3 Wolf", "1 Wolf"),
        ("Snow\u2011White and Well\u2010Known", "Snow-White and Well-Known"),
        ("The\u200b Last\u2060 W\u00adolf", "The Last Wolf"),
        ("Wu\u0308ste", "W\u00fcste"),
        ("Caf\u00e9 : 20 \u2122 \u00bd \u2192", "Caf\u00e9 : 20 \u2122 \u00bd \u2192"),
    ],
)
def test_what_nobody_misses_is_left_out_of_a_title_and_its_words_stay(title: str, words: str):
    assert in_signs_of_the_font(title) == words
    assert np.array_equal(draw_title(scene(), title), draw_title(scene(), words))
    assert not np.array_equal(draw_title(scene(), title), scene())


@pytest.mark.parametrize("title", ["\u96ea\u306e\u72fc", "\U0001f43a"])
def test_a_title_that_stays_off_the_picture_is_told(title: str, caplog: pytest.LogCaptureFixture):
    assert np.array_equal(draw_title(scene(), title), scene())

    assert "stays off the thumbnail" in caplog.text
