"""Words from timed letters."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from blocks.domain.spoken_words import Letter, group_letters, place_words, without_tags


def letters(text, step_s=0.1):
    return [Letter(text=sign, start_s=at * step_s, end_s=(at + 1) * step_s) for at, sign in enumerate(text)]


def test_a_word_lasts_from_its_first_letter_to_its_last():
    words = group_letters(letters("So it was."), tagged=False)
    assert [(word.text, round(word.start_s, 2), round(word.end_s, 2)) for word in words] == [
        ("So", 0.0, 0.2),
        ("it", 0.3, 0.5),
        ("was.", 0.6, 1.0),
    ]


def test_directions_to_the_voice_become_no_words():
    words = group_letters(letters("[laughs softly] Well,[sighs]no [whispers]"), tagged=True)
    assert [word.text for word in words] == ["Well,", "no"]


def test_brackets_are_words_for_a_model_without_directions():
    assert [word.text for word in group_letters(letters("so [sic] it"), tagged=False)] == ["so", "[sic]", "it"]


def test_a_bracket_that_never_closes_is_text():
    assert [word.text for word in group_letters(letters("a [b c"), tagged=True)] == ["a", "[b", "c"]


def test_a_letter_may_consist_of_several_signs():
    marked = [Letter(text="e\u0301", start_s=0, end_s=0.1), Letter(text="n", start_s=0.1, end_s=0.2)]
    assert [word.text for word in group_letters(marked, tagged=True)] == ["e\u0301n"]


def test_directions_are_taken_out_of_a_text():
    assert without_tags("[calm] The sea  [pause] sleeps.") == "The sea sleeps."


def test_words_move_with_the_silence_that_was_cut_off():
    (word,) = place_words([Letter(text="sea", start_s=0.5, end_s=0.9)], lead_s=0.3, length_s=2)
    assert (word.start_s, word.end_s) == (0.2, 0.6)


@given(
    spans=st.lists(st.tuples(st.floats(-1, 9), st.floats(-1, 9)), max_size=12),
    lead_s=st.floats(0, 3),
    length_s=st.floats(0.1, 8),
)
def test_words_never_run_backwards_nor_leave_the_recording(spans, lead_s, length_s):
    words = place_words([Letter(text="x", start_s=a, end_s=b) for a, b in spans], lead_s=lead_s, length_s=length_s)
    assert all(0 <= word.start_s <= word.end_s <= length_s + 0.001 for word in words)
    assert all(before.end_s <= after.start_s for before, after in pairwise(words))
