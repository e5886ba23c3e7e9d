"""Channels as text: what a file may say, and what is said about one that goes wrong."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from blocks.channel import Channel
from blocks.channel_files import ChannelsFile, Places, describe, read_channels, write_channels
from blocks.domain.audience import Category, Privacy
from blocks.domain.gates import Gate, GateMode
from blocks.domain.priority import Priority
from blocks.domain.request import VideoRequest
from blocks.estimate import plan_spec
from blocks.providers.elevenlabs.account import ElevenLabsCredentials
from blocks.providers.elevenlabs.narrator import ElevenLabsNarrator
from blocks.providers.google.account import GeminiCredentials
from blocks.providers.google.image_maker import GeminiImageMaker
from blocks.providers.kie.api import KieCredentials
from blocks.providers.notion.account import NotionCredentials
from blocks.providers.offline import FolderPublisher, OfflineNarrator
from blocks.providers.openai_chat import OpenAIChatPlanner
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.publisher import YouTubePublisher
from blocks.s3_storage import S3Credentials

SAMPLE = Path(__file__).parents[2] / "docs/samples/channels.yaml"
KEY = "AIzaSyB-nobody-knows-this-key-0123456789"


def shelved(block, name="main"):
    block._block_document_name = name
    return {block.get_block_type_slug(): {name: block}}


SHELF = {
    **shelved(GeminiCredentials(api_key=SecretStr("x"))),
    **shelved(KieCredentials(api_key=SecretStr("x"))),
    **shelved(ElevenLabsCredentials(api_key=SecretStr("x"))),
    **shelved(S3Credentials(access_key_id="id", secret_access_key=SecretStr("x"))),
    **shelved(NotionCredentials(token=SecretStr("x"))),
    **shelved(YouTubeAccount(client_id="1-a", client_secret=SecretStr("x"), youtube_channel_id="UC" + "f" * 22), "foxes"),
}


def read(text: str, folder: Path = Path("/files")) -> ChannelsFile:
    return read_channels(text, SHELF, Places(file=folder, home=Path("/studio")))


def read_one(*settings: str) -> Channel:
    (entry,) = read("\n".join(["channels:", "  one:", "    name: One", *(f"    {line}" for line in settings)])).entries
    assert not entry.problems
    assert entry.channel is not None
    return entry.channel


def problems_of(*settings: str, name: str = "name: One") -> list[str]:
    found = read("\n".join(["channels:", "  one:", f"    {name}", *(f"    {line}" for line in settings)]))
    return [str(problem) for problem in (*found.problems, *(one for entry in found.entries for one in entry.problems))]


def test_a_channel_publishes_to_youtube_with_the_account_it_names():
    channel = read_one("publisher:", "  kind: youtube", "  credentials: foxes", "  notify_subscribers: true")

    assert isinstance(channel.publisher, YouTubePublisher)
    assert (channel.publisher.account, channel.publisher.notify_subscribers) == (f"youtube:UC{'f' * 22}", True)


def test_a_channel_that_publishes_to_youtube_reads_back_as_it_was_written():
    channel = read_one("publisher:", "  kind: youtube", "  credentials: foxes")
    written, problems = write_channels({"one": channel})

    (entry,) = read(written).entries
    assert (entry.channel, problems) == (channel, ())


def test_a_name_is_enough_for_a_channel_that_makes_everything_offline():
    channel = read_one()

    assert channel.makers_for(VideoRequest(topic="x").quality)[1].kind == "offline"
    assert (channel.workspaces, channel.publisher.folder) == (Path("/studio/workspaces"), Path("/studio/films"))
    assert (channel.max_concurrent_videos, channel.max_uploads_a_day, channel.privacy) == (2, 3, Privacy.PRIVATE)


def test_every_setting_of_the_sample_is_read():
    entries = {entry.id: entry for entry in read(SAMPLE.read_text(), SAMPLE.parent).entries}
    channel = entries["Wild_Nature"].channel

    assert not [problem for entry in entries.values() for problem in entry.problems]
    assert channel is not None
    assert (channel.id, channel.priority, channel.category) == ("Wild_Nature", Priority.HIGH, Category.EDUCATION)
    assert channel.gates == {
        Gate.ASSETS: GateMode.MANUAL,
        Gate.CLIPS: GateMode.MANUAL,
        Gate.AUDIO: GateMode.AUTO,
        Gate.FINAL: GateMode.MANUAL,
    }
    assert channel.video_budget_usd == Decimal(13)
    assert isinstance(channel.narrator, ElevenLabsNarrator)
    assert channel.narrator.voice_id == "JBFqnCBsd6RMkjVDRZzb"
    assert channel.intro == SAMPLE.parent / "branding/intro.mp4"


def test_the_sample_names_every_setting_a_channel_has():
    (_, entry) = read(SAMPLE.read_text(), SAMPLE.parent).entries
    written = SAMPLE.read_text()

    assert entry.channel is not None
    assert [field for field in Channel.model_fields if field != "id" and f"    {field}:" not in written] == []


def test_what_is_written_reads_back_as_the_same_channels():
    channels = {entry.id: entry.channel for entry in read(SAMPLE.read_text(), SAMPLE.parent).entries if entry.channel}

    text, lost = write_channels(channels)
    again = {entry.id: entry.channel for entry in read(text).entries}

    assert lost == ()
    assert again == channels
    assert write_channels(again)[0] == text


@pytest.mark.parametrize(
    "lines", [["retry_waits_s: []"], ["narrator: {kind: offline, pace: 0.9, own_prices: {character: 0.001}}"]]
)
def test_settings_that_are_empty_but_not_by_default_are_written(lines: list[str]):
    channel = read_one(*lines)

    (entry,) = read(write_channels({"one": channel})[0]).entries

    assert entry.channel == channel


def test_a_file_never_holds_a_secret_and_says_what_it_left_out():
    maker = GeminiImageMaker(credentials=GeminiCredentials(api_key=SecretStr(KEY)))
    channel = Channel(name="One", workspaces=Path("/w"), publisher=FolderPublisher(folder=Path("/f")), image_maker=maker)

    text, (problem,) = write_channels({"one": channel})

    assert KEY not in text
    assert problem.where == "channel one"
    assert "image_maker.credentials" in problem.message


def test_a_chat_on_this_machine_needs_no_credentials_in_the_file():
    channel = read_one("planner: {kind: openai-chat}")

    assert isinstance(channel.planner, OpenAIChatPlanner)
    assert write_channels({"one": channel})[1] == ()
    assert describe(channel)["planner"]["model"] == "qwen3"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("target_second: 60", "the key target_second is unknown; did you mean target_seconds?"),
        ("store: notion", "the key store is unknown"),
        ("target_seconds: 5", "target_seconds is 5: input should be greater than or equal to 8"),
        ("target_seconds: long", "target_seconds is text ('long'); it must be a whole number"),
        ("max_concurrent_videos: 11", "max_concurrent_videos is 11"),
        ("daily_budget_usd: -1", "daily_budget_usd is -1"),
        ("daily_budget_usd: .inf", "daily_budget_usd is inf"),
        ("active: perhaps", "active is text ('perhaps'); it must be true or false"),
        ("privacy: secret", "privacy is 'secret'; it must be one of 'private', 'unlisted' or 'public'"),
        ("priority: urgent", "priority is 'urgent'"),
        ("category: cats", "category is 'cats'"),
        ("rate: 23.976", "rate is 23.976: write a whole number"),
        ("youtube_channel_id: wild", "UC and 22 more"),
        ("tags: nature", "tags is text ('nature'); it must be a list"),
        ("description_template: '{descripton}'", "did you mean description?"),
        ("description_template: '{title.__class__}'", "cannot be filled"),
        ("description_template: 'a } b'", "stands alone"),
        ("gates: {clip: manual}", "the key gates.clip is unknown; did you mean clips?"),
        ("gates: {clips: maybe}", "gates.clips is 'maybe'; it must be one of"),
        ("intro: 7", "intro is a number (7); it must be the path"),
        ("narrator: offline", "narrator is text ('offline'); it must be keys with values below it"),
        ("narrator: {pace: 1}", "narrator.kind is missing; it is one of offline, elevenlabs"),
        ("narrator: {kind: elevnlabs}", "narrator.kind is 'elevnlabs'; it must be one of offline, elevenlabs; did you mean"),
        ("narrator: {kind: offline, pase: 1}", "the key narrator.pase is unknown; did you mean pace?"),
        ("narrator: {kind: offline, pace: 9}", "narrator.pace is 9"),
        ("image_maker: {kind: gemini}", "image_maker.credentials is missing; write the name of a Gemini Credentials block"),
        ("image_maker: {kind: gemini, credentials: mian}", "did you mean main?"),
        (
            "clip_animator: {kind: kling, credentials: main}",
            "none is saved yet; save one in the UI (Blocks, then Kling Credentials)",
        ),
        (
            "narrator: {kind: elevenlabs, credentials: main, voice_id: v, model: eleven_v3, stability: 0.7}",
            "narrator: the model eleven_v3 takes no stability of 0.7",
        ),
        ("block_type_slug: channel", "the key block_type_slug is unknown"),
        ("name: Two", "line 4: the key name is written twice"),
    ],
)
def test_a_key_or_value_that_does_not_fit_is_said_with_its_channel_and_key(line: str, message: str):
    (found,) = problems_of(line)

    assert found.startswith("channel one: ")
    assert message in found


@pytest.mark.parametrize(
    "line",
    [
        f"image_maker: {{kind: gemini, api_key: {KEY}}}",
        f"image_maker: {{kind: gemini, credentials: {{api_key: {KEY}}}}}",
        f"image_maker: {{kind: gemini, credentials: {KEY}}}",
        f"image_maker: [{{api_key: {KEY}}}]",
        f"api_key: {KEY}",
        f"tags: [{KEY}]",
        f"clip_animator: {{kind: kie, credentials: main, callback_url: 'https://me:{KEY}@example.org/'}}",
    ],
)
def test_a_secret_in_the_file_is_refused_with_the_way_out_and_never_shown(line: str):
    found = problems_of(line)

    assert any("save it in the UI" in one for one in found)
    assert not any(KEY in one for one in found)


def test_a_key_in_place_of_a_credentials_name_is_not_repeated():
    plain = "0123456789abcdef0123456789abcdef"

    found = problems_of(f"clip_animator: {{kind: kie, credentials: {plain}}}")

    assert len(found) == 1
    assert plain not in found[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is nothing in it"),
        ("channels: [one]", "channels is a list"),
        ("- one", "channels is a list"),
        ("chanels: {}", "channels is nothing"),
        ("channels: {a: {name: A}}\nchannel: 1", "the key channel is unknown; did you mean channels?"),
        ("channels:\n  a: [1", "line 2"),
        ("channels: {a: &x {name: A}, b: *x}", "references (*name) are not read"),
    ],
)
def test_what_is_wrong_with_the_file_itself_is_said(text: str, message: str):
    assert any(message in str(problem) for problem in read(text).problems)


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (["a b"], "an id has 1 to 50"),
        (["x" * 51], "an id has 1 to 50"),
        (["../etc"], "an id has 1 to 50"),
        (["7"], "the id is no text"),
        (["my_one", "My-One"], "the same id but for capitals"),
    ],
)
def test_an_id_that_cannot_be_one_is_refused(ids: list[str], message: str):
    found = read("channels:\n" + "".join(f"  {channel_id}: {{name: A}}\n" for channel_id in ids))

    assert all(message in str(entry.problems[0]) for entry in found.entries)


def test_a_bad_channel_never_stops_the_others_and_all_its_problems_come_at_once():
    found = read(
        "channels:\n  good: {name: Good}\n  bad:\n    target_seconds: 5\n    colour: red\n"
        "    narrator: {kind: offline, pace: 9}\n"
        "  worse: 7\n  fine: {name: Fine}\n"
    )

    assert [entry.id for entry in found.entries if entry.channel] == ["good", "fine"]
    assert [problem.rule for problem in found.entries[1].problems] == ["unknown-key", "bad-value", "missing-key", "bad-value"]
    assert "name is missing" in str(found.entries[1].problems[2])


def test_a_key_that_is_written_twice_is_laid_at_its_channels_door():
    found = read("channels:\n  one:\n    name: One\n  two:\n    name: Two\n    name: Deux\n  three:\n    name: Three\n")

    assert [entry.channel is None for entry in found.entries] == [False, True, False]


def test_a_channel_that_is_written_twice_is_refused():
    found = read("channels:\n  one: {name: A}\n  two: {name: B}\n  one: {name: C}\n")

    assert {entry.id: entry.channel is None for entry in found.entries} == {"one": True, "two": False}


def test_a_missing_intro_is_a_warning(tmp_path: Path):
    (tmp_path / "there.mp4").touch()
    (entry,) = read("channels:\n  one: {name: One, intro: gone.mp4, outro: there.mp4}\n", tmp_path).entries

    assert entry.channel is not None
    assert [(one.rule, "intro" in one.message) for one in entry.warnings] == [("missing-file", True)]


def test_a_film_that_names_no_length_has_its_channels():
    channel = read_one("target_seconds: 135")

    assert plan_spec(VideoRequest(topic="wolves"), channel).target_seconds == 135
    assert plan_spec(VideoRequest(topic="wolves", target_seconds=30), channel).target_seconds == 30


def test_a_maker_that_is_left_out_is_the_offline_one():
    assert isinstance(read_one("narrator:").narrator, OfflineNarrator)


SOURCE = "0f" * 16


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("storage: {kind: local, folder: products}", "local:/files/products"),
        ("storage: {kind: s3, bucket: films, credentials: main}", "s3:https://s3.amazonaws.com/films/products"),
        (f"storage: {{kind: notion, data_source_id: {SOURCE}, credentials: main}}", f"notion:{SOURCE}"),
    ],
)
def test_a_channel_may_have_a_store_of_its_own_and_reads_back_with_it(line: str, name: str):
    channel = read_one(line)
    text, lost = write_channels({"one": channel})
    (again,) = read(text, Path("/elsewhere")).entries

    assert channel.storage is not None
    assert channel.storage.store_name == name
    assert lost == ()
    assert again.channel == channel
    assert "credentials: main" in text or "kind: local" in text


def test_a_channel_without_a_store_says_nothing_of_one():
    assert read_one().storage is None
    assert "storage" not in describe(read_one())


def test_the_folder_for_copies_stays_that_of_each_machine():
    channel = read_one("storage: {kind: s3, bucket: films, folder: ~/copies}")

    assert channel.storage.folder == Path("~/copies")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("storage: {kind: tape}", "storage.kind is 'tape'; it must be one of local, s3, notion"),
        (
            "storage: {kind: s3, bucket: films, credentials: other}",
            "storage.credentials is not the name of a saved S3 Credentials block",
        ),
        ("storage: {kind: notion, credentials: main}", "storage.data_source_id is missing"),
        ("storage: /products", "storage is text ('/products'); it must be keys"),
    ],
)
def test_what_is_wrong_with_a_store_is_said(line: str, said: str):
    assert said in "\n".join(problems_of(line))
