"""KIE's job API, and the account that its three hosts share."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from tests.emulators import media
from tests.emulators.kie_forms import credits_of, image_problem, images_of, order_problem, seconds_of, size_of
from tests.emulators.kie_words import EMPTY_RESULT, JOB_LATE, PLAIN_RESULT, RECORD_NULL, UNREADABLE, fault_in_words, refused
from tests.emulators.serving import Emulator, Handler, Visit, as_json

CREDIT_USD = Decimal("0.005")


@dataclass
class Job:
    """One clip in the making."""

    task_id: str
    order: dict[str, Any]
    credits: Decimal
    ends_after_s: float
    failure: tuple[str, str] | None
    """Code and message, of a job that will fail."""
    unbooked_looks: int
    """How many more looks at the balance do not show its charge."""
    began_s: float = field(default_factory=time.monotonic)
    began_ms: int = field(default_factory=lambda: int(time.time() * 1000))
    signature: str = field(default_factory=lambda: secrets.token_hex(16))
    is_refunded: bool = False
    making: threading.Thread | None = None
    """Makes its clip while it runs, where that takes long."""

    @property
    def has_ended(self) -> bool:
        is_made = self.making is None or not self.making.is_alive()
        return is_made and time.monotonic() - self.began_s >= self.ends_after_s

    @property
    def state(self) -> str:
        if self.has_ended:
            return "fail" if self.failure else "success"
        done = (time.monotonic() - self.began_s) / max(self.ends_after_s, 1e-9)
        return "waiting" if done < 0.1 else "queuing" if done < 0.3 else "generating"


@dataclass
class KieEmulator(Emulator):
    """The job API, and the account that all three hosts share."""

    api_key: str = "test-key"
    credits: Decimal = Decimal(100_000)
    dwell_s: float = 0.05
    """How long a job takes."""
    late_s: float = 3600.0
    """How long a job of the fault `job late` takes."""
    unbooked_looks: int = 0
    """How many looks at the balance after an order do not show its charge yet."""
    fails_unbilled: bool = True
    """Whether credits of failed jobs are given back."""
    orders_per_10_s: int | None = None
    """How many orders are taken in ten seconds; KIE's is 20."""
    webhook_key: str = ""
    """Callbacks are signed with it, if there is one."""
    callback_copies: int = 1
    """How often each callback is sent."""
    fine: bool = False
    upload_url: str = ""
    files_url: str = ""
    jobs: dict[str, Job] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    """Uploads by address."""
    account: threading.RLock = field(default_factory=threading.RLock)
    _ordered_at_s: list[float] = field(default_factory=list)
    _timers: list[threading.Timer] = field(default_factory=list)

    def routes(self) -> dict[tuple[str, str], tuple[str, Handler]]:
        return {
            ("POST", "/api/v1/jobs/createTask"): ("createTask", self.create),
            ("GET", "/api/v1/jobs/recordInfo"): ("recordInfo", self.record),
            ("GET", "/api/v1/chat/credit"): ("credit", self.balance),
            ("POST", "/api/v1/common/download-url"): ("downloadUrl", self.link),
        }

    def counts_as_in_flight(self, endpoint: str) -> bool:
        return False  # jobs are counted instead

    @property
    def peak_jobs(self) -> int:
        """Most jobs that ran at one moment."""
        return self.books.peak

    def fault_answer(self, visit: Visit, fault: str) -> Response:
        if fault == UNREADABLE:
            return Response("<html>a page of some proxy</html>", media_type="text/html")
        if fault == JOB_LATE or fault.startswith("job fails"):
            return self.create(visit)
        if fault == RECORD_NULL:
            return refused(422, "recordInfo is null")
        if fault in {EMPTY_RESULT, PLAIN_RESULT}:
            return self.record(visit)
        return fault_in_words(fault)

    def create(self, visit: Visit) -> Response:
        order = visit.call.body
        if (denied := self.denied(visit)) or (denied := self._order_refused(order)):
            return denied
        with self.account:
            now_s = time.monotonic()
            self._ordered_at_s = [at_s for at_s in self._ordered_at_s if now_s - at_s < 10]
            if self.orders_per_10_s is not None and len(self._ordered_at_s) >= self.orders_per_10_s:
                return refused(429)
            if self._left() < credits_of(order):
                return refused(402)
            self._ordered_at_s.append(now_s)
            job = self._begin(visit, order)
        self._call_back_later(job)
        return as_json({"code": 200, "msg": "success", "data": {"taskId": job.task_id, "recordId": job.task_id}})

    def record(self, visit: Visit) -> Response:
        if denied := self.denied(visit):
            return denied
        if set(visit.call.query) != {"taskId"}:
            return refused(422, "taskId is required")
        with self.account:
            job = self.jobs.get(visit.call.query["taskId"])
            if job is None:
                return refused(422, "recordInfo is null")
            return as_json({"code": 200, "msg": "success", "data": self._as_record(job, visit.fault)})

    def balance(self, visit: Visit) -> Response:
        if denied := self.denied(visit):
            return denied
        with self.account:
            shown = self._left() + sum((job.credits for job in self.jobs.values() if job.unbooked_looks), Decimal(0))
            for job in self.jobs.values():
                job.unbooked_looks = max(0, job.unbooked_looks - 1)
        return as_json({"code": 200, "msg": "success", "data": _number(shown)})

    def link(self, visit: Visit) -> Response:
        body = visit.call.body
        if denied := self.denied(visit):
            return denied
        if not isinstance(body, dict) or set(body) != {"url"}:
            return refused(422)
        with self.account:
            for job in self.jobs.values():
                if body["url"] == self.result_url(job):
                    link = self.result_url(job).replace("/results/", "/temporary/")
                    return as_json({"code": 200, "msg": "success", "data": link})
        return refused(422, "The URL was not generated by this platform")

    def denied(self, visit: Visit) -> Response | None:
        """Refuse a call without the account's key, or a body that says it is something else."""
        if visit.request.headers.get("authorization") != f"Bearer {self.api_key}":
            return refused(401)
        kind = visit.request.headers.get("content-type", "")
        if visit.call.method == "POST" and not kind.startswith(("application/json", "multipart/form-data; boundary=")):
            return refused(422, "Content-Type must be application/json")
        return None

    def result_url(self, job: Job) -> str:
        """Give the address of a job's clip."""
        return f"{self.files_url}/results/{job.task_id}.mp4?signature={job.signature}"

    def clip_of(self, job: Job) -> bytes:
        """Make a job's clip."""
        width_px, height_px = size_of(job.order)
        wanted = job.order["input"]
        still = self.pictures[images_of(wanted)[0]]
        seconds, prompt = seconds_of(job.order), wanted["prompt"]
        return media.clip(still, seconds, width_px=width_px, height_px=height_px, prompt=prompt, fine=self.fine)

    def spend(self, amount: Decimal) -> None:
        """Let somebody else use the account."""
        with self.account:
            self.credits -= amount

    def stop_callbacks(self) -> None:
        """Send no more callbacks."""
        for timer in self._timers:
            timer.cancel()
        for timer in self._timers:
            timer.join(timeout=10)

    def _order_refused(self, order: Any) -> Response | None:
        if problem := order_problem(order):
            return refused(422, problem)
        for url in images_of(order["input"]):
            if url not in self.pictures:
                return refused(422, f"image could not be fetched: {url}")
            if problem := image_problem(self.pictures[url]):
                return refused(422, problem)
        return None

    def _begin(self, visit: Visit, order: dict[str, Any]) -> Job:
        fault, failure = visit.fault or "", None
        if fault.startswith("job fails "):
            code, _, words = fault.removeprefix("job fails ").partition(": ")
            failure = (code, words)
        ends_after_s = self.late_s if fault == JOB_LATE else self.dwell_s
        job = Job(f"task_{visit.request_id}", order, credits_of(order), ends_after_s, failure, self.unbooked_looks)
        self.jobs[job.task_id] = job
        if self.fine and not failure:
            job.making = threading.Thread(target=self.clip_of, args=(job,), daemon=True)
            job.making.start()
        self.credits -= job.credits
        self.books.charge(job.task_id, "createTask", job.credits * CREDIT_USD, order["input"]["prompt"])
        self.books.peak = max(self.books.peak, sum(not one.has_ended for one in self.jobs.values()))
        return job

    def _left(self) -> Decimal:
        self._give_back()
        return self.credits

    def _give_back(self) -> None:
        for job in self.jobs.values():
            if job.failure and job.has_ended and self.fails_unbilled and not job.is_refunded:
                job.is_refunded = True
                self.credits += job.credits
                self.books.refund(job.task_id)

    def _as_record(self, job: Job, fault: str | None = None) -> dict[str, Any]:
        state = job.state
        has_ended = state in {"success", "fail"}
        self._give_back()  # what is seen as failed has been paid back already
        code, words = job.failure if job.failure and state == "fail" else ("", "")
        result: Any = ""
        if state == "success":
            result = {"resultUrls": [] if fault == EMPTY_RESULT else [self.result_url(job)]}
            result = result if fault == PLAIN_RESULT else json.dumps(result)
        record: dict[str, Any] = {
            "taskId": job.task_id,
            "model": job.order["model"],
            "state": state,
            "param": json.dumps(job.order),
            "resultJson": result,
            "failCode": code,
            "failMsg": words,
            "costTime": int(job.ends_after_s * 1000) if has_ended else 0,
            "createTime": job.began_ms,
            "updateTime": int(time.time() * 1000),
            "completeTime": job.began_ms + int(job.ends_after_s * 1000) if has_ended else 0,
        }
        if has_ended:
            record |= {"creditsConsumed": 0 if job.is_refunded else _number(job.credits), "progress": 100}
        return record

    def _call_back_later(self, job: Job) -> None:
        if not (url := job.order.get("callBackUrl")):
            return
        timer = threading.Timer(job.ends_after_s + 0.02, self._call_back, (url, job))
        timer.daemon = True
        self._timers.append(timer)
        timer.start()

    def _call_back(self, url: str, job: Job) -> None:
        with self.account:
            body = json.dumps({"code": 200, "msg": "success", "data": self._as_record(job)}).encode()
        headers = {"content-type": "application/json"}
        if self.webhook_key:
            at = str(int(time.time()))
            headers |= {"x-webhook-timestamp": at, "x-webhook-signature": signature(self.webhook_key, job.task_id, at)}
        for _ in range(self.callback_copies):
            try:
                urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10).close()
            except OSError:
                continue  # how often KIE tries again is not known


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == int(amount) else float(amount)


def signature(key: str, task_id: str, at: str) -> str:
    """Sign a callback: the job and the time, but not the body."""
    return base64.b64encode(hmac.digest(key.encode(), f"{task_id}.{at}".encode(), hashlib.sha256)).decode()
