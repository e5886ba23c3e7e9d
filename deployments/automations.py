"""What Prefect's server does by itself when something happens: who is missing is noticed, who waits is served."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState, RunDeployment, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

from blocks.results.alerts import RAISED
from deployments.pool import POOL
from tasks.messenger import BLOCK, messenger_document
from tasks.queueing import QUEUED

SILENCE = timedelta(minutes=5)
"""A run at work gives a sign of life twice a minute; a busy machine may be late."""
_RUN = "prefect.flow-run"
_ALIVE = f"{_RUN}.heartbeat"
_LOST = "Lost"
"""Name of the state of a run that gave no sign of life."""
_ENDS = ("Completed", "Failed", "Crashed", "Cancelled", "Suspended", "Paused")
_STANDS = (*_ENDS, "AwaitingRetry", "Scheduled", _LOST)

_NOTICE_THE_LOST = AutomationCore(
    name="runs without a sign of life are lost",
    description="A run whose machine died says nothing any more.",
    trigger=EventTrigger(
        match=ResourceSpecification({"prefect.resource.id": [f"{_RUN}.*"]}),
        match_related=ResourceSpecification({"prefect.resource.role": "deployment"}),  # stages end with their film
        after={_ALIVE},
        expect={_ALIVE, *(f"{_RUN}.{state}" for state in _STANDS)},
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=SILENCE,
    ),
    actions=[ChangeFlowRunState(state=StateType.CRASHED, name=_LOST, message="no sign of life for five minutes")],
)


async def make_automations(client: PrefectClient) -> list[str]:
    """Make the automations that are missing; one that is there keeps what its owner changed. Deployments must be there.

    Returns:
        a line for each that was made.
    """
    changed = []
    wanted = [_NOTICE_THE_LOST, *[await _service(client, *one) for one in _SERVICES]]
    if (messenger := await messenger_document(client)) is not None:
        wanted.append(_tell_of_no_worker(messenger.id))
    for automation in wanted:
        if not await client.read_automations_by_name(automation.name):
            await client.create_automation(automation)
            changed.append(f"automation {automation.name}: made")
    return changed


async def missing_automations(client: PrefectClient) -> list[str]:
    """List the automations that are not there, by name."""
    names = [_NOTICE_THE_LOST.name, *(name for name, _, _ in _SERVICES)]
    return [name for name in names if not await client.read_automations_by_name(name)]


_SERVICES: tuple[tuple[str, str, Collection[str]], ...] = (
    ("films that are queued are begun", "dispatch-videos/studio", (QUEUED,)),
    ("films that end make room for others", "dispatch-videos/studio", tuple(f"{_RUN}.{state}" for state in _ENDS)),
    ("films whose run died go on", "tidy/studio", (f"{_RUN}.Crashed", f"{_RUN}.{_LOST}")),
    ("alerts are sent at once", "send-alerts/studio", (RAISED,)),
)
"""Name, deployment that is run, and the events after which it is; of flow runs, those of films."""
_OF_FILMS = ResourceSpecification({"prefect.resource.role": "flow", "prefect.resource.name": "produce-video"})


def _tell_of_no_worker(messenger: UUID) -> AutomationCore:
    """Let the server itself tell people, for without a worker nothing of ours runs."""
    return AutomationCore(
        name="people are told when no worker is left",
        description=f"Sends with the block {BLOCK} of its time: when you save another one, delete this and run setup.",
        trigger=EventTrigger(
            expect={"prefect.work-pool.not-ready"},
            match=ResourceSpecification({"prefect.resource.name": POOL}),
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[
            SendNotification(
                block_document_id=messenger,
                subject=f"No worker of the work pool {POOL} is left",
                body="Films stand still until one comes: start the studio, or a worker, again. Nothing is lost.",
            )
        ],
    )


async def _service(client: PrefectClient, name: str, deployment: str, events: Collection[str]) -> AutomationCore:
    is_of_runs = all(event.startswith(_RUN) for event in events)
    trigger = EventTrigger(
        expect=set(events),
        match_related=_OF_FILMS if is_of_runs else ResourceSpecification({}),
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )
    found = await client.read_deployment_by_name(deployment)
    return AutomationCore(
        name=name,
        description=f"Runs {deployment} at once; its schedule does so too, a little later.",
        trigger=trigger,
        actions=[RunDeployment(source="selected", deployment_id=found.id)],
    )
