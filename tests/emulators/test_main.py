"""The one command that serves all vendors, as a person uses it."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

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
    usage = read_until(command, "OpenAI Chat Planner")
    gemini, *_, chat = ADDRESS.findall(usage)

    listed = httpx.get(f"{gemini}/v1beta/models", headers={"x-goog-api-key": "test-key"})
    question = {"model": "qwen3:latest", "messages": [{"role": "user", "content": "Which river?"}]}
    answered = httpx.post(f"{chat}/v1/chat/completions", json=question, headers={"authorization": "Bearer test-key"})
    told = read_until(command, "in all")
    command.send_signal(signal.SIGINT)

    assert (listed.status_code, answered.status_code) == (200, 200)
    assert len(set(ADDRESS.findall(usage))) == 7
    assert "GET  /v1beta/models" in told
    assert "POST /v1/chat/completions" in told
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
