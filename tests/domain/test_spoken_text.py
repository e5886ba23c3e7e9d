"""Where sentences end, and what is spelled out before it is spoken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.domain.spoken_text import spell_out, split_sentences


def spelled(text):
    return spell_out(text.split())


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("The fox runs. The owl waits.", 2),
        ("“Who goes there?” She waits. Nobody answers…  Silence!", 4),
        ("St. Helena lies off Mt. Etna, says Dr. Smith.", 1),
        ("No. 5 weighs approx. 40 tons.", 1),
        ("The U.S. Navy met J. K. Rowling.", 1),
        ("It is deep... and dark.", 1),
        ("One\nline", 1),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, sentences):
    assert len(split_sentences(text)) == sentences


@given(st.text(max_size=200))
def test_sentences_hold_every_word_once_and_in_order(text):
    assert [word for sentence in split_sentences(text) for word in sentence] == text.split()


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("at 4,300 m the air", "at 4,300 meters the air"),
        ("1 m, 25m and 5–6 m", "1 meter, 25 meters and 5–6 meters"),
        ("20 km/s over 3,000 m²", "20 kilometers per second over 3,000 square meters"),
        ("at 78°N", "at 78 degrees north"),
        ("1 950 km", "1,950 km"),
        ("c. 1669", "about 1669"),
        ("approx. 40", "approximately 40"),
        ("e.g. wolves, i.e. canids", "for example, wolves, that is, canids"),
        ("in WWII", "in World War Two"),
        ("CO₂ and H2O", "C O two and H two O"),
        ("a 1/4 mile, 2½ days", "a quarter mile, 2 and a half days"),
        ("gold -- and silver - here", "gold — and silver — here"),
        ("−40 degrees", "-40 degrees"),
        ("[the] *fox*", "the fox"),
    ],
)
def test_what_the_voice_reads_wrongly_is_spelled_out(written, spoken):
    assert spelled(written) == spoken


@pytest.mark.parametrize(
    "text", ["In 1848 he finds gold.", "I am 5 tall", "41 dogs", "3 ma", "the 1920's", "half-light at St. Ives"]
)
def test_other_words_stay_as_they_are(text):
    assert spelled(text) == text


def test_a_number_beyond_names_is_read_digit_by_digit():
    assert spelled("7" * 25) == " ".join("7" * 25)
