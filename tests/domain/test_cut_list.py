"""The edit is a pure function of storyboard and measured products.

`python -m tests.domain.test_cut_list` writes the approved edits anew.
"""

import hashlib
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks.domain.conforming import conform_spec, shots_to_conform
from blocks.domain.cut_list import INTRO, OUTRO, CutList, FilmFormat, Levels, Pace, Reason, sample_at, with_conformed
from blocks.domain.editing import MOST_FRAMES_LATE, Footage, build_cut_list, cut_clip
from blocks.domain.products import PictureFacts, Product, Provenance, SoundFacts, VideoFacts, Word
from tests.media.film_set import write_board

GOLDEN = Path(__file__).parents[1] / "golden"
FINGERPRINT = "1920x1080/h264/High/yuv420p/1.1.1.1/1/24/0123456789abcdef"
FILM = FilmFormat(fingerprint=FINGERPRINT)
NTSC = FilmFormat(rate="30000/1001", fingerprint="ntsc")
LINES = [
    "The river keeps its own slow calendar beneath the ice.",
    "A fox crosses at dusk, testing each step.",
    "By morning the tracks are gone.",
]


def _product(name, facts, words=()):
    digest = hashlib.sha256(name.encode()).hexdigest()
    suffix = {"video": "mp4", "sound": "wav", "picture": "png"}[facts.kind]
    provenance = Provenance(maker="test", model="test", spec="{}")
    return Product(
        key=digest, step="test", address=f"{digest}.{suffix}", size_bytes=1, facts=facts, provenance=provenance, words=words
    )


def _clip(name, frames=240, rate="24", fingerprint=FINGERPRINT, prefixes=None, **facts):
    prefixes = (*range(1, frames, 3), frames) if prefixes is None else prefixes
    video = VideoFacts(
        width_px=1920, height_px=1080, frames=frames, rate=rate, codec="h264", has_sound=facts.pop("has_sound", False),
        format=fingerprint, closed_prefixes=prefixes, **facts,
    )  # fmt: skip
    return _product(name, video)


def _sound(name, seconds, rate_hz=24_000, loudness_lufs=-20.0, words=()):
    facts = SoundFacts(samples=round(seconds * rate_hz), sample_rate_hz=rate_hz, channels=1, loudness_lufs=loudness_lufs)
    return _product(name, facts, words)


def _footage(clips, seconds=(4.2, 3.1, 2.503), **edges):
    words = (Word(text="The", start_s=0, end_s=0.2), Word(text="river", start_s=0.2, end_s=0.6))
    return Footage(
        clips=tuple(clips),
        recordings=tuple(
            _sound(f"voice {number}", length, loudness_lufs=-18.5 - number, words=words)
            for number, length in enumerate(seconds[: len(clips)])
        ),
        effects=tuple(_sound(f"wind {number}", 6, 48_000, -31.0) for number in range(len(clips))),
        **edges,
    )


def _plain():
    return build_cut_list(write_board(LINES), _footage([_clip(f"clip {number}") for number in range(3)]), FILM)


def _with_edges():
    footage = _footage(
        [_clip("short", 90), _clip("other", 300, rate="30", fingerprint="other", prefixes=(300,)), _clip("good")],
        intro=_clip("intro", 50, rate="25", fingerprint="x", has_sound=True, loudness_lufs=-9.0),
        outro=_clip("outro", 72),
    )
    return build_cut_list(write_board(LINES), footage, FILM, Pace(lead_s=0.25, tail_s=0.9), burn_captions=True)


def _in_ntsc():
    clips = [_clip(f"ntsc {number}", 300, rate="30000/1001", fingerprint="ntsc") for number in range(3)]
    return build_cut_list(write_board(LINES), _footage(clips), NTSC, levels=Levels(effect_lufs=-30))


CASES = {"plain": _plain, "edges_holds_and_captions": _with_edges, "ntsc": _in_ntsc}


@pytest.mark.parametrize("case", CASES)
def test_the_edit_is_the_one_that_was_approved(case):
    golden = GOLDEN / f"cut_list_{case}.json"
    assert CASES[case]() == CutList.model_validate_json(golden.read_text())


def test_a_shot_lasts_lead_narration_and_tail_rounded_up_and_cut_at_a_closed_prefix():
    shot = _plain().shots[0]
    wanted = 0.3 + 4.2 + 0.8
    assert wanted <= shot.frames / 24 < wanted + (1 + MOST_FRAMES_LATE) / 24
    assert shot.frames == 130
    assert not shot.conform


def test_a_clip_that_is_too_short_holds_its_last_frame_for_the_words():
    held = _with_edges().shots[1]
    assert (held.clip_frames, held.frames, held.held_frames) == (90, 129, 39)
    assert held.conform == (Reason.HOLD, Reason.CAPTIONS)


def test_a_clip_of_another_format_is_conformed_to_exactly_the_wanted_frames():
    other = _with_edges().shots[2]
    assert (other.frames, other.held_frames, other.conform) == (102, 0, (Reason.FORMAT, Reason.CAPTIONS))


def test_a_clip_that_offers_no_cut_in_reach_is_conformed():
    facts = _clip("one group", 240, prefixes=(1, 60, 240)).facts
    assert cut_clip(facts, FILM, 58).frames == 60
    assert cut_clip(facts, FILM, 50).conform == (Reason.CUT,)
    assert cut_clip(facts, FILM, 50).frames == 50


