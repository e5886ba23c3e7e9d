"""A film that is at YouTube stays as it was signed then: its bytes cannot be exchanged there."""

from __future__ import annotations

import asyncio

import pytest
from prefect import flow

from blocks.domain.products import Address, DocumentFacts, Product, Provenance
from blocks.domain.specs import PublishSpec
from blocks.domain.stages import Step
from blocks.errors import SetupError
from blocks.storage import sha256_of
from blocks.studio import Studio
from tasks.signing import with_credentials
from tests.tasks.publishing.films_to_publish import publish
from tests.youtube_at_work import YouTubeAtWork

CERTIFICATE = "of-nobody"
"""A certificate that is not saved: whoever would sign with it fails."""


@pytest.fixture
def studio(studio: Studio) -> Studio:
    return studio.model_copy(update={"channel": studio.channel.model_copy(update={"signing_certificate": CERTIFICATE})})


@pytest.fixture
def master(work: YouTubeAtWork, studio: Studio) -> Product:
    return recorded(studio, work.film(1, size=1_000), Step.MASTER)


@pytest.fixture
def signed(work: YouTubeAtWork, studio: Studio) -> Product:
    return recorded(studio, work.film(2, size=1_000), Step.SIGNED)


def recorded(studio: Studio, address: Address, step: Step) -> Product:
    product = Product(
        key=f"{step} {address}",
        step=step,
        address=address,
        size_bytes=1_000,
        facts=DocumentFacts(),
        provenance=Provenance(maker="local", model="tests", spec="{}"),
    )
    studio.results.record(product, None)
    return product


def shown(master: Product, studio: Studio) -> Product:
    """Say how a film is shown, in a run of its own."""

    @flow
    async def stage() -> Product:
        return await with_credentials(master, "Another title", studio)

    return asyncio.run(stage())


def spec_of(work: YouTubeAtWork, master: Product, film: Product) -> PublishSpec:
    return work.spec(film.address, master=master.address)


def test_a_film_that_was_published_is_not_signed_once_more(work, studio: Studio, master: Product, signed: Product) -> None:
    publish(spec_of(work, master, signed), studio)

    assert shown(master, studio) == signed
    assert sha256_of(studio.folder / "dusk_final_signed.mp4") == work.video.sha256


def test_a_film_that_was_published_without_a_signature_stays_so_and_says_the_way_out(
    work, studio: Studio, master: Product, caplog: pytest.LogCaptureFixture
) -> None:
    publish(spec_of(work, master, master), studio)

    assert shown(master, studio) == master
    assert "was published without content credentials, which its channel wants by now" in caplog.text
    assert "release-publication/studio" in caplog.text


def test_a_film_that_is_nowhere_is_signed(studio: Studio, master: Product, signed: Product) -> None:
    with pytest.raises(SetupError, match=CERTIFICATE):
        shown(master, studio)
