"""Making a film from the shell: words on the command line become a request."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from blocks.domain.gates import Gate, GateMode
from blocks.domain.misfits import say_misfit
from blocks.domain.request import Quality, VideoRequest
from blocks.domain.stages import PublishedVideo
from blocks.errors import BadSpec, StudioError
from blocks.estimate import estimate_film, estimate_idea, plan_spec
from blocks.home import prefect_at_home
from blocks.storyboard_files import load_storyboard
from blocks.studio import open_studio


def run_from_shell(produce: Callable[..., Coroutine[Any, Any, PublishedVideo]], arguments: Sequence[str] | None = None) -> None:
    """Make the film that the command line asks for; the last line printed says where it is.

    Exits with 1 and one clear message when the film cannot be made.
    """
    parser = argparse.ArgumentParser(
        prog="python -m flows.produce", description="Make a film: from a storyboard file, or from a topic and a story direction."
    )
    add_request_arguments(parser)
    parser.add_argument("--channel", default="demo", help="channel that the film is for (default: %(default)s)")
    parser.add_argument("--estimate", action="store_true", help="say what the film would cost, step by step, and make nothing")
    given = parser.parse_args(arguments)
    try:
        request = read_request(given)
        with prefect_at_home():
            if given.estimate:
                print(asyncio.run(_estimate(request, given.channel)))
                return
            film = asyncio.run(produce(request, channel=given.channel))
    except StudioError as error:
        sys.exit(f"error: {error}")
    print(place_of(film))


def add_request_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a command line say what film is wanted."""
    parser.add_argument("--story", type=_path, help="storyboard file, YAML or JSON")
    parser.add_argument("--topic", default="", help="what the film is about, in a few words")
    parser.add_argument("--direction", default="", help="the story to tell, in sentences")
    parser.add_argument("--title", default="", help="title of the film")
    parser.add_argument("--seconds", type=int, help="length to plan for (default: the channel's)")
    parser.add_argument(
        "--quality",
        type=Quality,
        choices=list(Quality),
        default=Quality.FINAL,
        help="draft: made offline and free, to be watched first (default: %(default)s)",
    )
    parser.add_argument(
        "--privacy",
        default=None,
        help="who may watch it once it is published: private, unlisted, public (default: the channel's)",
    )
    parser.add_argument(
        "--publish-at", metavar="TIME", help="when it becomes public by itself, as 2026-12-01T18:00+01:00; private until then"
    )
    parser.add_argument("--burn-captions", action="store_true", help="draw the captions into the picture")


def read_request(given: argparse.Namespace) -> VideoRequest:
    """Build the request, reading its storyboard file if there is one.

    Raises:
        BadSpec: the file or the words cannot be used; every problem is named.
    """
    board = load_storyboard(given.story) if given.story else None
    try:
        return VideoRequest(
            title=given.title,
            topic=given.topic,
            story_direction=given.direction,
            storyboard=board,
            target_seconds=given.seconds,
            quality=given.quality,
            privacy=given.privacy,
            publish_at=given.publish_at,
            burn_captions=given.burn_captions,
            gates=dict.fromkeys(Gate, GateMode.AUTO),
        )
    except ValidationError as error:
        problems = "\n".join(f"  - {_said(problem)}" for problem in error.errors())
        raise BadSpec(f"the film cannot be made as asked:\n{problems}") from error


def _said(problem: ErrorDetails) -> str:
    """Say what is wrong with one option, in the words that tables and pages are told in."""
    if not problem["loc"]:
        return problem["msg"].removeprefix("Value error, ")
    option = _OPTIONS.get(str(problem["loc"][0]), str(problem["loc"][0]))
    return say_misfit(option, option, problem).message


def place_of(film: PublishedVideo) -> str:
    """Give a film's web address, or its path when it lies in a folder."""
    parts = urlsplit(film.url)
    return unquote(parts.path) if parts.scheme == "file" else film.url


async def _estimate(request: VideoRequest, channel: str) -> str:
    """Lay out what a film would cost as a table."""
    studio = await open_studio(request.name(channel))
    board = request.storyboard
    estimate = (
        estimate_film(board, studio.channel) if board else estimate_idea(plan_spec(request, studio.channel), studio.channel)
    )
    lines = [f"{'step':<12}{'items':>6}  {'maker':<12}{'USD':>9}"]
    lines += [f"{line.step:<12}{line.items:>6}  {line.maker:<12}{_usd(line.usd):>9}" for line in estimate.lines]
    lines.append(f"{'total':<12}{'':>6}  {'':<12}{_usd(estimate.total_usd):>9}")
    lines.append(
        f"the channel allows {studio.channel.video_budget_usd:.2f} USD a film and {studio.channel.daily_budget_usd:.2f} USD a day"
    )
    return "\n".join(lines)


def _usd(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount:.2f}"


def _path(text: str) -> Path | None:
    """Read an empty word as no file: `make` passes one when no story is named."""
    return Path(text) if text else None


_OPTIONS = {
    "topic": "--topic",
    "story_direction": "--direction",
    "title": "--title",
    "target_seconds": "--seconds",
    "privacy": "--privacy",
    "publish_at": "--publish-at",
}
"""Where each field of a request is written."""
