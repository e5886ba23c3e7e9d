"""Kling's own video API on loopback, with the host of its results."""

from __future__ import annotations

import base64
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import jwt
from starlette.responses import Response

from tests.emulators import faults as ways
from tests.emulators import media
from tests.emulators.kling_forms import order_problem
from tests.emulators.serving import Emulator, Handler, Visit, as_json, serving

JOB_REFUSED = "job fails: Failure to pass the risk control system"
JOB_FAILED = "job fails: Generation failed"
JOB_LATE = "job late"
"""The job runs for `late_s`."""
EMPTY_RESULT = "empty result"
"""The job has ended well, and its list of videos is empty still."""
UNSEEN = "unseen"
"""Kling does not know the job yet."""
EXPIRED = "expired"
"""The address of a result holds no longer."""
GARBAGE = "garbage"
"""A page of HTML instead of a clip."""

STATUSES = {
    **dict.fromkeys((1000, 1001, 1002, 1003, 1004), 401),
    **dict.fromkeys((1100, 1101, 1102, 1302, 1303, 1304), 429),
    1103: 403,
    **dict.fromkeys((1200, 1201, 1300, 1301), 400),
    **dict.fromkeys((1202, 1203), 404),
    5000: 500,
    5001: 503,
    5002: 504,
}
"""The HTTP status that goes with each code."""
_COMMON = {ways.RATE_LIMITED: 1302, ways.OVERLOADED: 5001, ways.BROKEN: 5000, UNSEEN: 1203}
_USD_PER_S = {("kling-v3", "std"): Decimal("0.084")}
_OTHER_USD_PER_S = Decimal("0.07")
_LONGEST_TOKEN_S = 1800
_CLOCKS_DIFFER_S = 10


def answering(code: int) -> str:
    """Name the fault of a call that is answered by a code, with the HTTP status that belongs to it; nothing is done."""
    return f"code {code}"


@dataclass
class Task:
    """One clip in the making."""

    task_id: str
    order: dict[str, Any]
    ends_after_s: float
    failure: str
    """Why it will fail; empty when it will not."""
    began_s: float = field(default_factory=time.monotonic)
    began_ms: int = field(default_factory=lambda: int(time.time() * 1000))
    signature: str = field(default_factory=lambda: secrets.token_hex(16))
    making: threading.Thread | None = None
    """Makes its clip while it runs, where that takes long."""

    @property
    def has_ended(self) -> bool:
        is_made = self.making is None or not self.making.is_alive()
        return is_made and time.monotonic() - self.began_s >= self.ends_after_s

    @property
    def status(self) -> str:
        if self.has_ended:
            return "failed" if self.failure else "succeed"
        return "submitted" if time.monotonic() - self.began_s < self.ends_after_s / 3 else "processing"


