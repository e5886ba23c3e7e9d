"""What a channel adds to the words of its films."""

from __future__ import annotations

from pathlib import Path

import pytest

from blocks.domain.audience import Category, ChannelWords, check_tags, dress
from blocks.domain.chapters import Chapter
from blocks.domain.checks import MAX_DESCRIPTION_BYTES, MAX_TAG_CHARACTERS, tag_characters
from blocks.domain.storyboard import Storyboard
from blocks.storyboard_files import load_storyboard

BOARD = load_storyboard(Path(__file__).parents[2] / "docs/samples/short.yaml")
PLAIN = ChannelWords(channel="Wild")


def board_with(**metadata: object) -> Storyboard:
    return BOARD.model_copy(update={"metadata": BOARD.metadata.model_copy(update=metadata)})


def test_a_channel_that_adds_nothing_leaves_a_films_words_as_they_are():
    assert dress(BOARD, PLAIN) == BOARD.metadata


def test_the_template_is_filled():
    words = ChannelWords(channel="Wild", template="{title}\n{description}\n{channel} {{x}}")

    assert dress(BOARD, words).description == f"{BOARD.metadata.title}\n{BOARD.metadata.description}\nWild {{x}}"


def test_what_youtube_refuses_is_left_out_of_words_that_were_not_written_for_it() -> None:
    video = BOARD.video.model_copy(update={"topic": "why 3 < 5", "logline": "<b>Foxes</b> at dusk"})
    words = ChannelWords(channel="I <3 foxes", template="{topic}. {logline}. {channel}")

    description = dress(BOARD.model_copy(update={"video": video}), words).description

    assert description == "why 3 5. bFoxes/b at dusk. I 3 foxes"


@pytest.mark.parametrize("tag", ["<3", "a > b"])
def test_a_channel_s_tags_are_such_as_youtube_takes(tag: str) -> None:
    with pytest.raises(ValueError, match="has < or > in it"):
        check_tags(("fox", tag))


def test_brackets_in_a_films_own_words_are_left_alone():
    assert dress(board_with(description="{title} {0}"), PLAIN).description == "{title} {0}"


def test_a_description_that_grows_too_long_is_shortened_and_the_channels_words_stay_whole():
    words = ChannelWords(channel="Wild", template="{description}\n\nMade by machines.")

    description = dress(board_with(description="naïve words " * 400), words).description

    assert len(description.encode()) <= MAX_DESCRIPTION_BYTES
    assert description.endswith("words\n\nMade by machines.")


def test_the_channels_tags_follow_the_films_without_repeating_any_as_long_as_there_is_room():
    words = ChannelWords(channel="Wild", tags=("Wolves", "nature", "x" * 480, "snow"))

    tags = dress(board_with(tags=("wolves",)), words).tags

    assert tags[:2] == ("wolves", "nature")
    assert tags[-1] == "snow"
    assert tag_characters(tags) <= MAX_TAG_CHARACTERS


def test_a_film_is_made_for_kids_if_its_channel_is():
    assert dress(BOARD, ChannelWords(channel="Wild", made_for_kids=True)).made_for_kids


def test_education_has_youtubes_number():
    assert (Category.EDUCATION.youtube_id, Category.FILM.youtube_id, Category.ACTIVISM.youtube_id) == ("27", "1", "29")


CHAPTERS = (Chapter(start_s=0, title="A"), Chapter(start_s=12, title="B"), Chapter(start_s=75, title="C"))
WRITTEN = "0:00 A\n0:12 B\n1:15 C"


def test_chapters_follow_below_the_words_of_film_and_channel() -> None:
    words = ChannelWords(channel="Wild", template="{description}\n\nMade by machines.\n")

    description = dress(board_with(description="Foxes."), words, CHAPTERS).description

    assert description == f"Foxes.\n\nMade by machines.\n\n{WRITTEN}"


def test_a_template_places_chapters_where_it_likes() -> None:
    words = ChannelWords(channel="Wild", template="{chapters}\n\n{description}")

    assert dress(board_with(description="Foxes."), words, CHAPTERS).description == f"{WRITTEN}\n\nFoxes."


def test_a_place_for_chapters_of_a_film_that_has_none_leaves_no_hole() -> None:
    words = ChannelWords(channel="Wild", template="{description}\n\n{chapters}\n\nMade by machines.")

    assert dress(board_with(description="Foxes."), words).description == "Foxes.\n\nMade by machines."


def test_brackets_that_are_to_be_read_are_no_place_for_chapters() -> None:
    words = ChannelWords(channel="Wild", template="{{chapters}}")

    assert dress(BOARD, words, CHAPTERS).description == f"{{chapters}}\n\n{WRITTEN}"


def test_chapters_that_the_owner_wrote_stay_the_only_ones() -> None:
    own = "Foxes.\n0:00 Mine\n0:20 Too\n1:00 End"

    assert dress(board_with(description=own), PLAIN, CHAPTERS).description == own


def test_a_film_s_own_words_are_shortened_before_its_chapters() -> None:
    description = dress(board_with(description="naïve words " * 500), PLAIN, CHAPTERS).description

    assert len(description.encode()) <= MAX_DESCRIPTION_BYTES
    assert description.endswith(f"\n\n{WRITTEN}")
    assert set(description.removesuffix(WRITTEN).split()) == {"naïve", "words"}


def test_chapters_for_which_there_is_no_room_are_left_out_whole() -> None:
    words = ChannelWords(channel="Wild", template="{topic}" * 100)
    board = BOARD.model_copy(update={"video": BOARD.video.model_copy(update={"topic": "x" * 49 + " "})})

    description = dress(board, words, CHAPTERS).description

    assert "0:" not in description
    assert len(description) > MAX_DESCRIPTION_BYTES - 60
