"""What every image maker promises."""

from typing import Any

import cv2
import numpy as np
import pytest

from blocks.capabilities.bench import Bench
from blocks.capabilities.image_maker import ImageMaker
from blocks.domain.products import PictureFacts
from blocks.domain.specs import ImageSpec
from blocks.domain.storyboard import AssetKind
from blocks.media.nearness import load_still
from blocks.media.probe import measure
from blocks.providers.google.account import GeminiCredentials
from blocks.providers.google.image_maker import GeminiImageMaker
from blocks.providers.offline import OfflineImageMaker

MAKERS = {
    "offline": lambda vendor: OfflineImageMaker(),
    "gemini": lambda vendor: GeminiImageMaker(
        credentials=GeminiCredentials(api_key="test-key", base_url=vendor("gemini").url), image_size="1K"
    ),
}

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


@pytest.fixture(params=MAKERS)
def maker(request: pytest.FixtureRequest) -> Any:
    return MAKERS[request.param](request.getfixturevalue)


@pytest.mark.parametrize(("width_px", "height_px"), [(480, 270), (270, 480), (300, 300)])
def test_a_picture_has_the_size_asked_for_and_is_opaque(maker: ImageMaker, bench: Bench, width_px: int, height_px: int) -> None:
    facts = measure(maker.draw(LAKE.model_copy(update={"width_px": width_px, "height_px": height_px}), bench).file)

    assert isinstance(facts, PictureFacts)
    assert (facts.width_px, facts.height_px, facts.has_alpha) == (width_px, height_px, False)


def test_a_picture_is_a_png_on_the_bench(maker: ImageMaker, bench: Bench) -> None:
    file = maker.draw(LAKE, bench).file

    assert (file.parent, file.suffix, file.read_bytes()[:4]) == (bench.folder, ".png", b"\x89PNG")


def test_a_cut_out_has_a_clear_ground_and_a_solid_figure(maker: ImageMaker, bench: Bench) -> None:
    picture, _ = load_still(maker.draw(WOLF, bench).file)
    alpha = picture[..., 3]

    assert picture.shape == (256, 256, 4)
    assert [int(alpha[row, column]) for row in (0, -1) for column in (0, -1)] == [0, 0, 0, 0]
    inside = cv2.erode((alpha > 128).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert inside.any()
    assert (alpha[inside] == 255).all()


def test_the_figure_of_a_cut_out_fills_its_frame_and_stands_on_the_lower_edge(maker: ImageMaker, bench: Bench) -> None:
    picture, _ = load_still(maker.draw(WOLF, bench).file)
    rows, columns = np.nonzero(picture[..., 3] > 128)

    assert rows.max() >= 254
    assert max(np.ptp(rows), np.ptp(columns)) > 0.85 * 256
    assert abs((columns.min() + columns.max()) / 2 - 127.5) < 4


def test_a_variation_looks_at_its_core(maker: ImageMaker, bench: Bench) -> None:
    core = bench.storage.put(maker.draw(LAKE, bench).file)
    variation = LAKE.model_copy(update={"prompt": "The same lake at night under stars", "references": (core,)})

    assert isinstance(measure(maker.draw(variation, bench).file), PictureFacts)


def test_a_variation_may_look_at_a_cut_out(maker: ImageMaker, bench: Bench) -> None:
    core = bench.storage.put(maker.draw(WOLF, bench).file)
    variation = WOLF.model_copy(update={"prompt": "The same wolf running", "references": (core,)})

    facts = measure(maker.draw(variation, bench).file)

    assert isinstance(facts, PictureFacts)
    assert facts.has_alpha


def test_another_take_is_another_picture(maker: ImageMaker, bench: Bench, other_bench: Bench) -> None:
    again = LAKE.model_copy(update={"take": 2})

    assert maker.draw(LAKE, bench).file.read_bytes() != maker.draw(again, other_bench).file.read_bytes()


def test_what_is_billed_is_near_the_estimate(maker: ImageMaker, bench: Bench) -> None:
    expected, paid = maker.price(maker.estimate(LAKE)), maker.price(maker.draw(LAKE, bench).usage)

    assert expected is not None
    assert paid is not None
    assert float(paid) == pytest.approx(float(expected), rel=0.05)


def test_the_offline_maker_bills_exactly_its_estimate(bench: Bench) -> None:
    maker = OfflineImageMaker()

    assert maker.draw(LAKE, bench).usage == maker.estimate(LAKE)


def test_the_offline_maker_repeats_itself_to_the_byte(bench: Bench, other_bench: Bench) -> None:
    first, second = (OfflineImageMaker().draw(LAKE, place).file.read_bytes() for place in (bench, other_bench))

    assert first == second
