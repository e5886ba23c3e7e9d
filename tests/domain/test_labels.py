"""The label that says how a film was made."""

import pytest

from blocks.domain.conforming import conform_spec, shots_to_conform
from blocks.domain.cut_list import INTRO, CutList, FilmFormat, Reason, Shot
from blocks.domain.labels import label_words, with_label
from blocks.domain.moments import moments_of

WORDS = "Made with AI"


def clip(letter: str) -> str:
    return f"{letter * 64}.mp4"


def film(*frames: int, intro: int = 0) -> CutList:
    shots = [Shot(scene=INTRO, clip=clip("f"), clip_frames=intro, frames=intro)] if intro else []
    shots += [
        Shot(scene=number, clip=clip(str(number)), clip_frames=count, frames=count)
        for number, count in enumerate(frames, start=1)
    ]
    return CutList(title="A Film", film=FilmFormat(fingerprint="x"), shots=tuple(shots))


def test_only_the_clips_it_touches_are_encoded_again():
    labelled = with_label(film(90, 90, 90), WORDS)

    assert [shot.scene for shot in shots_to_conform(labelled)] == [1, 2]
    assert labelled.shots[0].conform == (Reason.LABEL,)


def test_it_lasts_five_seconds_and_fades_only_where_it_begins_and_ends():
    labelled = with_label(film(90, 90, 90), WORDS)
    first, second = (conform_spec(labelled, shot).label for shot in shots_to_conform(labelled))

    assert (first.start_frame, first.end_frame, first.fades_in, first.fades_out) == (0, 90, True, False)
    assert (second.start_frame, second.end_frame, second.fades_in, second.fades_out) == (0, 30, False, True)


def test_it_begins_after_the_intro_that_people_made():
    labelled = with_label(film(240, intro=48), WORDS)

    assert [shot.scene for shot in shots_to_conform(labelled)] == [1]
    assert conform_spec(labelled, labelled.shots[1]).label.end_frame == 120


def test_a_shot_keeps_its_other_reasons_to_be_encoded_again():
    held = film(240).shots[0].model_copy(update={"conform": (Reason.HOLD,)})

    assert with_label(film(240).model_copy(update={"shots": (held,)}), WORDS).shots[0].conform == (Reason.HOLD, Reason.LABEL)


def test_a_film_that_is_shorter_shows_it_to_its_end():
    assert with_label(film(30), WORDS).label.end_frame == 30


def test_no_thumbnail_is_taken_while_it_is_shown():
    assert min(moments_of(with_label(film(90, 90, 90), WORDS))) >= 120


@pytest.mark.parametrize(("language", "words"), [("en", WORDS), ("de-AT", "KI-generiert"), ("ja", WORDS), ("", WORDS)])
def test_it_speaks_the_film_s_language_or_english(language, words):
    assert label_words(language) == words
