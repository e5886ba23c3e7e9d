"""File uploads: made, sent in one part or several, completed, attached within the hour, and given back at addresses that expire.

After the file upload guides (developers.notion.com, 2026-11). Files that Notion is to import from an address are not emulated.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.responses import Response

from tests.emulators.notion_requests import read_request
from tests.emulators.notion_words import invalid, invalid_part, not_emulated, not_found
from tests.emulators.notion_workspace import Workspace, checked_id
from tests.emulators.serving import Visit

HOLDS = timedelta(hours=1)
"""How long an upload waits to be attached, and how long an address of a file can be used."""
MEBIBYTE = 1024 * 1024
LARGEST_PART = 20 * MEBIBYTE
SMALLEST_PART = 5 * MEBIBYTE
"""Of every part but the last."""
MOST_PARTS = 1000
LONGEST_NAME = 900
"""Bytes, with the extension."""
MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "json": "application/json",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "webm": "video/webm",
}
"""By extension, of the common ones."""
EXTENSIONS = frozenset(MEDIA_TYPES) | frozenset(
    (
        *("aac", "adts", "mid", "midi", "mpga", "m4b", "oga", "ogg", "wma", "heic", "tif", "tiff", "ico"),
        *("doc", "dot", "docx", "dotx", "xls", "xlt", "xla", "xlsx", "xltx", "ppt", "pot", "pps", "ppa", "pptx", "potx"),
        *("amv", "asf", "wmv", "avi", "f4v", "flv", "gifv", "m4v", "mkv", "qt", "mpeg"),
    )
)
"""What may be uploaded (working with files and media, 2026-11): subtitles, YAML and Markdown may not."""
_KEY = b"signs the addresses of files"


@dataclass
class Upload:
    """One file on its way into the workspace, or kept there."""

    id: str
    made_at: datetime
    edited_at: datetime
    made_by: str
    filename: str | None
    content_type: str | None
    is_declared: bool
    """Whether whoever made it named its content type."""
    parts_total: int | None
    """None for a file of one part."""
    parts: dict[int, bytes] = field(default_factory=dict)
    is_uploaded: bool = False
    is_attached: bool = False

    @property
    def content(self) -> bytes:
        return b"".join(self.parts[number] for number in sorted(self.parts))


def status_of(workspace: Workspace, upload: Upload) -> str:
    """Tell whether a file is pending, uploaded or expired; one that is attached stays."""
    if not upload.is_attached and workspace.now() >= upload.made_at + HOLDS:
        return "expired"
    return "uploaded" if upload.is_uploaded else "pending"


def name_of(upload: Upload) -> str:
    """Give the name that people see, with an extension."""
    name = upload.filename or "Untitled"
    return name if PurePosixPath(name).suffix else name + _extension_of(upload.content_type)


def _extension_of(content_type: str | None) -> str:
    return next((f".{extension}" for extension, known in MEDIA_TYPES.items() if known == content_type), "")


def _type_of(filename: str | None) -> str | None:
    return MEDIA_TYPES.get(PurePosixPath(filename or "").suffix.removeprefix(".").lower())


def attach(workspace: Workspace, name: str) -> Upload:
    """Take a file into a page; from then on it is kept."""
    upload = find_upload(workspace, name)
    if (status := status_of(workspace, upload)) != "uploaded":
        raise invalid(f"File upload {upload.id} cannot be attached: its status is `{status}`, and should be `uploaded`.")
    upload.is_attached = True
    return upload


def find_upload(workspace: Workspace, name: str) -> Upload:
    upload = workspace.uploads.get(checked_id(name, "file_upload_id"))
    if upload is None:
        raise not_found("file_upload", name)
    return upload


def link_to(workspace: Workspace, upload: Upload) -> dict[str, str]:
    """Give an address of a file that holds for an hour."""
    expires_at = workspace.now() + HOLDS
    moment = str(int(expires_at.timestamp()))
    place = f"{workspace.address()}/files/{upload.id}/{quote(name_of(upload))}"
    return {"url": f"{place}?expires={moment}&signature={_sign(upload.id, moment)}", "expiry_time": stamp(expires_at)}


def upload_behind(workspace: Workspace, url: str) -> Upload:
    """Find the file that an address of Notion's shows, for requests that give such an address back."""
    steps = urlsplit(url).path.split("/")
    if len(steps) != 4 or steps[1] != "files" or steps[2] not in workspace.uploads:
        raise invalid(f"Invalid file URL: {url}")
    return workspace.uploads[steps[2]]


