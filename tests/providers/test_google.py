"""What the Gemini maker does with each answer, against the emulated vendor."""

import json
import logging
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from blocks.capabilities.bench import Bench, Made
from blocks.domain.money import Usage
from blocks.domain.specs import ImageSpec
from blocks.domain.storyboard import AssetKind
from blocks.errors import (
    BadSpec,
    ContentRefused,
    CredentialsRejected,
    OutcomeUnknown,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    StudioError,
)
from blocks.media.nearness import load_still, save_still
from blocks.providers.google import order as google_order
from blocks.providers.google.account import GeminiCredentials
from blocks.providers.google.answers import Reply, UsageMetadata, lacking, next_reset, text_usage
from blocks.providers.google.image_maker import GeminiImageMaker
from blocks.providers.google.order import aspect_ratio, key_colour, order_words, seed_of
from blocks.providers.google.tariff import TEXT_PRICES, image_tokens
from blocks.storage import LocalStorage
from tests.emulators import faults as common
from tests.emulators import gemini_faults as wrong
from tests.emulators.gemini import GENERATE, GeminiEmulator, served

LAKE = ImageSpec(
    kind=AssetKind.ENVIRONMENT,
    prompt="Dawn, low sun, thin fog.\n\nA still lake below dark mountains",
    exclusions=("people", "boats"),
    style_pack="silhouette",
    width_px=480,
    height_px=270,
)
WOLF = ImageSpec(
    kind=AssetKind.CHARACTER, prompt="A wolf standing", style_pack="silhouette", width_px=256, height_px=256, transparent=True
)
Draw = Callable[..., Made]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    folder = tmp_path / "bench"
    folder.mkdir()
    return Bench(folder=folder, storage=LocalStorage(folder=tmp_path / "store"))


def maker_at(vendor: GeminiEmulator, *, key: str = "test-key", **settings) -> GeminiImageMaker:
    return GeminiImageMaker(credentials=GeminiCredentials(api_key=key, base_url=vendor.url), **settings)


@pytest.fixture
def draw(gemini: GeminiEmulator, bench: Bench) -> Draw:
    """Draw the lake, or another spec, after the faults that are named."""

    def drawn(*faults: str, spec: ImageSpec = LAKE, **settings) -> Made:
        gemini.faults.next(GENERATE, *faults)
        return maker_at(gemini, **settings).draw(spec, bench)

    return drawn


def billed_usd(gemini: GeminiEmulator, usage: Usage | None) -> Decimal | None:
    return None if usage is None else maker_at(gemini).price(usage)


def test_a_receipt_is_what_the_vendor_billed(draw: Draw, gemini: GeminiEmulator) -> None:
    made = draw()

    charge = gemini.books.charges[0]
    assert (made.request_id, billed_usd(gemini, made.usage)) == (charge.request_id, charge.usd)
    assert made.model == "gemini-nano-banana-2.1"


ORDERS = {
    "a place": (LAKE, "1K"),
    "a large place": (LAKE, "2K"),
    "a very large place": (LAKE, "4K"),
    "a cut-out": (WOLF, "1K"),
    "many words": (LAKE.model_copy(update={"prompt": "A road. " * 200}), "1K"),
}


@pytest.mark.parametrize("name", ORDERS)
def test_an_estimate_is_within_a_twentieth_of_the_bill(draw: Draw, gemini: GeminiEmulator, name: str) -> None:
    spec, size = ORDERS[name]
    draw(spec=spec, image_size=size)

    expected = maker_at(gemini, image_size=size)
    assert float(expected.price(expected.estimate(spec)) or 0) == pytest.approx(float(gemini.books.total_usd), rel=0.05)


def test_the_estimate_of_a_picture_with_references_is_near_the_bill(draw: Draw, gemini: GeminiEmulator, bench: Bench) -> None:
    core = bench.storage.put(draw().file)
    before = gemini.books.total_usd
    spec = LAKE.model_copy(update={"references": (core,)})
    draw(spec=spec)

    expected = maker_at(gemini)
    assert float(expected.price(expected.estimate(spec)) or 0) == pytest.approx(float(gemini.books.total_usd - before), rel=0.05)


