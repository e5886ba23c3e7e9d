"""The whole line on one screen: an idea goes in, a published film comes out."""

from prefect import flow, tags

from blocks.domain.gates import Gate
from blocks.domain.request import Quality, VideoRequest
from blocks.domain.stages import PublishedVideo
from blocks.studio import open_studio
from flows.animate import animate
from flows.assemble import assemble
from flows.draft import make_draft
from flows.illustrate import illustrate
from flows.publish import publish
from flows.review import approve_draft, sent_back
from flows.storyboard import write_storyboard
from flows.voice import voice
from tasks.books import check_makers, give_up_cancelled, open_film, quote


@flow(name="produce-video", flow_run_name="{channel}: {request.label}", on_cancellation=[give_up_cancelled])
async def produce_video(request: VideoRequest, channel: str = "demo") -> PublishedVideo:
    """Carry one request to a published film, stopping where a person must look first.

    Every stage can be run alone. After a stop, a crash or a kill, run it again: what is finished is not made or paid for twice.

    Args:
        request: the idea, or a finished storyboard.
        channel: id of the channel that the film is for.

    Raises:
        BadSpec: the request or its storyboard breaks rules; nothing was made.
        BudgetExceeded, CredentialsRejected: it would cost more than is allowed, or a key is refused; nothing was bought.
        ReviewRejected: a person gave the film up; nothing behind that gate was bought.
    """
    video = request.name(channel)
    with tags(channel, video.slug):
        studio = await open_studio(video)
        await open_film(request, studio)
        await check_makers(studio, studio.channel.makers_for(request.quality))
        board = await write_storyboard(request, video)
        if request.quality is Quality.DRAFT:
            draft = await make_draft(board, request, video)
            if not await approve_draft(draft, board, request, studio):
                return PublishedVideo(url=studio.draft.resolve().as_uri(), publisher="draft")
        await quote(board, studio)
        while True:  # what a person sends back begins another round, in which nothing else is made again
            stills = await illustrate(board, video)
            if await sent_back(Gate.ASSETS, stills, board, request, studio):
                continue
            clips = await animate(board, stills, video)
            if await sent_back(Gate.CLIPS, clips, board, request, studio):
                continue
            tracks = await voice(board, video)
            if await sent_back(Gate.AUDIO, tracks, board, request, studio):
                continue
            master = await assemble(board, clips, tracks, video, burn_captions=request.burn_captions)
            if await sent_back(Gate.FINAL, master, board, request, studio):
                continue
            return await publish(board, master, video)


if __name__ == "__main__":
    from flows.shell import run_from_shell

    run_from_shell(produce_video)
