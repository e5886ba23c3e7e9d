"""Films in every state, the deployment that makes them, and runs of it that live or have died; nobody works on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun, State
from sqlalchemy import update

from blocks.channel import Channel
from blocks.domain.priority import Priority
from blocks.domain.request import VideoName, VideoRequest
from blocks.domain.status import Actor, Status
from blocks.providers.offline import FolderPublisher
from blocks.results import entries, queries, queue
from blocks.results.table import ResultsTable
from blocks.results.tables import VideoRow
from flows.produce import produce_video
from tasks import allowances, dispatching, tidying

POOL = "nobody"
LINE = (
    Status.QUEUED,
    Status.GENERATING_ASSETS,
    Status.GENERATING_VIDEO,
    Status.GENERATING_AUDIO,
    Status.ASSEMBLING,
    Status.ASSEMBLY_COMPLETE,
    Status.UPLOADING,
    Status.PUBLISHED,
)


class Films:
    """The films of some channels, and the runs that were begun for them."""

    def __init__(self, results: ResultsTable, deployment: UUID, folder: Path) -> None:
        self.results = results
        self.deployment = deployment
        self._folder = folder

    def channel(self, name: str, **settings: object) -> Channel:
        """Save a channel."""
        channel = Channel(
            name=name,
            workspaces=self._folder / "workspaces",
            publisher=FolderPublisher(folder=self._folder / "films"),
            **settings,
        )
        channel.save(name, overwrite=True)
        return channel

    def wait(self, channel: str, slug: str, priority: Priority = Priority.NORMAL) -> VideoName:
        """Let a film wait for its turn."""
        request = VideoRequest(topic="a test", slug=slug, priority=priority)
        video = request.name(channel)
        with self.results.open() as session:
            entries.open_film(session, video, request, slug)
            entries.queue_film(session, video, "asked for")
            queue.want_run(session, video)
        return video

    def carried(self, channel: str, slug: str, status: Status, run: UUID | None = None) -> VideoName:
        """Let a film be at some stage, carried by a run."""
        video = self.wait(channel, slug)
        with self.results.open() as session:
            for step in LINE[1 : LINE.index(status) + 1]:
                entries.move_film(session, video, step, Actor.SYSTEM, "as told")
            queue.note_run(session, video, str(run or UUID(int=0)))
        return video

    def run(self, state: State | None = None) -> UUID:
        """Begin a run that nobody works on, and put it into a state."""
        with get_client(sync_client=True) as client:
            asked = {"request": {"topic": "a test"}, "channel": "a"}
            run = client.create_flow_run_from_deployment(self.deployment, parameters=asked).id
            if state is not None:
                client.set_flow_run_state(run, state, force=True)
        return run

    def runs(self) -> list[FlowRun]:
        """List all runs of the deployment, oldest first."""
        mine = DeploymentFilter(id=DeploymentFilterId(any_=[self.deployment]))
        with get_client(sync_client=True) as client:
            return sorted(client.read_flow_runs(deployment_filter=mine), key=lambda run: run.created)

    def status(self, video: VideoName) -> Status:
        """Tell where a film stands."""
        with self.results.open() as session:
            return queries.film(session, video).status

    def waits(self, video: VideoName) -> bool:
        """Tell whether a film waits for a run."""
        with self.results.open() as session:
            return queue.is_waiting(session, video)

    def unmoved_since(self, video: VideoName, moment: datetime) -> None:
        """Let the last thing that happened to a film be long ago."""
        with self.results.open() as session:
            where = (VideoRow.channel == video.channel, VideoRow.slug == video.slug)
            session.execute(update(VideoRow).where(*where).values(updated_at=moment))


@contextmanager
def deployed(results: ResultsTable, folder: Path, at_once: int = 20) -> Iterator[Films]:
    """Make the deployment of films, whose runs nobody takes up."""
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"), overwrite=True)
        made = client.create_flow(produce_video)
        deployment = client.create_deployment(made, "studio", work_pool_name=POOL, concurrency_limit=at_once)
    films = Films(results, deployment, folder)
    yield films
    with get_client(sync_client=True) as client:
        for run in films.runs():
            client.delete_flow_run(run.id)
        client.delete_deployment(deployment)
        client.delete_work_pool(POOL)


@contextmanager
def films_at_work(results: ResultsTable, folder: Path, at_once: int = 20) -> Iterator[Films]:
    """Save the results table and make that deployment; what other tests left of channels is gone, before and afterwards."""
    results.save("default", overwrite=True)
    forget_channels()
    with deployed(results, folder, at_once) as films:
        yield films
    forget_channels()
    ResultsTable.delete("default")


def forget_channels() -> None:
    """Delete all saved channels, which other tests may have left."""
    with get_client(sync_client=True) as client:
        Channel.register_type_and_schema()
        for document in client.read_block_documents_by_type("channel"):
            client.delete_block_document(document.id)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Let it be another time for those who ask what time it is."""
    shift = moment - datetime.now(UTC)

    class Moved(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(tz) + shift

    with ExitStack() as stack:
        for module in (allowances, dispatching, tidying):
            stack.enter_context(mock.patch.object(module, "datetime", Moved))
        yield
