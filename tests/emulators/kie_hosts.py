"""KIE's host for uploads, and the host of its results."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.responses import Response

from tests.emulators.kie_api import KieEmulator
from tests.emulators.kie_words import GARBAGE, STATUSES, fault_in_words, refused
from tests.emulators.serving import Emulator, Handler, Visit, as_json


@dataclass
class KieUploads(Emulator):
    """The host that takes pictures."""

    vendor: KieEmulator = field(default_factory=KieEmulator)

    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        return {("POST", "/api/file-stream-upload"): ("upload", self.upload)}

    def counts_as_in_flight(self, endpoint: str) -> bool:
        return False

    def fault_answer(self, visit: Visit, fault: str) -> Response:
        return fault_in_words(fault)

    def upload(self, visit: Visit) -> Response:
        form = visit.call.body
        if denied := self.vendor.denied(visit):
            return denied
        if not isinstance(form, dict) or set(visit.files) != {"file"} or not {"uploadPath"} <= set(form) - {"file"}:
            return refused(400, "file and uploadPath are required")
        if unknown := set(form) - {"file", "uploadPath", "fileName"}:
            return refused(400, f"unknown field: {min(unknown)}")
        folder, name = form["uploadPath"], form.get("fileName", form["file"]["filename"])
        if folder.startswith("/") or folder.endswith("/") or "/" in name:
            return refused(400, "uploadPath must not begin or end with a slash")
        url, content = f"{self.vendor.files_url}/{folder}/{name}", visit.files["file"]
        with self.vendor.account:
            self.vendor.pictures.setdefault(url, content)  # the first file of a name stays in the cache
        return as_json(
            {
                "success": True,
                "code": 200,
                "msg": "File uploaded successfully",
                "data": {
                    "fileName": name,
                    "filePath": f"{folder}/{name}",
                    "downloadUrl": url,
                    "fileSize": len(content),
                    "mimeType": form["file"]["content_type"],
                    "uploadedAt": "2026-11-22T12:00:00.000Z",
                },
            }
        )


@dataclass
class KieFiles(Emulator):
    """The host that keeps results; it wants no key, and refuses whoever sends one."""

    vendor: KieEmulator = field(default_factory=KieEmulator)

    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        return {
            ("GET", "/results/{name}"): ("download", self.result),
            ("GET", "/temporary/{name}"): ("temporary", self.result),
        }

    def counts_as_in_flight(self, endpoint: str) -> bool:
        return False

    def fault_answer(self, visit: Visit, fault: str) -> Response:
        if fault == GARBAGE:
            return Response("<html>please wait</html>", media_type="text/html")
        return Response(f"<Error>{fault}</Error>", STATUSES[fault], media_type="application/xml")

    def result(self, visit: Visit) -> Response:
        if "authorization" in visit.request.headers:
            return Response("<Error>Only one auth mechanism allowed</Error>", 400, media_type="application/xml")
        with self.vendor.account:
            job = self.vendor.jobs.get(visit.request.path_params["name"].removesuffix(".mp4"))
        if job is None or job.state != "success":
            return Response("<Error>NoSuchKey</Error>", 404, media_type="application/xml")
        if visit.call.query != {"signature": job.signature}:
            return Response("<Error>AccessDenied</Error>", 403, media_type="application/xml")
        return Response(self.vendor.clip_of(job), media_type="video/mp4")
