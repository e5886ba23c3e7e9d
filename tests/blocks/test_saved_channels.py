"""Channels of a file on a real server: saved, changed, loaded by name, never a key copied."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from pydantic import SecretStr

from blocks.channel import Channel
from blocks.channel_files import Places
from blocks.domain.products import DocumentFacts, Product, Provenance
from blocks.domain.request import VideoName
from blocks.errors import BadSpec
from blocks.providers.google.account import GeminiCredentials
from blocks.providers.google.image_maker import GeminiImageMaker
from blocks.providers.openai_chat import OpenAIChatPlanner
from blocks.results.table import ResultsTable
from blocks.saved_channels import Outcome, Report, export_channels, import_channels, load_channels, load_shelf
from blocks.storage import LocalStorage
from blocks.studio import open_studio
from deployments.channels import export_file, import_file
from flows.channels import export_channels as export_flow
from flows.channels import import_channels as import_flow
from tests.tasks.films_at_work import forget_channels

KEY, NEXT_KEY = "gemini-key-77d1", "gemini-key-88e2"
PAID = "channels:\n  Paid_One:\n    name: Paid\n    image_maker: {kind: gemini, credentials: house}\n"


@pytest.fixture(scope="module", autouse=True)
def credentials(prefect_api: str) -> Iterator[None]:
    """Saved credentials of the name `house`; the channels that other tests left are gone."""
    forget_channels()
    GeminiCredentials(api_key=SecretStr(KEY)).save("house", overwrite=True)
    yield
    asyncio.run(_forget_all())


async def _forget_all() -> None:
    async with get_client() as client:
        for slug in ("channel", "gemini-image-maker", "gemini-credentials", "local-storage"):
            for document in await client.read_block_documents_by_type(slug):
                await client.delete_block_document(document.id)


def taken_in(text: str) -> Report:
    return asyncio.run(import_channels(text, Places(file=Path("/files"), home=Path("/studio"))))


def documents(slug: str) -> str:
    async def read() -> str:
        async with get_client() as client:
            found = await client.read_block_documents_by_type(slug, include_secrets=True)
        return json.dumps([document.data for document in found if not document.block_document_references], default=str)

    return asyncio.run(read())


def test_a_new_channel_is_used_at_once_with_the_credentials_it_names(results_table: ResultsTable):
    report = taken_in(PAID)
    results_table.save("default", overwrite=True)
    try:
        studio = asyncio.run(open_studio(VideoName(channel="Paid_One", slug="film")))
        with pytest.raises(BadSpec, match="it is written 'Paid_One'"):
            asyncio.run(open_studio(VideoName(channel="paid-one", slug="film")))
    finally:
        ResultsTable.delete("default")

    assert [(one.channel, one.outcome) for one in report.results] == [("Paid_One", Outcome.MADE)]
    assert isinstance(studio.channel.image_maker, GeminiImageMaker)
    assert studio.channel.image_maker.credentials.api_key.get_secret_value() == KEY


def test_a_key_that_is_changed_in_its_block_reaches_every_channel_that_names_it():
    taken_in(PAID)
    GeminiCredentials(api_key=SecretStr(NEXT_KEY)).save("house", overwrite=True)

    maker = Channel.load("paid-one").image_maker

    assert isinstance(maker, GeminiImageMaker)
    assert maker.credentials.api_key.get_secret_value() == NEXT_KEY
    assert KEY not in documents("channel")
    assert NEXT_KEY not in documents("channel")


def test_importing_again_changes_nothing_and_says_what_a_changed_line_changed():
    taken_in(PAID)

    again, changed = taken_in(PAID), taken_in(f"{PAID}    target_seconds: 90\n")

    assert [one.outcome for one in again.results] == [Outcome.UNCHANGED]
    assert [(one.outcome, one.changed) for one in changed.results] == [(Outcome.CHANGED, ("target_seconds",))]
    assert Channel.load("paid-one").target_seconds == 90


def test_the_settings_of_a_maker_are_changed_in_place():
    taken_in(PAID)
    taken_in(PAID.replace("house", "house, image_size: 2K"))

    maker = Channel.load("paid-one").image_maker

    assert isinstance(maker, GeminiImageMaker)
    assert maker.image_size == "2K"


def test_what_is_exported_imports_as_it_was():
    taken_in(f"{PAID}  free: {{name: Free, tags: [a, b], gates: {{assets: manual}}}}\n")
    before = asyncio.run(load_channels())

    text, lost = asyncio.run(export_channels())
    report = taken_in(text)

    assert lost == ()
    assert {one.outcome for one in report.results} == {Outcome.UNCHANGED}
    assert asyncio.run(load_channels()) == before
    assert not any(key in text for key in (KEY, NEXT_KEY))


def test_a_bad_channel_is_left_as_it_was_and_the_good_one_is_saved():
    taken_in("channels: {bad: {name: Bad}}")

    report = taken_in("channels: {bad: {name: Bad, target_seconds: 1}, good: {name: Good}}")

    assert [(one.channel, one.outcome) for one in report.results] == [("bad", Outcome.REFUSED), ("good", Outcome.MADE)]
    assert Channel.load("bad").target_seconds == 60
    assert Channel.load("good").name == "Good"


def test_a_chat_on_this_machine_keeps_the_key_it_begins_with():
    taken_in("channels: {chat: {name: Chat, planner: {kind: openai-chat, temperature: 0.5}}}")

    planner = Channel.load("chat").planner

    assert isinstance(planner, OpenAIChatPlanner)
    assert (planner.temperature, planner.credentials.api_key.get_secret_value()) == (0.5, "no-key-needed")


def test_credentials_are_found_without_their_secrets():
    shelf = asyncio.run(load_shelf())

    assert "house" in shelf["gemini-credentials"]
    assert KEY not in str(shelf["gemini-credentials"]["house"].model_dump(context={"include_secrets": True}))


def test_the_command_says_what_became_of_each_channel_and_what_is_wrong(tmp_path: Path):
    file = tmp_path / "channels.yaml"
    file.write_text("channels:\n  shell: {name: Shell, intro: gone.mp4}\n  wrong: {name: Wrong, colour: red}\n")

    with pytest.raises(BadSpec) as refused:
        asyncio.run(import_file(file))

    assert "channel shell: made" in str(refused.value)
    assert "warning: channel shell: intro" in str(refused.value)
    assert "channel wrong: the key colour is unknown" in str(refused.value)
    assert (tmp_path / "gone.mp4") == Channel.load("shell").intro


def test_the_command_writes_all_channels_into_a_file(tmp_path: Path):
    taken_in("channels: {written: {name: Written}}")

    lines = asyncio.run(export_file(tmp_path / "all.yaml"))

    assert "channels written" in lines[0]
    assert "  written:\n    name: Written\n" in (tmp_path / "all.yaml").read_text()


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(BadSpec, match=r"nowhere\.yaml is not there"):
        asyncio.run(import_file(tmp_path / "nowhere.yaml"))


def test_the_flow_saves_the_good_ones_and_fails_with_the_problems_of_the_others(tmp_path: Path):
    with pytest.raises(BadSpec, match="channel wrong: the key colour is unknown"):
        asyncio.run(import_flow("channels: {right: {name: Right}, wrong: {name: Wrong, colour: red}}", tmp_path))

    assert Channel.load("right").workspaces == tmp_path / "workspaces"
    assert "  right:\n" in asyncio.run(export_flow())


def test_a_store_is_saved_on_its_own_and_one_that_gives_way_is_still_known(results_table: ResultsTable, tmp_path: Path):
    wanted = "channels: {stored: {name: Stored, storage: {kind: local, folder: FOLDER}}}"
    for folder in ("first", "second"):
        taken_in(wanted.replace("FOLDER", str(tmp_path / folder)))
    file = tmp_path / "made.txt"
    file.write_text("a text")
    made = LocalStorage(folder=tmp_path / "first").put(file)
    product = Product(
        key="k",
        step="text",
        address=made,
        store=f"local:{tmp_path}/first",
        size_bytes=6,
        facts=DocumentFacts(),
        provenance=Provenance(maker="local", model="tests", spec="{}"),
    )
    results_table.record(product, None)

    assert Channel.load("stored").storage.folder == tmp_path / "second"
    assert results_table.shelves.open(made).read_text() == "a text"
    assert results_table.shelves.holds(product)
    for document in _documents_of("local-storage"):
        assert document.startswith("stored-storage-")


def _documents_of(slug: str) -> list[str]:
    with get_client(sync_client=True) as client:
        return [document.name for document in client.read_block_documents_by_type(slug)]
