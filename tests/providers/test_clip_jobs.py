"""What animators that order jobs share: how they wait, what they send, which length they choose."""

from pathlib import Path

import numpy as np
import pytest

from blocks.capabilities import job_watch
from blocks.capabilities.clip_jobs import check_length, offered_seconds
from blocks.capabilities.job_watch import Pace, wait_for
from blocks.errors import BadSpec, CredentialsRejected, JobLate, ProviderUnavailable, RateLimited, StudioError
from blocks.media.nearness import save_still
from blocks.media.sending import read_picture_within


class Clock:
    """A clock that stands still but while somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.pauses_s: list[float] = []

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.pauses_s.append(seconds)
        self.now_s += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(job_watch, "time", clock)
    return clock


@pytest.mark.parametrize(("waited_s", "pause_s"), [(0, 3), (29, 3), (30, 7.5), (119, 7.5), (120, 18), (800, 18)])
def test_a_job_is_looked_at_closely_at_first_and_then_at_leisure(waited_s: float, pause_s: float) -> None:
    assert Pace(first_s=3).pause_s(waited_s) == pause_s


def test_what_is_there_already_is_not_waited_for(clock: Clock) -> None:
    assert wait_for(lambda: "there", Pace(first_s=3), 900, "job") == "there"
    assert clock.pauses_s == []


def test_a_service_that_asks_for_a_pause_gets_it(clock: Clock) -> None:
    answers = iter([RateLimited("slower", retry_after_s=50), "there"])

    assert wait_for(lambda: given(next(answers)), Pace(first_s=3), 900, "job") == "there"
    assert clock.pauses_s == [50]


def test_waiting_ends_with_one_last_look_when_patience_is_over(clock: Clock) -> None:
    looks: list[float] = []

    with pytest.raises(JobLate, match="job 7 has not ended"):
        wait_for(lambda: looks.append(clock.now_s), Pace(first_s=3), 100, "job 7")

    assert looks[-1] == 100


def test_a_job_that_cannot_be_looked_at_is_late_and_says_why(clock: Clock) -> None:
    with pytest.raises(JobLate, match="the service is away"):
        wait_for(lambda: given(ProviderUnavailable("the service is away")), Pace(first_s=3), 100, "job")


def test_trouble_that_another_look_cannot_mend_ends_the_wait(clock: Clock) -> None:
    with pytest.raises(CredentialsRejected):
        wait_for(lambda: given(CredentialsRejected("no such key")), Pace(first_s=3), 100, "job")

    assert clock.pauses_s == []


@pytest.mark.parametrize(("wanted", "chosen"), [(1, 5), (5, 5), (6, 10), (15, 10)])
def test_the_shortest_length_that_is_long_enough_is_chosen_or_the_longest(wanted: int, chosen: int) -> None:
    assert offered_seconds(wanted, (5, 10)) == chosen


def test_a_text_that_just_fits_is_taken() -> None:
    check_length("prompt", "p" * 10, 10, "model")

    with pytest.raises(BadSpec, match="11 characters and model takes 10"):
        check_length("prompt", "p" * 11, 10, "model")


def test_a_picture_that_is_too_heavy_even_as_a_jpeg_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "noise.png"
    save_still(file, np.random.default_rng(1).integers(0, 255, (200, 200, 3), np.uint8))

    assert read_picture_within(file, 200_000).content == file.read_bytes()
    assert read_picture_within(file, 100_000).media_type == "image/jpeg"
    with pytest.raises(BadSpec, match="even as a JPEG"):
        read_picture_within(file, 1000)


def given(answer: str | StudioError) -> str:
    if isinstance(answer, StudioError):
        raise answer
    return answer