def test_the_last_picture_that_is_no_thought_is_taken(draw: Draw) -> None:
    plain, thought, second = (draw(fault).file.read_bytes() for fault in ("", wrong.THOUGHT_FIRST, wrong.TWO_PICTURES))

    assert plain == thought == second


def test_jpeg_that_calls_itself_png_becomes_png(draw: Draw) -> None:
    file = draw(wrong.AS_JPEG).file

    with Image.open(file) as picture:
        assert (picture.format, picture.size) == ("PNG", (480, 270))


def test_an_answer_without_usage_is_booked_at_its_estimate(draw: Draw, gemini: GeminiEmulator) -> None:
    assert draw(wrong.NO_USAGE).usage == maker_at(gemini).estimate(LAKE)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (common.RATE_LIMITED, RateLimited),
        (common.OVERLOADED, ProviderUnavailable),
        (common.BROKEN, ProviderUnavailable),
        (wrong.NOT_JSON, ProviderUnavailable),
        (wrong.ERROR_IN_200, ProviderUnavailable),
        (wrong.BARE_429, ProviderUnavailable),
        (wrong.QUOTA_PER_DAY, QuotaExhausted),
        (wrong.NOT_ON_THIS_TIER, BadSpec),
        (wrong.KEY_INVALID, CredentialsRejected),
        (wrong.FORBIDDEN, CredentialsRejected),
        (wrong.NO_BILLING, BadSpec),
        (wrong.MODEL_RETIRED, BadSpec),
        (common.RESET, OutcomeUnknown),
        (common.LOST_ANSWER, OutcomeUnknown),
        (common.TRUNCATED, OutcomeUnknown),
        (wrong.DEADLINE, OutcomeUnknown),
        (wrong.CUT_JSON, OutcomeUnknown),
        (wrong.PROMPT_BLOCKED, ContentRefused),
        (wrong.IMAGE_SAFETY, ContentRefused),
        (wrong.RECITATION, ContentRefused),
        (wrong.TEXT_ONLY, ProviderUnavailable),
        (wrong.NO_IMAGE, ProviderUnavailable),
        (wrong.NO_PARTS, ProviderUnavailable),
        (wrong.NEW_REASON, ProviderUnavailable),
        (wrong.OUT_OF_TOKENS, ProviderUnavailable),
        (wrong.DAMAGED_PICTURE, ProviderUnavailable),
    ],
)
def test_each_trouble_becomes_one_of_our_errors(draw: Draw, fault: str, error: type[StudioError]) -> None:
    with pytest.raises(error) as raised:
        draw(fault)

    assert type(raised.value) is error
    assert "Gemini" in raised.value.message
    assert "test-key" not in raised.value.message


@pytest.mark.parametrize(
    "fault",
    [
        wrong.PROMPT_BLOCKED,
        wrong.IMAGE_SAFETY,
        wrong.TEXT_ONLY,
        wrong.NO_IMAGE,
        wrong.NO_PARTS,
        wrong.NEW_REASON,
        wrong.OUT_OF_TOKENS,
        wrong.DAMAGED_PICTURE,
    ],
)
def test_a_failed_call_that_was_billed_carries_its_bill(draw: Draw, gemini: GeminiEmulator, fault: str) -> None:
    with pytest.raises(StudioError) as raised:
        draw(fault)

    charge = gemini.books.charges[0]
    assert billed_usd(gemini, raised.value.usage) == charge.usd > 0
    assert raised.value.request_id == charge.request_id
    assert charge.request_id in raised.value.message


@pytest.mark.parametrize("fault", [common.RATE_LIMITED, common.OVERLOADED, wrong.KEY_INVALID, wrong.QUOTA_PER_DAY])
def test_a_call_that_was_turned_away_carries_no_bill(draw: Draw, gemini: GeminiEmulator, fault: str) -> None:
    with pytest.raises(StudioError) as raised:
        draw(fault)

    assert raised.value.usage is None
    assert gemini.books.total_usd == 0


