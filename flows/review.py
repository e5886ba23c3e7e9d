"""Where a person looks before the line goes on."""

from collections.abc import Awaitable
from typing import Literal, cast

from prefect import get_run_logger, runtime
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from pydantic import Field

from blocks.domain.gates import Gate, GateMode, gate_mode
from blocks.domain.request import VideoRequest
from blocks.domain.stages import PublishedVideo
from blocks.domain.status import Status
from blocks.domain.storyboard import Storyboard
from blocks.errors import ReviewRejected
from blocks.estimate import estimate_film
from blocks.studio import Studio
from tasks.books import advance, decide

PATIENCE_S = 30 * 24 * 3600
"""How long a gate waits for a person: 30 days."""

_READY = {
    Gate.ASSETS: Status.ASSETS_READY,
    Gate.CLIPS: Status.VIDEO_READY,
    Gate.AUDIO: Status.AUDIO_READY,
    Gate.FINAL: Status.ASSEMBLY_COMPLETE,
}
_APPROVED = {
    Gate.ASSETS: Status.APPROVED_ASSETS,
    Gate.CLIPS: Status.APPROVED_VIDEO,
    Gate.AUDIO: Status.APPROVED_AUDIO,
    Gate.FINAL: Status.UPLOADING,
}


class Verdict(RunInput):
    """What a person says at a gate."""

    decision: Literal["approve", "reject"] = Field(default="approve", description="Let the film go on, or stop it here.")
    note: str = Field(default="", description="Why; kept with the film.")


async def approve_draft(draft: PublishedVideo, board: Storyboard, request: VideoRequest, studio: Studio) -> bool:
    """Wait until a person has watched the draft; tell whether the film shall now be made, and paid for, as it shows.

    A run that belongs to no deployment has nobody to ask: it ends with its draft, and the film is made when it is asked for again
    with `quality="final"`; the plan is remembered.

    Raises:
        ReviewRejected: the person said no.
    """
    if runtime.deployment.id is None:
        get_run_logger().info("draft: %s; ask for the film with quality=final if it shall be made so", draft.url)
        return False
    estimate = estimate_film(board, studio.channel).total_usd
    price = "unknown" if estimate is None else f"{estimate:.2f} USD"
    question = f"**{request.label}**: the draft is at `{draft.url}`. Making the film so costs about {price}."
    verdict = await _ask(question, "draft-1")
    if verdict.decision == "reject":
        await decide(studio, Status.CANCELLED, verdict.note or "draft rejected")
        raise ReviewRejected(f"the draft of {studio.video} was rejected: {verdict.note or 'no reason given'}")
    return True


async def stop_for_review(gate: Gate, request: VideoRequest, studio: Studio) -> None:
    """Wait for a person's verdict where the gate is manual; go on where it is automatic.

    A run that belongs to no deployment has nobody to resume it: its gates are automatic.

    Raises:
        ReviewRejected: the person said no.
    """
    logger = get_run_logger()
    mode = gate_mode(gate, request.gates, studio.channel.gates)
    if mode is GateMode.AUTO or runtime.deployment.id is None:
        logger.info("gate %s: passed automatically", gate)
        return
    await advance(studio, _READY[gate], f"gate {gate}")
    logger.info("gate %s: waiting for a person, at most 30 days", gate)
    question = f"**{request.label}** waits at the gate *{gate}*. Its files are in `{studio.folder}`."
    verdict = await _ask(question, f"{gate}-1")
    if verdict.decision == "reject":
        await decide(studio, Status.CANCELLED, verdict.note or "rejected")
        raise ReviewRejected(f"{studio.video} was rejected at the gate {gate}: {verdict.note or 'no reason given'}")
    await decide(studio, _APPROVED[gate], verdict.note or "approved")


async def _ask(question: str, key: str) -> Verdict:
    form = Verdict.with_initial_data(description=question)
    return await cast("Awaitable[Verdict]", suspend_flow_run(wait_for_input=form, timeout=PATIENCE_S, key=key))