@dataclass
class KlingEmulator(Emulator):
    """The video API; results are served beside it, to whoever sends no key."""

    access_key: str = "test-key"
    secret_key: str = "secret-of-at-least-32-characters"
    dwell_s: float = 0.05
    """How long a job takes."""
    late_s: float = 3600.0
    """How long a job of the fault `job late` takes."""
    fine: bool = False
    tasks: dict[str, Task] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        return {
            ("POST", "/v1/videos/image2video"): ("image2video", self.create),
            ("GET", "/v1/videos/image2video"): ("tasks", self.list),
            ("GET", "/v1/videos/image2video/{name}"): ("task", self.task),
            ("GET", "/results/{name}"): ("download", self.result),
        }

    def counts_as_in_flight(self, endpoint: str) -> bool:
        return False  # jobs are counted instead

    @property
    def peak_jobs(self) -> int:
        """Most jobs that ran at one moment."""
        return self.books.peak

    def fault_answer(self, visit: Visit, fault: str) -> Response:
        if fault == GARBAGE:
            return Response("<html>please wait</html>", media_type="text/html")
        if fault == EXPIRED:
            return Response("<Error>AccessDenied</Error>", 403, media_type="application/xml")
        if fault == JOB_LATE or fault.startswith("job fails"):
            return self.create(visit)
        if fault == EMPTY_RESULT:
            return self.task(visit)
        code = _COMMON.get(fault) or int(fault.removeprefix("code "))
        return refused(visit, code)

    def create(self, visit: Visit) -> Response:
        order = visit.call.body
        if denied := self._denied(visit):
            return denied
        if problem := order_problem(order):
            return refused(visit, 1201, problem)
        with self._lock:
            own_id = order.get("external_task_id")
            if own_id is not None and self._find(own_id):
                return refused(visit, 1201, "external_task_id already exists")
            task = self._begin(visit, order)
        return answered(visit, self._as_object(task))

    def task(self, visit: Visit) -> Response:
        if denied := self._denied(visit):
            return denied
        with self._lock:
            task = self._find(visit.request.path_params["name"])
        if task is None:
            return refused(visit, 1203, "The task does not exist")
        return answered(visit, self._as_object(task, visit.fault))

    def list(self, visit: Visit) -> Response:
        if denied := self._denied(visit):
            return denied
        query = visit.call.query
        if set(query) - {"pageNum", "pageSize"} or not all(one.isdecimal() for one in query.values()):
            return refused(visit, 1201, "unknown parameter")
        page, size = int(query.get("pageNum", 1)), int(query.get("pageSize", 30))
        if not (1 <= page <= 1000 and 1 <= size <= 500):
            return refused(visit, 1201, "pageNum or pageSize is out of range")
        with self._lock:
            newest_first = list(reversed(self.tasks.values()))
        return answered(visit, [self._as_object(task) for task in newest_first[(page - 1) * size : page * size]])

    def result(self, visit: Visit) -> Response:
        if "authorization" in visit.request.headers:
            return Response("<Error>Only one auth mechanism allowed</Error>", 400, media_type="application/xml")
        with self._lock:
            task = self.tasks.get(visit.request.path_params["name"].removesuffix(".mp4"))
        if task is None or task.status != "succeed":
            return Response("<Error>NoSuchKey</Error>", 404, media_type="application/xml")
        if visit.call.query != {"signature": task.signature}:
            return Response("<Error>AccessDenied</Error>", 403, media_type="application/xml")
        return Response(self.clip_of(task), media_type="video/mp4")

    def clip_of(self, task: Task) -> bytes:
        """Make a task's clip."""
        width_px, height_px = (1280, 720) if task.order.get("mode", "std") == "std" else (1920, 1080)
        still, seconds = base64.b64decode(task.order["image"]), int(task.order.get("duration", "5"))
        return media.clip(still, seconds, width_px=width_px, height_px=height_px, prompt=task.order["prompt"], fine=self.fine)

    def _denied(self, visit: Visit) -> Response | None:
        scheme, _, token = visit.request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            return refused(visit, 1001, "Authorization is empty")
        try:
            self._check_token(token)
        except jwt.ExpiredSignatureError:
            return refused(visit, 1004, "Authorization is expired")
        except jwt.ImmatureSignatureError:
            return refused(visit, 1003, "Authorization is not valid yet")
        except jwt.InvalidTokenError as error:
            return refused(visit, 1002, f"Authorization is invalid: {error}")
        return None

    def _check_token(self, token: str) -> None:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(
            token, self.secret_key, algorithms=["HS256"], issuer=self.access_key, options={"require": ["iss", "exp", "nbf"]}
        )
        if header != {"alg": "HS256", "typ": "JWT"} or set(claims) != {"iss", "exp", "nbf"}:
            raise jwt.InvalidTokenError("it is not made as documented")
        if claims["exp"] - time.time() > _LONGEST_TOKEN_S + _CLOCKS_DIFFER_S:
            raise jwt.InvalidTokenError("it holds for too long")

    def _begin(self, visit: Visit, order: dict[str, Any]) -> Task:
        fault = visit.fault or ""
        failure = fault.removeprefix("job fails: ") if fault.startswith("job fails") else ""
        task = Task(visit.request_id, order, self.late_s if fault == JOB_LATE else self.dwell_s, failure)
        self.tasks[task.task_id] = task
        if self.fine and not failure:
            task.making = threading.Thread(target=self.clip_of, args=(task,), daemon=True)
            task.making.start()
        rate = _USD_PER_S.get((order["model_name"], order.get("mode", "std")), _OTHER_USD_PER_S)
        self.books.charge(task.task_id, "image2video", rate * int(order.get("duration", "5")), order["prompt"])
        self.books.peak = max(self.books.peak, sum(not one.has_ended for one in self.tasks.values()))
        return task

    def _find(self, name: str) -> Task | None:
        own = (task for task in self.tasks.values() if task.order.get("external_task_id") == name)
        return self.tasks.get(name) or next(own, None)

    def _as_object(self, task: Task, fault: str | None = None) -> dict[str, Any]:
        status = task.status
        seen: dict[str, Any] = {
            "task_id": task.task_id,
            "task_status": status,
            "task_info": {"external_task_id": task.order.get("external_task_id")},
            "created_at": task.began_ms,
            "updated_at": int(time.time() * 1000),
        }
        if status == "failed":
            self.books.refund(task.task_id)  # what is seen as failed has been paid back already
            seen["task_status_msg"] = task.failure
        if status == "succeed":
            url = f"{self.url}/results/{task.task_id}.mp4?signature={task.signature}"
            video = {"id": f"video-{task.task_id}", "url": url, "duration": f"{task.order.get('duration', '5')}.0"}
            seen["task_result"] = {"videos": [] if fault == EMPTY_RESULT else [video]}
        return seen


def answered(visit: Visit, content: Any) -> Response:
    """Answer as Kling does when all is well."""
    return as_json({"code": 0, "message": "SUCCEED", "request_id": visit.request_id, "data": content})


def refused(visit: Visit, code: int, words: str = "") -> Response:
    """Refuse as Kling does: an HTTP status, and a code in the body that says more."""
    message = words or f"refused with code {code}"
    return as_json({"code": code, "message": message, "request_id": visit.request_id}, STATUSES[code])


@contextmanager
def served(**options: Any) -> Iterator[KlingEmulator]:
    """Serve it."""
    vendor = KlingEmulator(**options)
    with serving(vendor):
        yield vendor