def _sign(upload_id: str, moment: str) -> str:
    return hmac.new(_KEY, f"{upload_id} {moment}".encode(), hashlib.sha256).hexdigest()


def stamp(at: datetime) -> str:
    """Write a time to the millisecond."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def upload_object(workspace: Workspace, upload: Upload) -> dict[str, Any]:
    """Show an upload as answers do."""
    status, here = status_of(workspace, upload), f"{workspace.address()}/v1/file_uploads/{upload.id}"
    shown: dict[str, Any] = {
        "object": "file_upload",
        "id": upload.id,
        "created_time": stamp(upload.made_at),
        "created_by": {"id": upload.made_by, "type": "bot"},
        "last_edited_time": stamp(upload.edited_at),
        "in_trash": False,
        "archived": False,
        "expiry_time": None if upload.is_attached else stamp(upload.made_at + HOLDS),
        "status": status,
        "filename": name_of(upload) if upload.filename else None,
        "content_type": upload.content_type,
        "content_length": len(upload.content) if upload.is_uploaded else None,
    }
    if status == "pending":
        shown["upload_url"] = f"{here}/send"
    if upload.parts_total is not None:
        shown["number_of_parts"] = {"total": upload.parts_total, "sent": len(upload.parts)}
        if status == "pending":
            shown["complete_url"] = f"{here}/complete"
    return shown


def create_upload(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer POST /v1/file_uploads."""
    body = read_request(visit, "CreateFileUploadParameters")
    filename, declared = body.get("filename"), body.get("content_type")
    _check_mode(body)
    if filename is not None:
        _check_name(filename, declared)
    marks = workspace.stamps(workspace.bot_id)
    upload = Upload(
        id=marks["id"],
        made_at=marks["created_at"],
        edited_at=marks["edited_at"],
        made_by=marks["created_by"],
        filename=filename,
        content_type=declared or _type_of(filename),
        is_declared=declared is not None,
        parts_total=body.get("number_of_parts"),
    )
    workspace.uploads[upload.id] = upload
    return upload_object(workspace, upload)


def _check_mode(body: dict[str, Any]) -> None:
    mode, parts = body.get("mode", "single_part"), body.get("number_of_parts")
    if mode == "external_url" or "external_url" in body:
        raise not_emulated("files that are imported from an address")
    if mode == "single_part" and parts is not None:
        raise invalid_part("body", f"body.number_of_parts should be not present, instead was `{parts}`.")
    if mode == "multi_part" and "filename" not in body:
        raise invalid_part("body", "body.filename should be defined, instead was `undefined`.")
    if mode == "multi_part" and not (isinstance(parts, int) and 1 <= parts <= MOST_PARTS):
        raise invalid_part("body", f"body.number_of_parts should be from `1` to `{MOST_PARTS}`, instead was `{parts}`.")


def _check_name(filename: str, content_type: str | None) -> None:
    extension = PurePosixPath(filename).suffix or _extension_of(content_type)
    if len(filename.encode()) > LONGEST_NAME:
        raise invalid(f"Provided `filename` is longer than {LONGEST_NAME} bytes.")
    if not extension:
        raise invalid("Provided `filename` has no extension, and there is no `content_type` to take one from.")
    if extension.removeprefix(".").lower() not in EXTENSIONS:
        raise invalid("Provided `filename` has an extension that is not supported for the File Upload API.")
    if content_type and _type_of(filename) not in {None, content_type}:
        raise invalid(f"Provided `content_type` {content_type} does not match the extension of `filename`.")


