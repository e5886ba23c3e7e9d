"""What every image maker promises."""

import pytest

from blocks.capabilities.bench import Bench
from blocks.capabilities.image_maker import ImageMaker
from blocks.domain.products import PictureFacts
from blocks.domain.specs import ImageSpec
from blocks.domain.storyboard import AssetKind
from blocks.media.nearness import load_still
from blocks.media.probe import measure
from blocks.providers.offline import OfflineImageMaker

MAKERS = [OfflineImageMaker()]

LAKE = ImageSpec(
    kind=AssetKind.ENVIRONMENT,
    prompt="Dawn, low sun, thin fog.\n\nA still lake below dark mountains",
    style_pack="silhouette",
    width_px=480,
    height_px=270,
)
WOLF = ImageSpec(
    kind=AssetKind.CHARACTER,
    prompt="A wolf standing",
    style_pack="silhouette",
    width_px=256,
    height_px=256,
    transparent=True,
)


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.kind)
def test_a_picture_has_the_size_asked_for_and_is_opaque(maker: ImageMaker, bench: Bench) -> None:
    facts = measure(maker.draw(LAKE, bench).file)

    assert isinstance(facts, PictureFacts)
    assert (facts.width_px, facts.height_px, facts.has_alpha) == (480, 270, False)


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.kind)
def test_a_cut_out_has_a_clear_ground_and_a_solid_figure(maker: ImageMaker, bench: Bench) -> None:
    picture, _ = load_still(maker.draw(WOLF, bench).file)
    alpha = picture[..., 3]

    assert [int(alpha[row, column]) for row in (0, -1) for column in (0, -1)] == [0, 0, 0, 0]
    assert alpha.max() == 255


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.kind)
def test_a_variation_looks_at_its_core(maker: ImageMaker, bench: Bench) -> None:
    core = bench.storage.put(maker.draw(LAKE, bench).file)
    variation = LAKE.model_copy(update={"prompt": "The same lake at night under stars", "references": (core,)})

    assert isinstance(measure(maker.draw(variation, bench).file), PictureFacts)


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.kind)
def test_an_estimate_is_what_is_billed(maker: ImageMaker, bench: Bench) -> None:
    assert maker.draw(LAKE, bench).usage == maker.estimate(LAKE)


def test_the_offline_maker_repeats_itself_to_the_byte(bench: Bench, other_bench: Bench) -> None:
    first, second = (OfflineImageMaker().draw(LAKE, place).file.read_bytes() for place in (bench, other_bench))

    assert first == second


def test_the_offline_maker_paints_another_take_differently(bench: Bench, other_bench: Bench) -> None:
    again = LAKE.model_copy(update={"take": 2})

    first, second = OfflineImageMaker().draw(LAKE, bench), OfflineImageMaker().draw(again, other_bench)

    assert first.file.read_bytes() != second.file.read_bytes()
