"""The doctor finds what was broken on purpose, and names what mends it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import SecretStr

from blocks.channel import Channel
from blocks.domain.money import Purchased, PurchaseState, Usage
from blocks.domain.stages import Step
from blocks.media.certificates import LASTS, make_certificate
from blocks.providers.elevenlabs.account import ElevenLabsCredentials
from blocks.providers.elevenlabs.narrator import ElevenLabsNarrator
from blocks.providers.notion.account import NotionCredentials
from blocks.providers.notion.desk import NotionDesk
from blocks.results import embedded, purchases, stops
from blocks.results.database import EmbeddedPostgres, PostgresServer, forget_engine
from blocks.results.table import ResultsTable
from blocks.s3_storage import S3Credentials, S3Storage
from blocks.signing import STUDIO_CERTIFICATE, SigningCertificate
from blocks.studio import saved_names
from deployments import ailments, key_file
from deployments.ailments import Finding
from deployments.doctor import examine
from deployments.pool import POOL
from deployments.setup import set_up, set_up_work
from tests.emulators.elevenlabs import ElevenLabsEmulator
from tests.emulators.notion import served

pytestmark = pytest.mark.acceptance

PRODUCE = "produce-video/studio"


@pytest.fixture(scope="module")
def home(prefect_api: str) -> Iterator[Path]:
    """A studio that was set up; the server of the tests keeps the key of its blocks for itself."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="doctor-") as folder:
        Path(folder).chmod(0o755)
        patch.setenv(key_file.VARIABLE, "kept by the tests")
        asyncio.run(_set_up(Path(folder)))
        yield Path(folder)
        asyncio.run(_forget())
        embedded.stop(Path(folder) / "postgres")


async def _set_up(home: Path) -> None:
    for name in await saved_names("channel"):  # those that other tests left: their vendors are gone
        await Channel.adelete(name)
    await set_up(home)
    await set_up_work()


async def _forget() -> None:
    forget_engine((await ResultsTable.aload("default")).database)
    await ResultsTable.adelete("default")
    await Channel.adelete("demo")
    async with get_client() as client:
        for deployment in await client.read_deployments():
            await client.delete_deployment(deployment.id)
        await client.delete_work_pool(POOL)


def findings(home: Path) -> list[Finding]:
    """Examine the studio; a worker gives a sign of life before."""

    async def look() -> list[Finding]:
        async with get_client() as client:
            await client.send_worker_heartbeat(work_pool_name=POOL, worker_name=POOL)
        return await examine(home, runs_here=True)

    return asyncio.run(look())


def only(found: Sequence[Finding]) -> Finding:
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


@contextmanager
def demo_with(**changed: object) -> Iterator[None]:
    """Let the channel that setting up made be otherwise for a while."""
    channel = Channel.load("demo")
    channel.model_copy(update=changed).save("demo", overwrite=True)
    try:
        yield
    finally:
        channel.save("demo", overwrite=True)


def results_of(home: Path) -> ResultsTable:
    return ResultsTable.load("default")


def test_nothing_ails_a_studio_that_was_set_up(home: Path) -> None:
    assert findings(home) == []


def test_setting_up_again_finds_everything_as_it_was(home: Path) -> None:
    assert asyncio.run(set_up_work()) == []


