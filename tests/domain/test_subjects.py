import pytest

from blocks.domain.creatures import CREATURE_WORDS
from blocks.domain.storyboard import AssetKind
from blocks.domain.subjects import Stance, find_subjects
from blocks.domain.things import THING_WORDS


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("A lone grey wolf crosses the snow", ["wolf"]),
        ("Two wolves and a she-bear", ["wolf", "bear"]),
        ("Monks copy a book by a lantern", ["crowd", "book", "lantern"]),
        ("A clockmaker at his bench", ["scientist"]),
        ("Wild geese over an old oak", ["flock", "tree"]),
        ("Salmon leap", ["salmon"]),
        ("A ship's bell", ["bell"]),
        ("Nothing the table knows", []),
    ],
)
def test_sentences_name_their_figures_in_order(text, figures):
    assert [subject.figure for subject in find_subjects(text)] == figures


def test_named_subjects_come_before_hinted_ones():
    assert find_subjects("He follows the fox")[0].figure == "fox"


def test_words_that_only_look_like_a_subject_are_left_alone():
    assert find_subjects("They cannot bear fruit") == find_subjects("They")


def test_every_figure_is_asked_for_by_its_own_first_word():
    for row, words in {**CREATURE_WORDS, **THING_WORDS}.items():
        first = words.strong.split(",")[0]
        assert find_subjects(f"the {first}")[0].figure == row.split()[0], first


def test_the_table_is_rich_and_well_formed():
    found = [find_subjects(words.strong.split(",")[0])[0] for words in {**CREATURE_WORDS, **THING_WORDS}.values()]
    assert len({one.figure for one in found}) >= 60
    assert {one.kind for one in found} == {AssetKind.CHARACTER, AssetKind.PROP}
    assert {one.stance for one in found} == set(Stance)
    assert all(0.05 <= one.height <= 0.9 for one in found)