def send_upload(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer POST /v1/file_uploads/{id}/send."""
    upload = find_upload(workspace, visit.request.path_params["file_upload_id"])
    if (status := status_of(workspace, upload)) != "pending":
        raise invalid(f"File upload {upload.id} cannot be sent: its status is `{status}`, and should be `pending`.")
    if "file" not in visit.files:
        raise invalid_part("body", "body.file should be defined, instead was `undefined`.")
    sent = visit.call.body["file"]
    if unknown := set(visit.call.body) - {"file", "part_number"}:
        raise invalid_part("body", f"body.{min(unknown)} should be not present.")
    if upload.filename is None:
        _check_name(sent["filename"], None)
        upload.filename, upload.content_type = sent["filename"], upload.content_type or _type_of(sent["filename"])
    if upload.is_declared and upload.content_type != sent["content_type"]:
        raise invalid(
            f"The content type of the file, {sent['content_type']}, does not match that of the upload, {upload.content_type}."
        )
    place = _checked_number(upload, visit.call.body.get("part_number"))
    upload.parts[place] = _checked_part(workspace, upload, visit.files["file"], place)
    upload.is_uploaded, upload.edited_at = upload.parts_total is None, workspace.now()
    return upload_object(workspace, upload)


def _checked_number(upload: Upload, number: str | None) -> int:
    if upload.parts_total is None:
        if number is not None:
            raise invalid_part("body", f'body.part_number should be not present, instead was `"{number}"`.')
        return 1
    if number is None or not number.isdecimal() or not 1 <= int(number) <= upload.parts_total:
        raise invalid_part("body", f'body.part_number should be from `1` to `{upload.parts_total}`, instead was `"{number}"`.')
    return int(number)


def _checked_part(workspace: Workspace, upload: Upload, content: bytes, place: int) -> bytes:
    if not content:
        raise invalid("The file is empty.")
    if len(content) > LARGEST_PART:
        raise invalid(f"File size of {len(content)} bytes exceeds the limit of {LARGEST_PART} bytes for one part.")
    is_last = place == (upload.parts_total or 1)
    if not is_last and len(content) < SMALLEST_PART:
        raise invalid(f"Part size of {len(content)} bytes is below {SMALLEST_PART} bytes; only the last part may be smaller.")
    others = sum(len(part) for number, part in upload.parts.items() if number != place)
    if others + len(content) > workspace.max_file_bytes:
        raise invalid(f"File size exceeds the limit of {workspace.max_file_bytes} bytes for this workspace.")
    return content


def complete_upload(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer POST /v1/file_uploads/{id}/complete."""
    upload = find_upload(workspace, visit.request.path_params["file_upload_id"])
    if (status := status_of(workspace, upload)) != "pending":
        raise invalid(f"File upload {upload.id} cannot be completed: its status is `{status}`, and should be `pending`.")
    if upload.parts_total is None:
        raise invalid(f"File upload {upload.id} has one part, and needs no completion.")
    if len(upload.parts) != upload.parts_total:
        raise invalid(f"File upload {upload.id} lacks parts: {len(upload.parts)} of {upload.parts_total} were sent.")
    upload.is_uploaded, upload.edited_at = True, workspace.now()
    return upload_object(workspace, upload)


def show_upload(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer GET /v1/file_uploads/{id}."""
    return upload_object(workspace, find_upload(workspace, visit.request.path_params["file_upload_id"]))


def download(workspace: Workspace, visit: Visit) -> Response:
    """Give a file at the address that a page shows; like S3 it takes the signature of the address, and no token beside it."""
    upload = workspace.uploads.get(visit.request.path_params["upload_id"])
    query = visit.call.query
    if "authorization" in visit.request.headers:
        return _s3_error(400, "InvalidArgument")
    if upload is None or query.get("signature") != _sign(upload.id, query.get("expires", "")):
        return _s3_error(403, "SignatureDoesNotMatch")
    if workspace.now().timestamp() >= int(query["expires"]):
        return _s3_error(403, "AccessDenied")
    return Response(upload.content, media_type=upload.content_type)


def _s3_error(status: int, code: str) -> Response:
    return Response(f"<Error><Code>{code}</Code></Error>", status, media_type="application/xml")
