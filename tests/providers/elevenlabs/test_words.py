"""When the words of a line spoken by ElevenLabs are heard."""

import logging
from fractions import Fraction

import pytest

from blocks.domain.captions import cue_film
from blocks.domain.cut_list import CutList, FilmFormat, Line, Shot
from blocks.domain.specs import NarrationSpec
from blocks.media.probe import measure
from tests.emulators import elevenlabs_faults as wrong
from tests.emulators import faults as ways
from tests.providers.elevenlabs.orders import LINE, SPEECH, TEXT, altered


@pytest.mark.parametrize("fault", [wrong.NULL_ALIGNMENT, wrong.RAGGED_ALIGNMENT])
def test_missing_times_are_asked_for_once_more(narrator, elevenlabs, bench, fault):
    elevenlabs.faults.next(SPEECH, "", fault)
    told, asked = narrator.speak(LINE, bench).words, narrator.speak(LINE, bench).words

    assert [word.text for word in asked] == TEXT.split()
    assert all(abs(one.start_s - other.start_s) < 0.1 for one, other in zip(told, asked, strict=True))
    assert len(elevenlabs.books.charges) == 2


@pytest.mark.parametrize("fault", [ways.BROKEN, ways.RESET, wrong.MISSING_PERMISSIONS, ways.TRUNCATED])
def test_a_recording_is_kept_without_times_when_nobody_knows_them(narrator, elevenlabs, bench, caplog, fault):
    elevenlabs.faults.next(SPEECH, wrong.NULL_ALIGNMENT)
    elevenlabs.faults.next("forced-alignment", fault)

    with caplog.at_level(logging.WARNING):
        made = narrator.speak(LINE, bench)

    assert made.words == ()
    assert measure(made.file).seconds > 3
    assert "kept without the times of its words" in caplog.text


def test_times_are_not_asked_for_where_the_owner_does_not_want_it(narrator, elevenlabs, bench):
    elevenlabs.faults.next(SPEECH, wrong.NULL_ALIGNMENT)

    assert altered(narrator, forced_alignment=False).speak(LINE, bench).words == ()
    assert elevenlabs.books.count("forced-alignment") == 0


def test_words_move_with_the_silence_that_is_trimmed(narrator, elevenlabs, bench):
    tight = narrator.speak(LINE, bench)
    tight_s = measure(tight.file).seconds
    elevenlabs.quiet_s = 0.7
    padded = narrator.speak(LINE, bench)

    assert measure(padded.file).seconds == pytest.approx(tight_s, abs=0.1)
    assert [word.start_s for word in padded.words] == pytest.approx([word.start_s for word in tight.words], abs=0.06)


@pytest.mark.parametrize("fault", ["", wrong.NULL_ALIGNMENT])
def test_directions_to_the_voice_are_no_words(narrator, elevenlabs, bench, fault):
    elevenlabs.faults.next(SPEECH, fault)
    spec = NarrationSpec(text="[whispers] The lake is still. [sighs]Nobody comes.")

    words = altered(narrator, model="eleven_v3").speak(spec, bench).words

    assert [word.text for word in words] == ["The", "lake", "is", "still.", "Nobody", "comes."]


def test_the_words_of_a_line_become_captions_at_their_times(narrator, bench):
    made = narrator.speak(LINE, bench)
    samples = measure(made.file).samples
    frames = -(-samples * 24 // 48_000) + 24
    address = "0" * 64
    cut_list = CutList(
        title="t",
        film=FilmFormat(rate="24", fingerprint="x"),
        shots=(Shot(scene=1, clip=f"{address}.mp4", clip_frames=frames, frames=frames),),
        lines=(Line(scene=1, recording=f"{address}.flac", start_sample=0, samples=samples, text=TEXT, words=made.words),),
    )

    cues = cue_film(cut_list)

    assert " ".join(part for cue in cues for part in cue.lines) == TEXT
    second = made.words[len(" ".join(cues[0].lines).split())]
    assert cues[1].start_frame == int(second.start_s * Fraction(24))
