"""What every clip animator promises."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from blocks.capabilities.bench import Bench
from blocks.capabilities.clip_animator import ClipAnimator
from blocks.domain.products import Address, VideoFacts
from blocks.domain.specs import ClipSpec
from blocks.domain.storyboard import CameraMove
from blocks.media.nearness import save_still
from blocks.media.probe import measure
from blocks.providers.kie.animator import KlingAnimator
from blocks.providers.kie.api import KieCredentials
from blocks.providers.kling.animator import KlingOfficialAnimator
from blocks.providers.kling.api import KlingCredentials
from blocks.providers.offline import OfflineClipAnimator
from tests.emulators.kie import KieEmulator
from tests.emulators.kling import KlingEmulator


def kie_animator(kie: KieEmulator) -> KlingAnimator:
    credentials = KieCredentials(api_key=SecretStr(kie.api_key), base_url=kie.url)
    return KlingAnimator(credentials=credentials, upload_url=kie.upload_url, poll_s=0.01)


def kling_animator(kling: KlingEmulator) -> KlingOfficialAnimator:
    keys = {"access_key": SecretStr(kling.access_key), "secret_key": SecretStr(kling.secret_key)}
    return KlingOfficialAnimator(
        credentials=KlingCredentials(**keys, base_url=kling.url), model="kling-v3", mode="std", poll_s=0.01
    )


MAKERS = {
    "offline": lambda vendors: OfflineClipAnimator(),
    "kie": lambda vendors: kie_animator(vendors("kie")),
    "kling": lambda vendors: kling_animator(vendors("kling")),
}


@pytest.fixture(params=MAKERS)
def maker(request: pytest.FixtureRequest) -> ClipAnimator:
    return MAKERS[request.param](request.getfixturevalue)


@pytest.fixture
def seed(bench: Bench) -> Address:
    picture = np.random.default_rng(1).integers(40, 200, (360, 640, 3), np.uint8)
    file = bench.folder / "seed.png"
    save_still(file, picture)
    return bench.storage.put(file)


def test_a_clip_is_silent_h264_of_at_least_the_seconds_asked_for(maker: ClipAnimator, bench: Bench, seed: Address) -> None:
    spec = ClipSpec(seed=seed, prompt="The camera moves", camera_move=CameraMove.PUSH_IN, seconds=2)

    facts = measure(maker.animate(spec, bench).file)

    assert isinstance(facts, VideoFacts)
    assert (facts.codec, facts.has_sound) == ("h264", False)
    assert 1.5 <= facts.seconds <= 5.5


def test_the_price_of_an_estimate_is_what_is_billed(maker: ClipAnimator, bench: Bench, seed: Address) -> None:
    spec = ClipSpec(seed=seed, prompt="The camera rests", camera_move=CameraMove.STATIC, seconds=1)

    billed, estimated = maker.price(maker.animate(spec, bench).usage), maker.price(maker.estimate(spec))

    assert float(billed) == pytest.approx(float(estimated), rel=0.05)


def test_a_clip_is_put_on_the_bench_and_nothing_else_is(maker: ClipAnimator, bench: Bench, seed: Address) -> None:
    spec = ClipSpec(seed=seed, prompt="The camera rests", camera_move=CameraMove.STATIC, seconds=1)

    made = maker.animate(spec, bench)

    assert [Path(made.file)] == list(bench.folder.iterdir())


def test_the_offline_animator_makes_exactly_the_frames_asked_for(bench: Bench, seed: Address) -> None:
    spec = ClipSpec(seed=seed, prompt="The camera pans", camera_move=CameraMove.PAN_LEFT, seconds=2, rate="25")

    facts = measure(OfflineClipAnimator().animate(spec, bench).file)

    assert isinstance(facts, VideoFacts)
    assert (facts.frames, facts.rate) == (50, "25")
