"""Chapters are where the beats of a story begin, as YouTube takes them."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.domain.chapters import (
    LEAST_CHAPTER_S,
    LEAST_CHAPTERS,
    MOST_TITLE,
    Chapter,
    find_chapters,
    has_chapters,
    read_cut_list,
    write_chapters,
)
from blocks.domain.cut_list import INTRO, OUTRO, CutList, FilmFormat, Shot
from blocks.domain.products import DocumentFacts, Product, Provenance
from blocks.domain.storyboard import Beat, Storyboard
from blocks.storyboard_files import load_storyboard

BOARD = load_storyboard(Path(__file__).parents[2] / "docs/samples/short.yaml")
CLIP = f"{'0' * 64}.mp4"


def cut(*scenes_s: float, intro_s: float = 0, outro_s: float = 0, rate: str = "24") -> CutList:
    """Cut a film whose scenes have these lengths."""
    lengths = {INTRO: intro_s, **dict(enumerate(scenes_s, start=1)), OUTRO: outro_s}
    shots = [
        Shot(scene=scene, clip=CLIP, clip_frames=1, frames=math.ceil(seconds * float(24 if rate == "24" else 30)))
        for scene, seconds in lengths.items()
        if seconds
    ]
    return CutList(title="x", film=FilmFormat(rate=rate, fingerprint="x"), shots=tuple(shots))


def beats(*wanted: Beat) -> Storyboard:
    """Give the sample's first scenes these beats."""
    scenes = tuple(
        scene.model_copy(update={"beat": beat, "number": number})
        for number, (scene, beat) in enumerate(zip(BOARD.scenes, wanted, strict=False), start=1)
    )
    return BOARD.model_copy(update={"scenes": scenes})


FIVE = beats(*Beat)


def starts(board: Storyboard, cut_list: CutList) -> list[int]:
    return [chapter.start_s for chapter in find_chapters(board, cut_list)]


def test_each_beat_is_a_chapter_named_by_its_first_words() -> None:
    chapters = find_chapters(FIVE, cut(12, 11.5, 20, 10, 15))

    assert write_chapters(chapters) == (
        "0:00 A caravan leaves the salt mines of Taghaza behind a guide…\n"
        "0:12 After the last well there is no road\n"
        "0:23 A lone scout is sent ahead for water\n"
        "0:43 On the seventh night, fires appear on the horizon\n"
        "0:53 Ibn Battuta writes the journey down"
    )


def test_scenes_of_one_beat_are_one_chapter() -> None:
    board = beats(Beat.SETUP, Beat.SETUP, Beat.OBSTACLE, Beat.OBSTACLE, Beat.TURN)

    assert starts(board, cut(10, 10, 10, 10, 10)) == [0, 20, 40]


def test_the_first_chapter_begins_with_the_film_and_an_intro_moves_the_others() -> None:
    assert starts(FIVE, cut(12, 12, 12, 12, 12, intro_s=5)) == [0, 17, 29, 41, 53]


def test_times_are_the_film_s_own_at_any_rate() -> None:
    assert starts(FIVE, cut(30, 30, 30, 30, 30, rate="30000/1001")) == [0, 30, 60, 90, 120]


def test_a_beat_that_is_too_short_belongs_to_the_chapter_before() -> None:
    assert starts(FIVE, cut(12, 9.5, 12, 12, 12)) == [0, 12, 33, 45], "the third begins 9 s after the second, as it is written"


def test_an_end_that_is_too_short_is_no_chapter() -> None:
    assert starts(FIVE, cut(12, 12, 12, 12, 6)) == [0, 12, 24, 36]
    assert starts(FIVE, cut(12, 12, 12, 12, 6, outro_s=4)) == [0, 12, 24, 36, 48]


@pytest.mark.parametrize("lengths", [(9, 9, 9), (5, 5, 5, 5, 5), (30, 30)])
def test_fewer_than_three_are_none(lengths: tuple[float, ...]) -> None:
    assert find_chapters(FIVE, cut(*lengths)) == ()


def test_a_film_whose_times_nobody_knows_has_none() -> None:
    assert find_chapters(FIVE, None) == ()


@given(st.lists(st.floats(min_value=0.5, max_value=40), min_size=5, max_size=5), st.floats(min_value=0, max_value=30))
def test_what_is_given_is_what_youtube_takes(lengths: list[float], intro_s: float) -> None:
    cut_list = cut(*lengths, intro_s=intro_s)
    given_s = starts(FIVE, cut_list)
    edges = [*given_s, float(cut_list.frames / cut_list.rate)] if given_s else []

    assert len(given_s) == 0 or len(given_s) >= LEAST_CHAPTERS
    assert given_s[:1] in ([], [0])
    assert all(end - start >= LEAST_CHAPTER_S for start, end in pairwise(edges))


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("A fox <waits>.\n It is  cold.", "A fox waits"),
        ("The pack, which had lost its way in the snow of the long winter before, comes home.", "The pack"),
        ("Does it freeze? It does.", "Does it freeze?"),
        ("x" * 100, "x" * (MOST_TITLE - 1) + "…"),
        (
            "The caravan that goes on through the night reaches the well of the old king.",
            "The caravan that goes on through the night reaches the well…",
        ),
        ("word " * 30, " ".join(["word"] * 12) + "…"),
        ("<>", "Setup"),
    ],
)
def test_a_title_is_short_and_has_nothing_that_youtube_refuses(words: str, title: str) -> None:
    board = FIVE.model_copy(update={"story": FIVE.story.model_copy(update={"setup": words})})

    assert find_chapters(board, cut(12, 12, 12, 12, 12))[0].title == title


@pytest.mark.parametrize("text", ["0:00 Begin", "Words.\n 00:00 - Begin\n0:20 On"])
def test_chapters_that_somebody_wrote_are_seen(text: str) -> None:
    assert has_chapters(text)
    assert not has_chapters(f"at {text.split(maxsplit=1)[0]}0:00 it rains")


def film(spec: str) -> Product:
    provenance = Provenance(maker="local", model="x", spec=spec)
    return Product(key="k", step="master", address=CLIP, size_bytes=1, facts=DocumentFacts(), provenance=provenance)


def test_the_edit_of_a_film_is_read_from_what_it_was_made_of() -> None:
    cut_list = cut(12, 8, 8)

    assert read_cut_list(film(cut_list.model_dump_json())) == cut_list


@pytest.mark.parametrize("spec", ["{}", "", '{"schema_version": 0}'])
def test_an_edit_that_cannot_be_read_is_none(spec: str) -> None:
    assert read_cut_list(film(spec)) is None


def test_hours_are_not_needed_for_the_longest_film() -> None:
    assert str(Chapter(start_s=3599, title="End")) == "59:59 End"
