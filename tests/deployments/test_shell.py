"""What the command line says to bad input: one clear message, exit 1, nothing made."""

from __future__ import annotations

from pathlib import Path

import pytest

from blocks.domain.stages import PublishedVideo
from flows.produce import produce_video
from flows.shell import place_of, run_from_shell

ROOT = Path(__file__).parents[2]


def refusal(*arguments: str) -> str:
    with pytest.raises(SystemExit) as refused:
        run_from_shell(produce_video, arguments)
    return str(refused.value)


def test_a_missing_file_is_named() -> None:
    assert "nowhere.yaml" in refusal("--story", "nowhere.yaml")


def test_unreadable_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("video:\n  title: [unclosed\n")

    message = refusal("--story", str(file))

    assert "broken.yaml" in message
    assert "line" in message


def test_an_unknown_key_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    text = (ROOT / "docs/samples/short.yaml").read_text().replace("logline:", "loglin:", 1)
    file = tmp_path / "unknown.yaml"
    file.write_text(text)

    message = refusal("--story", str(file))

    assert "loglin" in message
    assert "logline" in message


@pytest.mark.parametrize("topic", ["", "   "])
def test_an_empty_topic_says_what_is_needed(topic: str) -> None:
    assert "needs a topic or a storyboard" in refusal("--topic", topic)


def test_a_length_out_of_range_is_refused() -> None:
    assert "8" in refusal("--topic", "wolves", "--seconds", "2")


def test_a_film_in_a_folder_is_told_as_a_path() -> None:
    film = PublishedVideo(url="file:///films/a%20b/film.mp4", publisher="folder")

    assert place_of(film) == "/films/a b/film.mp4"


def test_a_film_on_the_web_is_told_as_an_address() -> None:
    film = PublishedVideo(url="https://example.org/watch", publisher="web")

    assert place_of(film) == "https://example.org/watch"
