"""What a channel adds to the words of its films."""

from __future__ import annotations

from pathlib import Path

from blocks.domain.audience import Category, ChannelWords, dress
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
