"""The draft: the whole film from the same storyboard, offline and free, to be watched before anything is paid for."""

from prefect import flow

from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.stages import Master
from blocks.domain.storyboard import Storyboard
from blocks.studio import open_studio
from flows.animate import animate
from flows.assemble import assemble
from flows.illustrate import illustrate
from flows.voice import voice
from tasks.books import note_storyboard, open_film


@flow(name="make-draft", flow_run_name="{video}: draft")
async def make_draft(board: Storyboard, request: VideoRequest, video: VideoName) -> Master:
    """Make the film as an animatic with the offline makers; it has a folder and a status of its own and is never published."""
    draft = video.draft
    studio = await open_studio(draft)
    await open_film(request, studio)
    await note_storyboard(studio, board)
    stills = await illustrate(board, draft)
    clips = await animate(board, stills, draft)
    tracks = await voice(board, draft)
    return await assemble(board, clips, tracks, draft, burn_captions=request.burn_captions)
