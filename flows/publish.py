"""The stage that shows the film to its audience."""

from prefect import flow, get_run_logger

from blocks.domain.audience import dress
from blocks.domain.chapters import find_chapters, read_cut_list
from blocks.domain.request import VideoName
from blocks.domain.specs import PublishSpec
from blocks.domain.stages import Master, PublishedVideo
from blocks.domain.status import Status
from blocks.domain.storyboard import Storyboard
from blocks.studio import open_studio
from tasks.books import advance, asked_for, published, shown_at
from tasks.evidence import keep_evidence
from tasks.fan_out import untagged_tasks
from tasks.publishing import show_film
from tasks.signing import with_credentials


@flow(name="publish", flow_run_name="{video}: publish")
async def publish(board: Storyboard, master: Master, video: VideoName) -> PublishedVideo:
    """Publish the finished film; its address is written down before its status says so."""
    studio = await open_studio(video)
    await advance(studio, Status.UPLOADING)
    request = await asked_for(studio)  # from here on nobody changes it
    shown = await with_credentials(master.film, board.metadata.title, studio)
    spec = PublishSpec(
        channel=video.channel,
        slug=video.slug,
        master=master.film.address,
        film=shown.address,
        captions=master.captions.address,
        thumbnail=master.thumbnail.address if master.thumbnail else None,
        language=board.video.language,
        metadata=dress(board, studio.channel.words, find_chapters(board, read_cut_list(master.film))),
        showing=request.showing(studio.channel.showing),
    )
    film = await show_film(spec, studio.channel.publisher, studio)
    await shown_at(studio, film)
    with untagged_tasks():  # before the film rests: should the run die, the next one writes the evidence
        at = await keep_evidence(film, board, shown, master.film, studio)
    await published(studio, film, at)
    get_run_logger().info("published: %s", film.url)
    return film