def test_a_cut_out_that_stands_in_a_landscape_is_billed_and_tried_again(draw: Draw, gemini: GeminiEmulator) -> None:
    with pytest.raises(ProviderUnavailable, match="one flat colour") as raised:
        draw(wrong.GROUND_IGNORED, spec=WOLF)

    assert billed_usd(gemini, raised.value.usage) == gemini.books.total_usd > 0


def test_the_words_of_an_answer_without_a_picture_are_the_reason(draw: Draw) -> None:
    with pytest.raises(ProviderUnavailable, match="I cannot draw that"):
        draw(wrong.TEXT_ONLY)


def test_an_error_keeps_its_bill_when_it_travels(draw: Draw) -> None:
    with pytest.raises(ProviderUnavailable) as raised:
        draw(wrong.NO_IMAGE)

    assert pickle.loads(pickle.dumps(raised.value)).usage == raised.value.usage


def test_the_minute_s_limit_names_its_wait(draw: Draw) -> None:
    with pytest.raises(RateLimited) as raised:
        draw(common.RATE_LIMITED)

    assert raised.value.retry_after_s == 20.04


def test_the_day_s_quota_comes_back_at_midnight_in_los_angeles(draw: Draw) -> None:
    with pytest.raises(QuotaExhausted) as raised:
        draw(wrong.QUOTA_PER_DAY)

    assert raised.value.resets_at == next_reset(datetime.now(UTC))


@pytest.mark.parametrize(
    ("now", "reset"),
    [
        ("2026-11-22T07:59:00+00:00", "2026-11-22T08:00:00+00:00"),
        ("2026-11-22T08:00:00+00:00", "2026-11-23T08:00:00+00:00"),
        ("2026-07-01T12:00:00+00:00", "2026-07-02T07:00:00+00:00"),
        ("2026-10-31T12:00:00+00:00", "2026-11-01T07:00:00+00:00"),
        ("2026-11-01T12:00:00+00:00", "2026-11-02T08:00:00+00:00"),
    ],
)
def test_the_reset_follows_the_clocks_of_los_angeles(now: str, reset: str) -> None:
    assert next_reset(datetime.fromisoformat(now)) == datetime.fromisoformat(reset)


def test_another_model_is_advised_when_one_is_gone(draw: Draw) -> None:
    with pytest.raises(BadSpec, match="retired or unknown: set another one"):
        draw(model="gemini-2.5-flash-image")


def test_a_check_costs_nothing_and_finds_a_retired_model(gemini: GeminiEmulator) -> None:
    assert maker_at(gemini).check() is None
    with pytest.raises(BadSpec, match="retired or unknown"):
        maker_at(gemini, model="gemini-3.1-flash-image").check()
    with pytest.raises(CredentialsRejected):
        maker_at(gemini, key="another").check()

    assert gemini.books.total_usd == 0


