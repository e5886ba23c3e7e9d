"""The one command that serves all vendors, as a person uses it."""

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import jwt
import pytest

from tests.emulators import kie, kling, media, quick_media

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def start(*arguments):
    command = [sys.executable, "-m", "tests.emulators", *arguments]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def read_until(process, wanted):
    """Read what a process prints up to a line with these words."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if wanted in line:
            return "".join(lines)
    pytest.fail(f"{wanted!r} was never printed: {''.join(lines)} {process.stderr.read()}")


@pytest.fixture
def command():
    with start("--quick", "--port", "0") as process:
        yield process
        process.kill()


def test_all_vendors_are_served_and_tell_their_calls_until_they_are_stopped(command):
    usage = read_until(command, "Slack Webhook")
    gemini, *_, chat, youtube, notion, _ = ADDRESS.findall(usage)
    (films,) = re.findall(r"data_source_id=(\S+)", usage)

    listed = httpx.get(f"{gemini}/v1beta/models", headers={"x-goog-api-key": "test-key"})
    question = {"model": "qwen3:latest", "messages": [{"role": "user", "content": "Which river?"}]}
    answered = httpx.post(f"{chat}/v1/chat/completions", json=question, headers={"authorization": "Bearer test-key"})
    as_integration = {"authorization": "Bearer ntn_testkey", "notion-version": "2025-09-03"}
    queried = httpx.post(f"{notion}/v1/data_sources/{films}/query", json={}, headers=as_integration)
    (token,) = re.findall(r"access token (\S+)\)", usage)
    channels = httpx.get(f"{youtube}/youtube/v3/channels?part=id&mine=true", headers={"authorization": f"Bearer {token}"})
    told = read_until(command, "GET  /youtube/v3/channels")
    command.send_signal(signal.SIGINT)

    assert (listed.status_code, answered.status_code) == (200, 200)
    assert len(queried.json()["results"]) == 5
    assert len(channels.json()["items"]) == 1
    assert len(set(ADDRESS.findall(usage))) == 10
    assert "GET  /v1beta/models" in told
    assert "POST /v1/chat/completions" in told
    assert f"POST /v1/data_sources/{films}/query" in told
    assert command.wait(timeout=20) == 0


def test_a_port_that_is_taken_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with start("--quick", "--port", str(port)) as process:
            _, told = process.communicate(timeout=60)

    assert process.returncode == 1
    assert f"port {port} is taken" in told


# Fine clips take longer than a download may wait


@pytest.fixture
def camera(monkeypatch):
    """Makes clips once it is let."""
    let = threading.Event()

    def clip(*_, **__):
        let.wait(10)
        return b"a clip"

    monkeypatch.setattr(media, "clip", clip)
    yield let
    let.set()


def await_end(job):
    for _ in range(1000):
        if job.has_ended:
            return True
        time.sleep(0.005)
    return False


def test_a_fine_job_of_kie_runs_until_its_clip_is_made(camera):
    with kie.served(fine=True, dwell_s=0) as vendor:
        bearer = {"authorization": f"Bearer {vendor.api_key}"}
        files = {"file": ("still.png", quick_media.picture("a river", (640, 360), None), "image/png")}
        uploaded = httpx.post(
            f"{vendor.upload_url}/api/file-stream-upload", headers=bearer, files=files, data={"uploadPath": "seeds"}
        )
        wanted = {"prompt": "mist drifts", "image_url": uploaded.json()["data"]["downloadUrl"], "duration": "5"}
        order = {"model": "kling/v2-5-turbo-image-to-video-pro", "input": wanted}
        httpx.post(f"{vendor.url}/api/v1/jobs/createTask", headers=bearer, json=order).raise_for_status()
        (job,) = vendor.jobs.values()
        before = job.state
        camera.set()

        assert before == "generating"
        assert await_end(job)


def test_a_fine_task_of_kling_runs_until_its_clip_is_made(camera):
    with kling.served(fine=True, dwell_s=0) as vendor:
        now_s = int(time.time())
        token = jwt.encode({"iss": vendor.access_key, "exp": now_s + 60, "nbf": now_s - 5}, vendor.secret_key, "HS256")
        image = base64.b64encode(quick_media.picture("a river", (640, 360), None)).decode()
        order = {"model_name": "kling-v2-5-turbo", "image": image, "prompt": "mist drifts", "duration": "5", "mode": "pro"}
        bearer = {"authorization": f"Bearer {token}"}
        httpx.post(f"{vendor.url}/v1/videos/image2video", headers=bearer, json=order).raise_for_status()
        (task,) = vendor.tasks.values()
        before = task.status
        camera.set()

        assert before == "processing"
        assert await_end(task)
