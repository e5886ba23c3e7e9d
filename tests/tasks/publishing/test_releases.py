"""A film that is gone from YouTube is released, and only then may it be published anew."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest

from blocks.channel import Channel
from blocks.domain.specs import PublishSpec
from blocks.errors import BadSpec
from blocks.studio import Studio
from flows.settle import release_publication
from tasks import settling
from tasks.publications import alone
from tests.tasks.publishing.films_to_publish import publish, show, studio_of


def release(studio: Studio, *, sure: bool = False) -> None:
    """Release the film as a person does, who starts the flow: it finds the channel among the saved ones."""
    studio.channel.save("foxes", overwrite=True)
    try:
        asyncio.run(release_publication("foxes", "dusk", sure=sure))
    finally:
        Channel.delete("foxes")


def test_a_film_that_was_deleted_and_released_is_published_anew(work, results, studio: Studio, spec: PublishSpec) -> None:
    show(spec, studio)
    work.youtube.site.delete_video(work.video)

    release(studio)

    assert show(spec, studio) == f"https://youtu.be/{work.video.id}"


def test_a_film_that_is_still_shown_is_not_released(work, results, studio: Studio, spec: PublishSpec) -> None:
    publish(spec, studio)

    with pytest.raises(BadSpec, match="still shown on"):
        release(studio)


def test_a_film_that_was_changed_is_not_put_beside_the_one_that_is_there(work, results, studio, spec) -> None:
    address = publish(spec, studio)
    changed = work.spec(work.film(seed=2, size=1_000))

    with pytest.raises(BadSpec, match=r"was changed, and is on .*release-publication") as refused:
        publish(changed, studio)

    assert address in str(refused.value)
    assert len(work.youtube.sessions) == 1

    work.youtube.site.delete_video(work.video)
    release(studio)
    assert publish(changed, studio) == f"https://youtu.be/{work.video.id}"


def test_a_film_that_another_channel_has_by_now_is_not_said_to_be_published(work, results, studio, spec, tmp_path) -> None:
    show(spec, studio)
    work.youtube.site.delete_video(work.video)
    release(studio)
    publish(spec, studio_of(work, results, tmp_path, "badgers", at=work.youtube.add_channel("Badgers")))

    with pytest.raises(BadSpec, match="same film as badgers/dusk"):
        show(spec, studio)


def test_a_film_that_is_being_published_is_not_released(work, results, studio, spec) -> None:
    publish(spec, studio)
    with (
        alone(spec.master, studio),
        mock.patch.object(settling, "_PATIENCE_S", 0.1),
        ThreadPoolExecutor() as pool,
        pytest.raises(BadSpec, match="is being published at this moment"),
    ):
        pool.submit(settling.release.fn, studio, sure=True).result()


def test_a_film_of_a_channel_that_is_lost_is_released_by_a_person_s_word(work, results, studio, spec, tmp_path) -> None:
    publish(spec, studio)
    release(studio, sure=True)
    badgers = work.youtube.add_channel("Badgers")

    publish(spec, studio_of(work, results, tmp_path, "badgers", at=badgers))

    assert [video.channel_id for video in work.youtube.videos.values()] == [work.channel.id, badgers.id]