def test_the_key_is_nowhere_but_in_its_header(draw: Draw, gemini: GeminiEmulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made = draw()

    maker, call = maker_at(gemini), gemini.books.calls[-1]
    told = f"{made!r} {maker!r} {maker.fingerprint()} {maker.account} {call.path} {call.query} {call.body} {caplog.text}"
    assert "test-key" not in told
    assert call.headers["x-goog-api-key"] == "test-key"


def test_a_vendor_that_echoes_the_key_is_masked(bench: Bench) -> None:
    with served(api_key="model") as vendor, pytest.raises(StudioError) as raised:
        maker_at(vendor, key="model", model="gemini-of-nobody").draw(LAKE, bench)

    assert "models/" not in raised.value.message.split("answered", 1)[1]


def test_an_account_is_marked_by_its_key_and_the_fingerprint_is_not(gemini: GeminiEmulator) -> None:
    one, other = maker_at(gemini), maker_at(gemini, key="another")

    assert one.account != other.account
    assert one.account.startswith("gemini:")
    assert one.fingerprint() == other.fingerprint()


@pytest.mark.parametrize("setting", [{"model": "gemini-3-pro-image"}, {"image_size": "2K"}, {"safety": "OFF"}])
def test_each_setting_that_shapes_the_picture_is_in_the_fingerprint(gemini: GeminiEmulator, setting: dict) -> None:
    assert maker_at(gemini, **setting).fingerprint() != maker_at(gemini).fingerprint()


def test_the_owner_s_daily_calls_are_those_of_the_key() -> None:
    credentials = GeminiCredentials(api_key="k", daily_calls=40)

    assert GeminiImageMaker(credentials=credentials).daily_calls == 40


def test_each_take_has_a_seed_of_its_own_that_the_vendor_takes() -> None:
    seeds = {seed_of(LAKE.model_copy(update={"take": take})) for take in range(1, 200)}

    assert len(seeds) == 199
    assert all(0 <= seed < 2**31 for seed in seeds)


@pytest.mark.parametrize(
    ("width_px", "height_px", "ratio"),
    [
        (1920, 1080, "16:9"),
        (1024, 1024, "1:1"),
        (1080, 1920, "9:16"),
        (960, 1080, "4:5"),
        (2560, 1080, "21:9"),
        (3000, 300, "21:9"),
    ],
)
def test_the_nearest_ratio_is_ordered(width_px: int, height_px: int, ratio: str) -> None:
    assert aspect_ratio(width_px, height_px) == ratio


def test_a_picture_is_cropped_evenly_and_never_stretched(draw: Draw, gemini: GeminiEmulator) -> None:
    with Image.open(draw(spec=LAKE.model_copy(update={"width_px": 500, "height_px": 100})).file) as picture:
        assert (picture.size, picture.mode) == ((500, 100), "RGB")

    assert gemini.books.requests(GENERATE)[0]["generationConfig"]["imageConfig"]["aspectRatio"] == "21:9"


def test_exclusions_and_style_are_told_in_words_and_the_prompt_comes_last() -> None:
    words = order_words(LAKE)

    assert "Leave out: people, boats." in words
    assert "Style: silhouettes." in words
    assert words.endswith("\n\n" + LAKE.prompt)
    assert "Style: woodcut." in order_words(LAKE.model_copy(update={"style_pack": "woodcut"}))


@pytest.mark.parametrize(
    ("prompt", "colour"),
    [
        ("A wolf standing", "green"),
        ("Green dawn over a jungle.\n\nA wolf standing", "green"),
        ("A frog on a leaf", "magenta"),
        ("A tall Pine, alone", "magenta"),
        ("A flamingo among reeds", "blue"),
    ],
)
def test_a_cut_out_is_drawn_on_a_colour_that_its_subject_does_not_have(prompt: str, colour: str) -> None:
    assert key_colour(prompt).name == colour


def test_a_cut_out_of_something_green_is_cut_out_of_magenta(draw: Draw, gemini: GeminiEmulator) -> None:
    made = draw(spec=WOLF.model_copy(update={"prompt": "A frog on a leaf"}))

    picture, _ = load_still(made.file)
    assert "#FF00FF" in gemini.books.charges[0].item
    assert picture[0, 0, 3] == 0
    assert picture[..., 3].max() == 255


def stored(bench: Bench, pixels: np.ndarray) -> str:
    file = bench.folder / "reference.png"
    save_still(file, pixels)
    return bench.storage.put(file)


def test_large_references_are_made_small_enough_to_be_sent(draw: Draw, gemini: GeminiEmulator, bench: Bench) -> None:
    grain = np.random.default_rng(1).integers(0, 255, (1700, 1700, 3), np.uint8)

    draw(spec=LAKE.model_copy(update={"references": (stored(bench, grain),)}))

    part = gemini.books.requests(GENERATE)[0]["contents"][0]["parts"][0]["inlineData"]
    assert part["mimeType"] == "image/jpeg"
    assert len(part["data"]) * 3 / 4 <= 7_000_000


def test_many_references_share_the_room_of_one_request(
    draw: Draw, gemini: GeminiEmulator, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(google_order, "_MOST_BODY_BYTES", 400_000)
    rng = np.random.default_rng(1)
    addresses = tuple(stored(bench, rng.integers(0, 255, (150, 150, 3), np.uint8)) for _ in range(14))

    draw(spec=LAKE.model_copy(update={"references": addresses}))

    assert len(json.dumps(gemini.books.requests(GENERATE)[0])) < 410_000


def test_more_references_than_the_vendor_takes_are_refused_before_anything_is_sent(
    draw: Draw, gemini: GeminiEmulator, bench: Bench
) -> None:
    address = stored(bench, np.zeros((8, 8, 3), np.uint8))

    with pytest.raises(BadSpec, match="14 pictures at most"):
        draw(spec=LAKE.model_copy(update={"references": (address,) * 15}))

    assert gemini.books.count() == 0


def test_the_clear_ground_of_a_reference_is_filled(draw: Draw, gemini: GeminiEmulator, bench: Bench) -> None:
    address = stored(bench, np.zeros((8, 8, 4), np.uint8))

    draw(spec=WOLF.model_copy(update={"references": (address,)}))

    assert gemini.books.requests(GENERATE)[0]["contents"][0]["parts"][0]["inlineData"]["mimeType"] == "image/png"


def test_one_call_is_one_attempt(draw: Draw, gemini: GeminiEmulator) -> None:
    with pytest.raises(ProviderUnavailable):
        draw(common.OVERLOADED)

    assert gemini.books.count(GENERATE) == 1


def test_an_answer_that_says_nothing_is_read_all_the_same() -> None:
    reply = Reply.model_validate_json("{}")

    assert (reply.picture, reply.words, reply.finish_reason, reply.usage) == (None, "", "", None)
    assert "no picture" in lacking(reply, "picture").message


def test_a_picture_in_the_other_alphabet_of_base64_is_read() -> None:
    part = {"inlineData": {"data": "-_-_"}}

    assert Reply.model_validate({"candidates": [{"content": {"parts": [part]}}]}).picture == b"\xfb\xff\xbf"


def test_pictures_words_and_thoughts_are_counted_apart() -> None:
    metadata = UsageMetadata.model_validate(
        {
            "promptTokenCount": 5,
            "candidatesTokenCount": 1130,
            "thoughtsTokenCount": 40,
            "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1120}],
        }
    )

    assert text_usage(metadata) == Usage.of(input_token=5, output_token=50, image_token=1120)


def test_a_picture_whose_tokens_are_not_told_apart_is_the_whole_answer() -> None:
    metadata = UsageMetadata(prompt_token_count=5, candidates_token_count=1120)

    assert text_usage(metadata, drew=True) == Usage.of(input_token=5, image_token=1120)


def test_a_picture_at_1k_costs_what_is_listed(gemini: GeminiEmulator) -> None:
    tokens = image_tokens("gemini-nano-banana-2.1", "1K")

    assert maker_at(gemini).price(Usage.of(image_token=tokens)) == Decimal("0.0336")
    assert maker_at(gemini, model="gemini-3-pro-image").price(Usage.of(image_token=2000)) == Decimal("0.24")


def test_the_price_of_an_unlisted_model_is_unknown_unless_the_owner_names_it(gemini: GeminiEmulator) -> None:
    usage = Usage.of(input_token=1_000_000)

    assert maker_at(gemini, model="gemini-3.1-flash-lite-image").price(usage) is None
    assert maker_at(gemini, model="gemini-of-next-year", own_prices={"input_token": Decimal("0.000001")}).price(usage) == 1


def test_every_price_says_where_and_when_it_was_read() -> None:
    assert all(price.source and price.as_of and price.model for price in (*GeminiImageMaker.prices, *TEXT_PRICES))


def test_the_introductory_price_of_a_writing_model_ends_with_the_year() -> None:
    prices = [price for price in TEXT_PRICES if (price.model, price.unit) == ("gemini-3.8-flash", "input_token")]

    assert [(price.usd, price.until) for price in prices] == [
        (Decimal("0.00000075"), date(2026, 12, 31)),
        (Decimal("0.0000015"), None),
    ]
