"""A good film passes; a film made bad on purpose is refused, with the measure and the scene named."""

import re

import numpy as np
import pytest

from blocks.domain.conforming import conform_spec
from blocks.domain.cut_list import Reason, with_conformed
from blocks.domain.editing import Footage, build_cut_list
from blocks.errors import MediaError, ProductMissing
from blocks.media.check import ONSET_TOLERANCE_MS, check_master
from blocks.media.conform import conform_clip
from blocks.media.ffmpeg import render
from blocks.media.inspection import Span, read_inspection
from blocks.media.master import assemble_master
from tests.media.film_set import (
    PACE,
    Store,
    cut_small_film,
    film_24,
    record_ambience,
    record_voice,
    shoot_clip,
    write_board,
)

X264 = ("-c:v", "libx264", "-preset", "veryfast")
TAGS = ("-x264-params", "colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv")
GOOD_VIDEO = (*X264, "-profile:v", "high", *TAGS, "-pix_fmt", "yuv420p")
COPY_VIDEO = ("-c:v", "copy")
COPY_AUDIO = ("-c:a", "copy")
AAC = ("-c:a", "aac", "-b:a", "192k", "-ac", "2", "-ar", "48000")
KEEP_CAPTIONS = ("-c:s", "copy")

BAD_FILMS = {
    "a smaller picture": ((*GOOD_VIDEO, "-vf", "scale=160:90", *COPY_AUDIO), {"film: size"}),
    "another codec": (("-c:v", "mpeg4", *COPY_AUDIO), {"film: video-codec"}),
    "another profile": ((*X264, "-profile:v", "baseline", *TAGS, "-pix_fmt", "yuv420p", *COPY_AUDIO), {"film: profile"}),
    "another pixel format": ((*X264, *TAGS, "-pix_fmt", "yuv444p", *COPY_AUDIO), {"film: pixel-format"}),
    "other colour tags": (
        (*COPY_VIDEO, "-bsf:v", "h264_metadata=colour_primaries=6:matrix_coefficients=6", *COPY_AUDIO),
        {"film: colour-tags"},
    ),
    "a frame too few": ((*GOOD_VIDEO, "-vf", "trim=start_frame=1,setpts=PTS-STARTPTS", *COPY_AUDIO), {"film: frames"}),
    "a frame shown late": ((*COPY_VIDEO, "-bsf:v", "setts=ts=TS+if(eq(N\\,40)\\,100\\,0)", *COPY_AUDIO), {"film: spacing"}),
    "another rate": ((*COPY_VIDEO, "-bsf:v", "setts=ts=TS*2", *COPY_AUDIO), {"film: rate"}),
    "another sound codec": ((*COPY_VIDEO, "-c:a", "libmp3lame", "-b:a", "192k"), {"film: audio-codec"}),
    "one channel": ((*COPY_VIDEO, "-c:a", "aac", "-ac", "1"), {"film: audio-format"}),
    "sound that ends early": ((*COPY_VIDEO, "-af", "atrim=end=6.5", *AAC), {"film: audio-length"}),
    "sound that comes late": (
        (*COPY_VIDEO, "-af", "adelay=8:all=1,atrim=end=6.625", *AAC),
        {"scene 1: onset", "scene 2: onset", "scene 3: onset"},
    ),
    "sound too quiet": ((*COPY_VIDEO, "-af", "volume=-2dB", *AAC), {"film: loudness"}),
    "a peak too high": ((*COPY_VIDEO, "-af", "volume=4:eval=frame:enable='between(t,1,1.2)'", *AAC), {"film: peak"}),
    "a silence": ((*COPY_VIDEO, "-af", "volume=0:enable='between(t,2.4,3.8)'", *AAC), {"scene 2: silence"}),
    "a black stretch": (
        (*GOOD_VIDEO, "-vf", "drawbox=color=black:t=fill:enable='between(t,4.6,5.1)'", *COPY_AUDIO),
        {"scene 3: black"},
    ),
    "a frozen stretch": (
        (*GOOD_VIDEO, "-vf", "loop=loop=32:size=1:start=60,trim=end_frame=159,setpts=N/24/TB", *COPY_AUDIO),
        {"scene 2: freeze"},
    ),
    "the index at its end": ((*COPY_VIDEO, *COPY_AUDIO, "-movflags", "0"), {"film: moov-first"}),
    "no captions": ((*COPY_VIDEO, *COPY_AUDIO, "-sn"), {"film: captions"}),
}
ALSO_ALLOWED = {
    "another codec": {"film: profile", "film: colour-tags"},
    "another pixel format": {"film: profile"},
    "a frame too few": {"film: rate", "film: audio-length"},
    "a frame shown late": {"film: rate", "film: decode"},
    "another rate": {
        "film: spacing",
        "film: decode",
        "film: audio-length",
        "film: captions",
        "scene 1: freeze",
        "scene 2: freeze",
        "scene 3: freeze",
    },
    "another sound codec": {"film: audio-length"},
    "one channel": {"film: loudness"},
    "a peak too high": {"film: loudness", "film: audio-length"},
    "a silence": {"scene 2: onset"},
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(tmp_path_factory.mktemp("a store"))


@pytest.fixture(scope="module")
def cut_list(store):
    return cut_small_film(store)


@pytest.fixture(scope="module")
def film(store, cut_list, tmp_path_factory):
    return assemble_master(cut_list, store.open, tmp_path_factory.mktemp("a film"), "film").film


def _broken(film, cut_list, store):
    with pytest.raises(MediaError) as refused:
        check_master(film, cut_list, store.open)
    found = re.findall(r"- (.+?): .* \[(.+)\]", refused.value.message)
    return {f"{where}: {rule}" for where, rule in found}, refused.value.message


def test_a_good_film_passes_and_is_measured(film, cut_list, store):
    facts = check_master(film, cut_list, store.open)
    assert (facts.width_px, facts.height_px, facts.rate, facts.frames) == (320, 180, "24", cut_list.frames)
    assert (facts.video_codec, facts.video_profile, facts.audio_codec) == ("h264", "High", "aac")
    assert facts.seconds == pytest.approx(float(cut_list.frames / cut_list.rate))
    assert facts.size_bytes == film.stat().st_size
    assert facts.loudness_lufs == pytest.approx(-14, abs=0.3)
    assert facts.true_peak_dbtp <= -1
    assert facts.worst_onset_ms < 0.1
    assert abs(facts.audio_minus_video_ms) < 0.1


@pytest.mark.parametrize("fault", BAD_FILMS)
def test_a_film_with_one_fault_is_refused_for_it(fault, film, cut_list, store, tmp_path):
    arguments, wanted = BAD_FILMS[fault]
    bad = tmp_path / "bad.mp4"
    captions = () if "-sn" in arguments else KEEP_CAPTIONS
    fast = () if "-movflags" in arguments else ("-movflags", "+faststart")
    render(["-i", film, "-map", "0", *captions, *arguments, *fast], bad, what="spoil a film")
    found, message = _broken(bad, cut_list, store)
    assert wanted <= found, message
    assert found <= wanted | ALSO_ALLOWED.get(fault, set()), message


def test_damaged_bytes_are_found_by_decoding(film, cut_list, store, tmp_path):
    data = bytearray(film.read_bytes())
    start = data.index(b"mdat") + 30_000
    numbers = np.random.default_rng(3)
    for place in numbers.integers(start, start + 60_000, 300):
        data[place] ^= 0xFF
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(data)
    with pytest.raises(MediaError, match=r"\[decode\]|cannot be read"):
        check_master(bad, cut_list, store.open)


def test_the_words_of_another_scene_are_found_by_ear(film, cut_list, store):
    lines = list(cut_list.lines)
    lines[0], lines[2] = (
        lines[0].model_copy(update={"recording": lines[2].recording, "samples": lines[2].samples}),
        lines[2].model_copy(update={"recording": lines[0].recording, "samples": lines[0].samples}),
    )
    found, message = _broken(film, cut_list.model_copy(update={"lines": tuple(lines)}), store)
    assert found == {"scene 1: onset", "scene 3: onset"}
    assert "not heard" in message


@pytest.mark.parametrize(("late_ms", "is_refused"), [(-ONSET_TOLERANCE_MS - 1, True), (-4, False), (4, False), (6, True)])
def test_one_narration_that_is_late_or_early_is_found_within_its_tolerance(late_ms, is_refused, film, cut_list, store):
    moved = cut_list.lines[1].model_copy(update={"start_sample": cut_list.lines[1].start_sample - round(late_ms * 48)})
    edited = cut_list.model_copy(update={"lines": (cut_list.lines[0], moved, cut_list.lines[2])})
    if is_refused:
        found, message = _broken(film, edited, store)
        assert found == {"scene 2: onset"}
        assert f"{late_ms:+.1f} ms" in message
    else:
        assert check_master(film, edited, store.open).worst_onset_ms == pytest.approx(4, abs=0.1)


def test_all_faults_are_named_at_once(film, cut_list, store, tmp_path):
    bad = tmp_path / "bad.mp4"
    quiet = ["-c:v", "copy", "-af", "volume=-6dB", "-c:a", "aac", "-sn", "-movflags", "0"]
    render(["-i", film, *quiet], bad, what="spoil a film")
    found, message = _broken(bad, cut_list, store)
    assert found == {"film: loudness", "film: captions", "film: moov-first"}
    assert "breaks 3 of its measures" in message


def test_a_held_last_frame_is_no_fault(store, tmp_path):
    footage = Footage(
        clips=(shoot_clip(store, 30, 41), shoot_clip(store, 60, 42)),
        recordings=(record_voice(store, 2.5, 41), record_voice(store, 1.2, 42)),
        effects=(record_ambience(store, 2, 41), record_ambience(store, 2, 42)),
    )
    cut_list = build_cut_list(write_board(["A long line is spoken here.", "A short one."]), footage, film_24(), PACE)
    shot = cut_list.shots[0]
    assert shot.conform == (Reason.HOLD,)
    conform_clip(conform_spec(cut_list, shot), store.open(shot.clip), tmp_path / "held.mp4")
    cut_list = with_conformed(cut_list, {1: store.keep(tmp_path / "held.mp4").address})
    film = assemble_master(cut_list, store.open, tmp_path, "film").film
    assert check_master(film, cut_list, store.open).frames == cut_list.frames
    forgotten = tuple(shot.model_copy(update={"held_frames": 0}) for shot in cut_list.shots)
    found, _ = _broken(film, cut_list.model_copy(update={"shots": forgotten}), store)
    assert found == {"scene 1: freeze"}


def test_a_freeze_that_lasts_to_the_end_has_no_end():
    said = "lavfi.freezedetect.freeze_start: 3.5\n[h264] [error] broken\n black_start:1 black_end:2.5 black_duration:1.5"
    inspection = read_inspection(said)
    assert inspection.frozen == (Span(3.5, float("inf")),)
    assert inspection.black == (Span(1.0, 2.5),)
    assert inspection.messages == ("[h264] [error] broken",)


def test_a_film_without_sound_is_refused(film, cut_list, store, tmp_path):
    render(["-i", film, "-map", "0:v", "-c", "copy"], tmp_path / "mute.mp4", what="mute a film")
    with pytest.raises(MediaError, match="has no sound track"):
        check_master(tmp_path / "mute.mp4", cut_list, store.open)


def test_a_file_that_is_no_film_or_is_not_there_is_refused(cut_list, store, tmp_path):
    (tmp_path / "text.mp4").write_text("no film")
    with pytest.raises(MediaError, match=r"text\.mp4 cannot be read"):
        check_master(tmp_path / "text.mp4", cut_list, store.open)
    with pytest.raises(ProductMissing):
        check_master(tmp_path / "gone.mp4", cut_list, store.open)
