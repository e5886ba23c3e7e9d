"""Where a person looks before the line goes on."""

from collections.abc import Awaitable
from datetime import UTC, datetime
from itertools import count
from typing import cast

from prefect import get_run_logger, runtime
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from pydantic import Field

from blocks.domain.gates import Gate, GateMode, gate_mode
from blocks.domain.request import VideoRequest
from blocks.domain.stages import Master
from blocks.domain.storyboard import Storyboard
from blocks.domain.verdicts import Decision, Verdict, VerdictRefused, digest_of, items_at, retakes_of
from blocks.errors import ReviewRejected
from blocks.studio import Studio
from tasks.forms import Shown, describe, items_of
from tasks.gates import begin_wait, keep_verdict, verdicts_at

PATIENCE_S = 30 * 24 * 3600
"""How long a gate waits for a person: 30 days."""


class VerdictForm(RunInput):
    """What a person says at a gate."""

    decision: Decision = Field(
        description="approve: the film goes on. reject: the items below are made again. cancel: the film is given up.",
    )
    make_again: str = Field(
        default="", description="With reject: the items to make again, and why: `3, 7`, or `clip 3: too dark; clip 7: five legs`."
    )
    note: str = Field(default="", description="Anything else; kept with the film.")
    who: str = Field(default="", description="Your name, for the record.")


async def sent_back(gate: Gate, shown: Shown, board: Storyboard, request: VideoRequest, studio: Studio) -> bool:
    """Wait for a person's verdict where the gate is manual; tell whether items are to be made again.

    What was approved once needs no second approval as long as it is the same to the byte, whichever run asks. A run that belongs
    to no deployment has nobody to resume it: its gates are automatic.

    Raises:
        ReviewRejected: the person gave the film up.
    """
    logger = get_run_logger()
    mode = gate_mode(gate, request.gates, studio.channel.gates)
    if mode is GateMode.AUTO or runtime.deployment.id is None:
        logger.info("gate %s: passed automatically", gate)
        return False
    said, digest = await verdicts_at(gate, studio), digest_of(items_of(shown))
    if said and said[-1].decision is Decision.APPROVE and said[-1].shown == digest:
        logger.info("gate %s: approved %s", gate, f"{said[-1].at:%Y-%m-%d %H:%M} UTC")
        return False
    await begin_wait(gate, board, str(runtime.flow_run.id), studio)
    logger.info("gate %s: waiting for a person, at most 30 days", gate)
    question, turn = await describe(gate, shown, board, studio), len(said) + 1
    for attempt in count(1):
        # The answer holds for what was shown: where that is gone and was made anew, the form is another one.
        answer = await _ask(question, f"{gate}-{turn}-{digest[:12]}-{attempt}")
        try:
            verdict = _understood(answer, gate, turn, digest, board)
            break
        except VerdictRefused as refused:
            logger.warning("gate %s: %s", gate, refused)
            question = f"**This could not be done as you said: {refused}**\n\n{question}"
    await keep_verdict(verdict, studio)
    if verdict.decision is Decision.CANCEL:
        raise ReviewRejected(f"{studio.video} was given up at the gate {gate}: {verdict.note or 'no reason given'}")
    return verdict.decision is Decision.REJECT


async def approve_draft(draft: Master, board: Storyboard, request: VideoRequest, studio: Studio) -> bool:
    """Wait until a person has watched the draft; tell whether the film shall now be made, and paid for, as it shows.

    A run that belongs to no deployment has nobody to ask: it ends with its draft, and the film is made when it is asked for again
    with `quality="final"`; the plan is remembered.

    Raises:
        ReviewRejected: the person gave the film up.
    """
    if runtime.deployment.id is None:
        get_run_logger().info("draft: %s; ask for the film with quality=final if it shall be made so", studio.draft)
        return False
    await sent_back(Gate.DRAFT, draft, board, request, studio)
    return True


def _understood(answer: VerdictForm, gate: Gate, turn: int, digest: str, board: Storyboard) -> Verdict:
    """Read a form.

    Raises:
        VerdictRefused: it names items that are not there, none with a rejection, or some with another decision.
    """
    return Verdict(
        gate=gate,
        turn=turn,
        shown=digest,
        decision=answer.decision,
        retakes=retakes_of(answer.decision, answer.make_again, items_at(gate, board)),
        note=answer.note.strip(),
        who=answer.who.strip(),
        at=datetime.now(UTC),
    )


async def _ask(question: str, key: str) -> VerdictForm:
    form = VerdictForm.with_initial_data(description=question)
    return await cast("Awaitable[VerdictForm]", suspend_flow_run(wait_for_input=form, timeout=PATIENCE_S, key=key))
