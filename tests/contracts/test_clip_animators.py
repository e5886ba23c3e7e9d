"""What every clip animator promises."""

import numpy as np
import pytest

from blocks.capabilities.bench import Bench
from blocks.capabilities.clip_animator import ClipAnimator
from blocks.domain.products import Address, VideoFacts
from blocks.domain.specs import ClipSpec
from blocks.domain.storyboard import CameraMove
from blocks.media.nearness import save_still
from blocks.media.probe import measure
from blocks.providers.offline import OfflineClipAnimator

MAKERS = [OfflineClipAnimator()]


@pytest.fixture
def seed(bench: Bench) -> Address:
    picture = np.random.default_rng(1).integers(40, 200, (180, 320, 3), np.uint8)
    file = bench.folder / "seed.png"
    save_still(file, picture)
    return bench.storage.put(file)


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.kind)
def test_a_clip_is_silent_h264_of_the_seconds_asked_for(maker: ClipAnimator, bench: Bench, seed: Address) -> None:
    spec = ClipSpec(seed=seed, prompt="The camera moves", camera_move=CameraMove.PUSH_IN, seconds=2)

    facts = measure(maker.animate(spec, bench).file)

    assert isinstance(facts, VideoFacts)
    assert (facts.codec, facts.has_sound) == ("h264", False)
    assert facts.seconds == pytest.approx(2, abs=0.5)


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.kind)
def test_an_estimate_is_what_is_billed(maker: ClipAnimator, bench: Bench, seed: Address) -> None:
    spec = ClipSpec(seed=seed, prompt="The camera rests", camera_move=CameraMove.STATIC, seconds=1)

    assert maker.animate(spec, bench).usage == maker.estimate(spec)


def test_the_offline_animator_makes_exactly_the_frames_asked_for(bench: Bench, seed: Address) -> None:
    spec = ClipSpec(seed=seed, prompt="The camera pans", camera_move=CameraMove.PAN_LEFT, seconds=2, rate="25")

    facts = measure(OfflineClipAnimator().animate(spec, bench).file)

    assert isinstance(facts, VideoFacts)
    assert (facts.frames, facts.rate) == (50, "25")
