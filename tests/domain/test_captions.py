"""Captions: readable lines, on the frames that are really shown, never over each other."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks.domain.captions import (
    CUE_CHARACTERS,
    LINE_CHARACTERS,
    LONGEST_S,
    SHORTEST_S,
    break_lines,
    cue_film,
    cue_shot,
    srt_time,
    write_srt,
)
from blocks.domain.cut_list import Cue, CutList, FilmFormat, Line, Shot
from blocks.domain.products import Word

LONG = "Every autumn, the geese gather on the grey lake, count themselves twice, and leave before the first hard frost closes it."


def _film(*texts, seconds=6.0, words=(), rate="24"):
    film = FilmFormat(rate=rate, fingerprint="x")
    frames = round((seconds + 1) * Fraction(rate))
    address = "0" * 64
    shots = tuple(
        Shot(scene=number, clip=f"{address}.mp4", clip_frames=frames, frames=frames) for number in range(1, len(texts) + 1)
    )
    lines = tuple(
        Line(
            scene=number,
            recording=f"{address}.wav",
            start_sample=round((number - 1) * frames / Fraction(rate) * 48_000) + 14_400,
            samples=round(seconds * 48_000),
            text=text,
            words=words,
        )
        for number, text in enumerate(texts, 1)
    )
    return CutList(title="t", film=film, shots=shots, lines=lines)


def test_a_short_line_is_one_cue_that_starts_with_its_words():
    (cue,) = cue_film(_film("The river sleeps.", seconds=2.0))
    assert cue.lines == ("The river sleeps.",)
    assert cue.start_frame == 7
    assert cue.end_frame == round((0.3 + 2.0 + 0.5) * 24)


def test_a_long_line_becomes_cues_that_break_at_pauses():
    cues = cue_film(_film(LONG))
    assert [" ".join(cue.lines) for cue in cues] == [
        "Every autumn, the geese gather on the grey lake, count themselves twice,",
        "and leave before the first hard frost closes it.",
    ]
    assert cues[0].end_frame <= cues[1].start_frame - 2


def test_measured_word_times_place_the_cues():
    written = LONG.split()
    times = [0.3 * number for number in range(len(written))]
    times[12:] = [5.0 + 0.3 * number for number in range(len(written) - 12)]
    words = tuple(Word(text=text, start_s=at, end_s=at + 0.1) for text, at in zip(written, times, strict=True))
    cues = cue_film(_film(LONG, seconds=8.0, words=words))
    assert cues[1].start_frame == int((0.3 + 5.0) * 24)


def test_words_that_do_not_match_the_text_are_not_trusted():
    words = (Word(text="something", start_s=3, end_s=4), Word(text="else", start_s=4, end_s=5))
    assert cue_film(_film(LONG, words=words)) == cue_film(_film(LONG))


def test_captions_of_a_shot_count_from_its_first_frame():
    cut_list = _film("One line here.", "Another line here.")
    assert cue_shot(cut_list, cut_list.shots[1]) == cue_shot(cut_list, cut_list.shots[0])[:0] + tuple(
        cue.model_copy(update={"start_frame": cue.start_frame - 168, "end_frame": cue.end_frame - 168})
        for cue in cue_film(cut_list)[1:]
    )


def test_lines_are_broken_evenly_and_after_punctuation():
    assert break_lines("Short.") == ("Short.",)
    assert break_lines("The old harbour is quiet, the boats are up on the hard.") == (
        "The old harbour is quiet,",
        "the boats are up on the hard.",
    )
    assert break_lines("x" * 60) == ("x" * 60,)


def test_srt_is_written_with_clock_times_and_blank_lines():
    cues = (Cue(start_frame=0, end_frame=36, lines=("One.",)), Cue(start_frame=86_400, end_frame=86_425, lines=("Two", "lines.")))
    assert write_srt(cues, Fraction(24)) == (
        "1\n00:00:00,000 --> 00:00:01,500\nOne.\n\n2\n01:00:00,000 --> 01:00:01,042\nTwo\nlines.\n"
    )
    assert write_srt((), Fraction(24)) == ""
    assert srt_time(30_000, Fraction(30_000, 1001)) == "00:16:41,000"


@pytest.mark.parametrize("rate", ["24", "30000/1001"])
@settings(max_examples=80, deadline=None)
@given(
    texts=st.lists(
        st.lists(st.text("abcdefgh", min_size=1, max_size=14), min_size=1, max_size=40).map(lambda words: " ".join(words) + "."),
        min_size=1,
        max_size=3,
    ),
    seconds=st.floats(0.5, 20),
)
def test_cues_hold_every_word_fit_their_lines_and_never_overlap(rate, texts, seconds):
    cut_list = _film(*texts, seconds=seconds, rate=rate)
    cues = cue_film(cut_list)
    assert " ".join(line for cue in cues for line in cue.lines).split() == " ".join(texts).split()
    for cue in cues:
        assert all(len(line) <= LINE_CHARACTERS for line in cue.lines)
        assert sum(map(len, cue.lines)) <= CUE_CHARACTERS
        assert 0 < cue.end_frame - cue.start_frame <= LONGEST_S * cut_list.rate + 1
    for before, after in pairwise(cues):
        assert before.end_frame <= after.start_frame
    assert cues[-1].end_frame <= cut_list.frames
    if len(cues) == 1:
        assert cues[0].end_frame - cues[0].start_frame >= min(SHORTEST_S, seconds) * cut_list.rate - 1