def test_a_server_that_is_away(home: Path) -> None:
    with temporary_settings(updates={PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        found = only(asyncio.run(examine(home, runs_here=False)))

    assert "does not answer" in found.what
    assert "make studio" in found.mend


def test_a_worker_that_gives_no_sign_of_life(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.doctor.SIGN_OF_LIFE", timedelta(hours=-1))

    found = only(findings(home))

    assert "no worker" in found.what
    assert "worker start" in found.mend


def test_a_lane_that_is_missing(home: Path) -> None:
    async def remove() -> None:
        async with get_client() as client:
            await client.delete_global_concurrency_limit_by_name("kling")

    asyncio.run(remove())

    found = only(findings(home))
    assert "no lane kling" in found.what
    assert "make setup" in found.mend
    asyncio.run(_set_up(home))


@pytest.mark.parametrize(
    ("token", "what"),
    [("", "the desk: the column Topic is missing or incomplete"), ("ntn_another", "the desk cannot be read: Notion")],
    ids=["incomplete", "refused"],
)
def test_a_desk_that_does_not_work(home: Path, token: str, what: str) -> None:
    with served() as notion:
        source = notion.make_database("Films", {"Title": "title"}).sources[0]
        credentials = NotionCredentials(token=SecretStr(token or notion.token), base_url=notion.url)
        NotionDesk(credentials=credentials, data_source_id=source.id).save("default")
        try:
            found = findings(home)
        finally:
            NotionDesk.delete("default")

    assert any(one.what.startswith(what) for one in found), found
    assert all("desk" in one.what and "desk" in one.mend for one in found)
    assert not any((token or notion.token) in str(one) for one in found)


def test_a_queue_that_is_missing(home: Path) -> None:
    async def remove() -> None:
        async with get_client() as client:
            queue = await client.read_work_queue_by_name("high", work_pool_name=POOL)
            await client.delete_work_queue_by_id(queue.id)

    asyncio.run(remove())
    try:
        assert any("no queue high" in one.what and "make setup" in one.mend for one in findings(home))
    finally:
        asyncio.run(_set_up(home))


def test_a_deployment_that_is_missing(home: Path) -> None:
    async def remove() -> None:
        async with get_client() as client:
            await client.delete_deployment((await client.read_deployment_by_name(PRODUCE)).id)

    asyncio.run(remove())

    found = only(findings(home))
    asyncio.run(_set_up(home))
    assert found.what == f"the deployment {PRODUCE} is missing"
    assert "make setup" in found.mend


def test_a_deployment_that_is_old(home: Path) -> None:
    async def change() -> None:
        async with get_client() as client:
            there = await client.read_deployment_by_name(PRODUCE)
            await client.update_deployment(there.id, DeploymentUpdate(description="of yesterday"))

    asyncio.run(change())

    found = only(findings(home))
    assert found.what == f"the deployment {PRODUCE} is old in its description"
    asyncio.run(_set_up(home))


@pytest.mark.parametrize(
    ("database", "what", "mend"),
    [
        (PostgresServer(host="127.0.0.1", port=9, user="nobody"), "is away", "results-table/default"),
        ("another", "lacks tables", "make setup"),
    ],
    ids=["away", "without tables"],
)
def test_a_results_database(home: Path, database: PostgresServer | str, what: str, mend: str) -> None:
    whole = results_of(home)
    place = EmbeddedPostgres(folder=home / "postgres", name=database) if isinstance(database, str) else database
    whole.model_copy(update={"database": place}).save("default", overwrite=True)
    try:
        found = only(findings(home))
    finally:
        forget_engine(place)
        whole.save("default", overwrite=True)

    assert what in found.what
    assert mend in found.mend


def test_a_results_block_that_is_missing(home: Path) -> None:
    whole = results_of(home)
    asyncio.run(ResultsTable.adelete("default"))
    try:
        found = only(findings(home))
    finally:
        whole.save("default", overwrite=True)

    assert "results-table/default is missing" in found.what
    assert "make setup" in found.mend


def test_a_channel_whose_files_are_gone(home: Path) -> None:
    gone = Path("/nowhere/at/all")
    publisher = Channel.load("demo").publisher.model_copy(update={"folder": gone})
    with demo_with(intro=gone / "intro.mp4", publisher=publisher):
        intro, folder = findings(home)

    assert "its intro /nowhere/at/all/intro.mp4 is gone" in intro.what
    assert f"mkdir -p {gone}" in folder.mend


@pytest.mark.parametrize(
    ("made_ago", "what"), [(LASTS, "its films cannot be signed"), (LASTS - timedelta(days=20), "ends on")], ids=["over", "soon"]
)
def test_a_certificate_that_ends(home: Path, made_ago: timedelta, what: str) -> None:
    old = make_certificate(datetime.now(UTC) - made_ago)
    SigningCertificate(chain_pem=old.chain_pem, key_pem=old.key_pem).save(STUDIO_CERTIFICATE, overwrite=True)

    found = only(findings(home))
    SigningCertificate.fresh().save(STUDIO_CERTIFICATE, overwrite=True)

    assert what in found.what
    assert "make setup" in found.mend
    assert old.key_pem.get_secret_value().splitlines()[1] not in str(found)


def test_a_store_of_a_channel_that_is_away(home: Path) -> None:
    away = S3Storage(
        bucket="films", endpoint_url="http://127.0.0.1:9", credentials=S3Credentials(access_key_id="a", secret_access_key="b")
    )
    with demo_with(storage=away):
        found = only(findings(home))

    assert "channel demo: its store s3:http://127.0.0.1:9/films/products cannot be used: " in found.what
    assert "mend its storage" in found.mend


def test_a_key_that_a_vendor_refuses(home: Path, elevenlabs: ElevenLabsEmulator) -> None:
    credentials = ElevenLabsCredentials(api_key=SecretStr("a wrong key"), base_url=elevenlabs.url)
    narrator = ElevenLabsNarrator(credentials=credentials, voice_id="narrator-voice")
    with demo_with(narrator=narrator):
        found = only(findings(home))

    assert "channel demo: elevenlabs-narrator" in found.what
    assert "save the right key" in found.mend
    assert "a wrong key" not in str(found)


def test_an_account_that_is_stopped(home: Path) -> None:
    results = results_of(home)
    stop = stops.Stop(
        account="kie-1", kind="QuotaExhausted", why="no credits", request_id=None, since=datetime.now(UTC), until=None
    )
    with results.open() as session:
        stops.stop_account(session, stop)
    try:
        found = only(findings(home))
    finally:
        with results.open() as session:
            stops.lift_stop(session, "kie-1")

    assert "kie-1 is stopped" in found.what
    assert "reopen-account/studio" in found.mend


@pytest.mark.parametrize(
    ("evidence", "mend"),
    [
        ({}, "settle-purchase/studio"),
        ({purchases.KEPT: "host:/films/.unstored/k1.png"}, "the file is at host:/films/.unstored/k1.png"),
    ],
    ids=["in doubt", "without a store"],
)
def test_a_purchase_that_is_parked(home: Path, evidence: dict[str, str], mend: str) -> None:
    results, number = results_of(home), f"p{len(evidence) + 1}"
    bought = Purchased(
        number=number,
        key="k1",
        channel="demo",
        video="film",
        step=Step.CLIP,
        maker="kie",
        account="kie-1",
        state=PurchaseState.PARKED,
        estimate=Usage(),
        estimate_usd=None,
        ticket=None,
        evidence=evidence,
        begun_at=datetime.now(UTC),
    )
    with results.open() as session:
        purchases.begin(session, bought)
    try:
        found = only(findings(home))
    finally:
        with results.open() as session:
            purchases.end(session, number, PurchaseState.VOID)

    assert number in found.what
    assert mend in found.mend


def test_a_disk_that_is_nearly_full(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ailments, "LEAST_FREE_GB", 10**9)

    assert all("GB are free" in one.what and "make room" in one.mend for one in findings(home))


def test_a_key_of_the_blocks_that_others_can_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(key_file.VARIABLE)
    key = key_file.key_file()
    key.write_text("a key")
    key.chmod(0o644)
    try:
        found = only(findings(home))
    finally:
        key.unlink()

    assert "can be read by other accounts" in found.what
    assert "chmod 600" in found.mend
