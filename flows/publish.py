"""The stage that shows the film to its audience."""

from prefect import flow, get_run_logger

from blocks.domain.audience import dress
from blocks.domain.request import VideoName
from blocks.domain.specs import PublishSpec
from blocks.domain.stages import Master, PublishedVideo
from blocks.domain.status import Status
from blocks.domain.storyboard import Storyboard
from blocks.studio import open_studio
from tasks.books import advance, published
from tasks.publishing import show_film


@flow(name="publish", flow_run_name="{video}: publish")
async def publish(board: Storyboard, master: Master, video: VideoName) -> PublishedVideo:
    """Publish the finished film; its address is written down before its status says so."""
    studio = await open_studio(video)
    await advance(studio, Status.UPLOADING)
    spec = PublishSpec(
        channel=video.channel,
        slug=video.slug,
        master=master.film.address,
        film=master.film.address,
        captions=master.captions.address,
        thumbnail=master.thumbnail.address if master.thumbnail else None,
        language=board.video.language,
        metadata=dress(board, studio.channel.words),
        showing=studio.channel.showing,
    )
    film = await show_film(spec, studio.channel.publisher, studio)
    await published(studio, film)
    get_run_logger().info("published: %s", film.url)
    return film
