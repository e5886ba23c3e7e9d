"""Files on their way into the emulated Notion, sent by the vendor's own SDK and by hand."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from notion_client import APIResponseError, Client

from tests.emulators.notion import NotionEmulator
from tests.emulators.notion_files import LARGEST_PART, SMALLEST_PART
from tests.emulators.notion_sdk import title
from tests.emulators.notion_workspace import Database

NOON = datetime(2026, 11, 22, 12, 0, 45, tzinfo=UTC)
SOUND = b"ID3" + b"\0" * 1000
NOBODY = str(uuid4())


@pytest.fixture(autouse=True)
def _noon(notion: NotionEmulator) -> None:
    notion.now = lambda: NOON


def uploaded(sdk: Client, content: bytes = SOUND, name: str = "line.mp3") -> str:
    """Upload a file of one part."""
    made = sdk.file_uploads.create(mode="single_part", filename=name, content_type="audio/mpeg")
    sent = sdk.file_uploads.send(made["id"], file=(name, io.BytesIO(content), "audio/mpeg"))
    assert sent["status"] == "uploaded"
    return made["id"]


def attached(sdk: Client, films: Database, *uploads: str) -> dict[str, Any]:
    """Make a page that holds files."""
    files = [{"type": "file_upload", "file_upload": {"id": upload}} for upload in uploads]
    properties = {"Name": title("Foxes"), "Files": {"files": files}}
    return sdk.pages.create(parent={"data_source_id": films.data_source_id}, properties=properties)


def fetched(url: str, **headers: str) -> httpx.Response:
    with httpx.Client(verify=False, trust_env=False) as client:
        return client.get(url, headers=headers)


def test_a_file_is_uploaded_in_one_part(sdk: Client, notion: NotionEmulator) -> None:
    made = sdk.file_uploads.create(mode="single_part", filename="line.mp3", content_type="audio/mpeg")
    sent = sdk.file_uploads.send(made["id"], file=("line.mp3", io.BytesIO(SOUND), "audio/mpeg"))

    assert (made["status"], made["upload_url"]) == ("pending", f"{notion.url}/v1/file_uploads/{made['id']}/send")
    assert (made["expiry_time"], made["content_length"]) == ("2026-11-22T13:00:45.000Z", None)
    assert (sent["status"], sent["content_length"], sent["filename"]) == ("uploaded", len(SOUND), "line.mp3")
    assert sdk.file_uploads.retrieve(made["id"]) == sent


def test_a_file_is_uploaded_in_several_parts_in_any_order(sdk: Client, films: Database) -> None:
    parts = [b"1" * SMALLEST_PART, b"2" * SMALLEST_PART, b"3"]
    made = sdk.file_uploads.create(mode="multi_part", filename="film.mp4", number_of_parts=3)
    for number in (3, 1, 2):
        sent = sdk.file_uploads.send(made["id"], file=("part", io.BytesIO(parts[number - 1])), part_number=str(number))
    completed = sdk.file_uploads.complete(made["id"])
    file = attached(sdk, films, made["id"])["properties"]["Files"]["files"][0]

    assert (sent["status"], sent["number_of_parts"]) == ("pending", {"total": 3, "sent": 3})
    assert made["complete_url"].endswith(f"{made['id']}/complete")
    assert (completed["status"], completed["content_length"]) == ("uploaded", 2 * SMALLEST_PART + 1)
    assert fetched(file["file"]["url"]).content == b"".join(parts)


def test_an_attached_file_is_shown_at_an_address_that_holds_for_an_hour(
    sdk: Client, notion: NotionEmulator, films: Database
) -> None:
    page = attached(sdk, films, uploaded(sdk))
    (file,) = page["properties"]["Files"]["files"]
    now = fetched(file["file"]["url"])
    with_token = fetched(file["file"]["url"], authorization=f"Bearer {notion.token}")
    unsigned = fetched(file["file"]["url"].partition("?")[0])
    notion.now = lambda: NOON + timedelta(hours=1)
    (later,) = sdk.pages.retrieve(page["id"])["properties"]["Files"]["files"]

    assert (file["name"], file["type"], file["file"]["expiry_time"]) == ("line.mp3", "file", "2026-11-22T13:00:45.000Z")
    assert (now.content, now.headers["content-type"]) == (SOUND, "audio/mpeg")
    assert (with_token.status_code, unsigned.status_code, fetched(file["file"]["url"]).status_code) == (400, 403, 403)
    assert fetched(later["file"]["url"]).content == SOUND


def test_a_file_that_is_attached_does_not_expire(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    upload = uploaded(sdk)
    attached(sdk, films, upload)
    notion.now = lambda: NOON + timedelta(days=7)

    shown = sdk.file_uploads.retrieve(upload)

    assert (shown["status"], shown["expiry_time"]) == ("uploaded", None)
    assert attached(sdk, films, upload)["object"] == "page"


def test_a_file_that_nobody_attaches_expires_after_an_hour(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    upload = uploaded(sdk)
    notion.now = lambda: NOON + timedelta(minutes=60)

    with pytest.raises(APIResponseError, match="its status is `expired`"):
        attached(sdk, films, upload)

    assert sdk.file_uploads.retrieve(upload)["status"] == "expired"


def test_a_file_that_was_not_sent_cannot_be_attached(sdk: Client, films: Database, notion: NotionEmulator) -> None:
    upload = sdk.file_uploads.create(filename="line.mp3")["id"]

    with pytest.raises(APIResponseError, match="its status is `pending`"):
        attached(sdk, films, upload)

    assert notion.pages() == []


def test_files_that_stay_are_written_with_the_address_they_were_read_at(
    sdk: Client, notion: NotionEmulator, films: Database
) -> None:
    page = attached(sdk, films, uploaded(sdk))
    old = page["properties"]["Files"]["files"]
    new = [{"name": "take 2.mp3", "type": "file_upload", "file_upload": {"id": uploaded(sdk, b"other")}}]
    outside = [{"name": "plan", "type": "external", "external": {"url": "https://a.example/plan"}}]

    sdk.pages.update(page["id"], properties={"Files": {"files": old + new + outside}})

    (_, first), (_, second), (_, third) = notion.page(page["id"])["Files"]
    assert [name for name, _ in notion.page(page["id"])["Files"]] == ["line.mp3", "take 2.mp3", "plan"]
    assert (fetched(first).content, fetched(second).content, third) == (SOUND, b"other", "https://a.example/plan")


def test_a_file_is_shown_in_the_content_of_a_page(sdk: Client, notion: NotionEmulator, films: Database) -> None:
    page = notion.add_page({"Name": "Foxes"})
    block = {
        "audio": {"type": "file_upload", "file_upload": {"id": uploaded(sdk)}, "caption": [{"text": {"content": "Scene 1"}}]}
    }

    (shown,) = sdk.blocks.children.append(page, children=[block])["results"]

    assert fetched(shown["audio"]["file"]["url"]).content == SOUND
    assert notion.texts(page) == ["Scene 1"]


def test_a_name_may_come_with_the_file(sdk: Client) -> None:
    made = sdk.file_uploads.create()
    sent = sdk.file_uploads.send(made["id"], file=("scene.png", io.BytesIO(b"x"), "image/png"))

    assert (made["filename"], sent["filename"], sent["content_type"]) == (None, "scene.png", "image/png")


def test_a_name_without_an_extension_gets_one_from_its_type(sdk: Client) -> None:
    assert sdk.file_uploads.create(filename="scene", content_type="image/png")["filename"] == "scene.png"


CREATIONS: dict[str, tuple[dict[str, Any], str]] = {
    "subtitles": (
        {"filename": "film.srt"},
        "Provided `filename` has an extension that is not supported for the File Upload API.",
    ),
    "yaml": ({"filename": "plan.yaml"}, "Provided `filename` has an extension that is not supported for the File Upload API."),
    "no extension": ({"filename": "film"}, "Provided `filename` has no extension, and there is no `content_type`"),
    "another type": (
        {"filename": "film.mp4", "content_type": "audio/mpeg"},
        "Provided `content_type` audio/mpeg does not match the extension of `filename`.",
    ),
    "a long name": ({"filename": "ü" * 449 + ".mp3"}, "Provided `filename` is longer than 900 bytes."),
    "parts of one part": (
        {"mode": "single_part", "number_of_parts": 2},
        "body failed validation: body.number_of_parts should be not present, instead was `2`.",
    ),
    "parts without a number": (
        {"mode": "multi_part", "filename": "film.mp4"},
        "body failed validation: body.number_of_parts should be from `1` to `1000`",
    ),
    "too many parts": (
        {"mode": "multi_part", "filename": "film.mp4", "number_of_parts": 1001},
        "body failed validation: body.number_of_parts should be from `1` to `1000`, instead was `1001`.",
    ),
    "parts without a name": (
        {"mode": "multi_part", "number_of_parts": 2},
        "body failed validation: body.filename should be defined, instead was `undefined`.",
    ),
    "an import": ({"mode": "external_url", "external_url": "https://a.example/a.mp3"}, "The emulator does not know files"),
    "an unknown mode": ({"mode": "by mail"}, "body failed validation: body.mode should be"),
}


@pytest.mark.parametrize("wrong", CREATIONS)
def test_an_upload_is_not_made_for(sdk: Client, notion: NotionEmulator, wrong: str) -> None:
    body, message = CREATIONS[wrong]

    with pytest.raises(APIResponseError) as refused:
        sdk.file_uploads.create(**body)

    assert (refused.value.status, refused.value.code.value) == (400, "validation_error")
    assert str(refused.value).startswith(message)
    assert notion.workspace.uploads == {}


def refusal(sdk: Client, upload: str, content: bytes = SOUND, kind: str = "audio/mpeg", **form: str) -> str:
    """Send what is refused; gives the message."""
    with pytest.raises(APIResponseError) as refused:
        sdk.file_uploads.send(upload, file=("line.mp3", io.BytesIO(content), kind), **form)
    return str(refused.value)


def test_what_is_sent_must_be_what_was_announced(sdk: Client) -> None:
    upload = sdk.file_uploads.create(filename="line.mp3", content_type="audio/mpeg")["id"]

    assert "does not match that of the upload, audio/mpeg" in refusal(sdk, upload, kind="audio/wav")
    assert refusal(sdk, upload, b"") == "The file is empty."
    assert "body.part_number should be not present" in refusal(sdk, upload, part_number="1")
    assert "exceeds the limit of 20971520 bytes for one part" in refusal(sdk, upload, b"x" * (LARGEST_PART + 1))
    assert f"Could not find file_upload with ID: {NOBODY}" in refusal(sdk, NOBODY)
    assert sdk.file_uploads.retrieve(upload)["status"] == "pending"


def test_a_form_without_a_file_is_refused(notion: NotionEmulator, sdk: Client) -> None:
    upload = sdk.file_uploads.create(filename="line.mp3")["id"]
    headers = {"authorization": f"Bearer {notion.token}", "notion-version": "2025-09-03"}

    with httpx.Client(verify=False, trust_env=False, headers=headers) as raw:
        answer = raw.post(f"{notion.url}/v1/file_uploads/{upload}/send", files={"part_number": (None, "1")})

    assert answer.json()["message"] == "body failed validation: body.file should be defined, instead was `undefined`."


def test_parts_have_their_sizes_and_numbers(sdk: Client) -> None:
    upload = sdk.file_uploads.create(mode="multi_part", filename="line.mp3", number_of_parts=2)["id"]

    assert "only the last part may be smaller" in refusal(sdk, upload, part_number="1")
    assert 'should be from `1` to `2`, instead was `"3"`' in refusal(sdk, upload, part_number="3")
    assert "body.part_number should be from `1` to `2`" in refusal(sdk, upload)
    with pytest.raises(APIResponseError, match="lacks parts: 0 of 2 were sent"):
        sdk.file_uploads.complete(upload)


def test_a_part_that_is_sent_again_replaces_the_first(sdk: Client) -> None:
    upload = sdk.file_uploads.create(mode="multi_part", filename="line.mp3", number_of_parts=1)["id"]
    for content in (b"a" * 10, b"b" * 7):
        sdk.file_uploads.send(upload, file=("line.mp3", io.BytesIO(content)), part_number="1")

    assert sdk.file_uploads.complete(upload)["content_length"] == 7


def test_a_workspace_has_its_largest_file(sdk: Client, notion: NotionEmulator) -> None:
    notion.workspace.max_file_bytes = 500
    upload = sdk.file_uploads.create(filename="line.mp3")["id"]

    assert sdk.users.me()["bot"]["workspace_limits"]["max_file_upload_size_in_bytes"] == 500
    assert refusal(sdk, upload) == "File size exceeds the limit of 500 bytes for this workspace."


def test_nothing_is_sent_or_completed_twice(sdk: Client) -> None:
    upload = uploaded(sdk)

    assert "its status is `uploaded`, and should be `pending`" in refusal(sdk, upload)
    with pytest.raises(APIResponseError, match="cannot be completed: its status is `uploaded`"):
        sdk.file_uploads.complete(upload)


def test_a_file_of_one_part_needs_no_completion(sdk: Client) -> None:
    with pytest.raises(APIResponseError, match="has one part, and needs no completion"):
        sdk.file_uploads.complete(sdk.file_uploads.create(filename="line.mp3")["id"])
