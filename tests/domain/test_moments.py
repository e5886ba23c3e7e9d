"""Moments that are worth a look."""

import pytest

from blocks.domain.cut_list import INTRO, CutList, FilmFormat, Line, Shot
from blocks.domain.moments import MOST_MOMENTS, headline, moments_of

CLIP = "0" * 64 + ".mp4"


def film(*frames: int, intro: int = 0, burned: bool = False) -> CutList:
    shots = [Shot(scene=INTRO, clip=CLIP, clip_frames=intro, frames=intro)] if intro else []
    shots += [Shot(scene=number, clip=CLIP, clip_frames=count, frames=count) for number, count in enumerate(frames, start=1)]
    lines = (Line(scene=1, recording=CLIP, start_sample=0, samples=96_000, text="Two seconds of words."),)
    return CutList(title="A Film", film=FilmFormat(fingerprint="x"), shots=tuple(shots), lines=lines, captions_burned=burned)


def test_they_lie_within_the_scenes_away_from_the_cuts():
    assert moments_of(film(90, 60, intro=48)) == (78, 108, 129, 158, 178, 192)


def test_a_film_of_an_intro_alone_has_some_all_the_same():
    assert moments_of(film(intro=90)) == (30, 60, 81)


@pytest.mark.parametrize("scenes", [1, 13, 18, 36, 100])
def test_they_are_never_too_many_and_come_from_all_over_the_film(scenes):
    moments = moments_of(film(*[120] * scenes))

    assert 1 <= len(moments) <= MOST_MOMENTS
    assert moments[-1] > 0.9 * 120 * (scenes - 1)


def test_frames_with_burnt_captions_are_left_out():
    assert 30 in moments_of(film(90, 60))
    assert 30 not in moments_of(film(90, 60, burned=True))


def test_a_film_of_one_frame_gives_that_frame():
    assert moments_of(film(1)) == (0,)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Snow: a story", "Snow: a story"),
        ("How the Forest Learned to Be Silent: A Night Among Trees", "How the Forest Learned to Be Silent"),
        ("The Old Keeper – and the storm that nobody believed in", "The Old Keeper"),
        ("A:  two  spaces", "A: two spaces"),
    ],
)
def test_a_long_title_loses_what_follows_its_colon_or_dash(title, words):
    assert headline(title) == words
