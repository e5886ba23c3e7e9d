"""Publishing the finished film."""

from prefect import get_run_logger

from blocks.capabilities.publisher import Publisher
from blocks.domain.specs import PublishSpec
from blocks.domain.stages import PublishedVideo, Step
from blocks.studio import Studio
from tasks.books import with_run
from tasks.fan_out import carry_out
from tasks.generation import remembered
from tasks.publications import publish_once


@remembered(Step.PUBLISHED, "Publish one film, once.")
def publish_film(spec: PublishSpec, maker: Publisher, studio: Studio) -> PublishedVideo:
    """Publish one film, once: the same film to the same place is remembered."""
    if maker.lane is not None:
        return publish_once(spec, maker, studio)
    with studio.bench() as bench:
        return maker.publish(spec, bench)


async def show_film(spec: PublishSpec, publisher: Publisher, studio: Studio) -> PublishedVideo:
    """Publish a film, or give where it is published; one that is gone from there is published again.

    Raises:
        StudioError: it could not be published; this is in the film's error log.
    """
    studio = await with_run(studio)
    if publisher.lane is not None:  # its books know what is there, and what was asked for since: nothing is sent twice
        return await carry_out(Step.PUBLISHED, publish_film.with_options(refresh_cache=True), spec, publisher, studio)
    film = await carry_out(Step.PUBLISHED, publish_film, spec, publisher, studio)
    if not publisher.holds(film):
        get_run_logger().warning("the published film is gone and is published again: %s", film.url)
        film = await carry_out(Step.PUBLISHED, publish_film.with_options(refresh_cache=True), spec, publisher, studio)
    return film