def test_intro_and_outro_are_shown_whole_and_the_intro_keeps_its_sound():
    cut_list = _with_edges()
    assert [shot.scene for shot in cut_list.shots] == [INTRO, 1, 2, 3, OUTRO]
    assert (cut_list.shots[0].frames, cut_list.shots[-1].frames) == (48, 72)
    assert cut_list.shots[0].conform == (Reason.FORMAT,)
    assert cut_list.shots[-1].conform == ()
    own = [bed for bed in cut_list.beds if not bed.looped]
    assert [(bed.scene, bed.samples, bed.gain_db) for bed in own] == [(INTRO, 96_000, -7.0)]


def test_speech_and_ambience_are_brought_to_their_levels():
    cut_list = _plain()
    assert [line.gain_db for line in cut_list.lines] == [2.5, 3.5, 4.5]
    assert {bed.gain_db for bed in cut_list.beds} == {4.0}


def test_sound_too_short_to_measure_keeps_its_level():
    footage = Footage(
        clips=(_clip("a"),), recordings=(_sound("v", 0.3, loudness_lufs=None),), effects=(_sound("e", 5, loudness_lufs=None),)
    )
    cut_list = build_cut_list(write_board(LINES[:1]), footage, FILM)
    assert (cut_list.lines[0].gain_db, cut_list.beds[0].gain_db) == (0.0, 0.0)


def test_ambiences_cover_the_film_and_overlap_at_the_cuts():
    cut_list = _plain()
    ends = [bed.start_sample + bed.samples for bed in cut_list.beds]
    assert cut_list.beds[0].start_sample == 0
    assert ends[-1] == cut_list.samples
    assert [end - bed.start_sample for end, bed in zip(ends, cut_list.beds[1:], strict=False)] == [14_400, 14_400]


def test_an_odd_number_of_products_is_refused():
    board, footage = write_board(LINES), _footage([_clip("a"), _clip("b")])
    with pytest.raises(ValueError, match="3 scenes need as many clips, recordings and effects; there are 2, 2 and 2"):
        build_cut_list(board, footage, FILM)


def test_a_picture_is_no_clip():
    still = _product("still", PictureFacts(width_px=1, height_px=1, has_alpha=False))
    footage = _footage([_clip("a")]).model_copy(update={"clips": (still,)})
    with pytest.raises(ValueError, match="is a picture, not a clip"):
        build_cut_list(write_board(LINES[:1]), footage, FILM)


def test_conformed_clips_take_the_place_of_those_that_needed_it():
    cut_list = _with_edges()
    with pytest.raises(ValueError, match=r"no conformed clip was given for scenes \[2, 3\]"):
        with_conformed(cut_list, {INTRO: "a" * 64 + ".mp4", 1: "b" * 64 + ".mp4"})
    done = with_conformed(cut_list, {shot.scene: "c" * 64 + ".mp4" for shot in shots_to_conform(cut_list)})
    assert shots_to_conform(done) == ()
    assert done.frames == cut_list.frames
    assert done.shots[-1] == cut_list.shots[-1]
    assert done.shots[1].held_frames == 39, "the check must know which stillness is meant"


def test_a_conform_spec_tells_frames_and_captions_of_its_own_clip():
    cut_list = _with_edges()
    spec = conform_spec(cut_list, cut_list.shots[2])
    assert (spec.frames, spec.rate, spec.width_px, spec.height_px) == (102, "24", 1920, 1080)
    assert spec.cues[0].start_frame == 6
    assert all(cue.end_frame <= 102 for cue in spec.cues)
    assert conform_spec(cut_list.model_copy(update={"captions_burned": False}), cut_list.shots[2]).cues == ()


@settings(max_examples=60, deadline=None)
@given(
    seconds=st.lists(st.floats(0.2, 14), min_size=1, max_size=6),
    rate=st.sampled_from(["24", "25", "30", "24000/1001", "30000/1001"]),
)
def test_words_are_never_cut_and_nothing_drifts(seconds, rate):
    film = FilmFormat(rate=rate, fingerprint=FINGERPRINT)
    footage = _footage([_clip(f"clip {number}", rate=rate) for number in range(len(seconds))], tuple(seconds))
    cut_list = build_cut_list(write_board(["A line of words."] * len(seconds)), footage, film)
    exact = Fraction(rate)
    for shot, first, line in zip(cut_list.shots, cut_list.starts, cut_list.lines, strict=True):
        start, end = Fraction(first) / exact, Fraction(first + shot.frames) / exact
        assert 0 <= Fraction(line.start_sample, 48_000) - start - Fraction(3, 10) < Fraction(1, 48_000)
        assert Fraction(line.start_sample + line.samples, 48_000) + Fraction(8, 10) <= end + Fraction(2, 48_000)
        assert shot.frames <= shot.clip_frames + shot.held_frames
    assert cut_list.samples == sample_at(cut_list.frames, exact)


if __name__ == "__main__":
    for name, build in CASES.items():
        (GOLDEN / f"cut_list_{name}.json").write_text(build().model_dump_json(indent=1) + "\n")
