"""The emulated Gemini speaks the vendor's dialect: its official SDK understands it, and what the vendor refuses it refuses."""

import base64
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from google import genai
from google.genai import errors, types
from PIL import Image
from pydantic import BaseModel

from blocks.capabilities.bench import Bench
from blocks.domain.specs import ImageSpec
from blocks.domain.storyboard import AssetKind
from blocks.providers.google.account import GeminiCredentials
from blocks.providers.google.image_maker import GeminiImageMaker
from blocks.providers.google.order import order_words, seed_of
from blocks.storage import LocalStorage
from tests.emulators import faults as common
from tests.emulators import gemini_faults as wrong
from tests.emulators import media
from tests.emulators.gemini import GENERATE, GeminiEmulator, served

DRAWS, WRITES = "gemini-nano-banana-2.1", "gemini-3.8-flash"
LAKE = ImageSpec(
    kind=AssetKind.ENVIRONMENT, prompt="Dawn.\n\nA still lake", style_pack="silhouette", exclusions=("people", "boats")
)


class Plan(BaseModel):
    """What a model is asked to fill in."""

    title: str
    beats: list[str]


@pytest.fixture
def sdk(gemini: GeminiEmulator) -> Iterator[genai.Client]:
    with genai.Client(api_key="test-key", http_options=types.HttpOptions(base_url=gemini.url)) as client:
        yield client


def drawing(ratio: str = "16:9", size: str = "1K", **settings) -> types.GenerateContentConfig:
    image = types.ImageConfig(aspect_ratio=ratio, image_size=size)
    return types.GenerateContentConfig(response_modalities=["IMAGE"], image_config=image, **settings)


def draw(sdk: genai.Client, words: str = "A still lake", **settings) -> types.GenerateContentResponse:
    return sdk.models.generate_content(model=DRAWS, contents=words, config=drawing(**settings))


def picture_in(answer: types.GenerateContentResponse) -> Image.Image:
    shown = [part.inline_data for part in answer.parts or () if part.inline_data and not part.thought]
    return Image.open(io.BytesIO(shown[-1].data))


@pytest.mark.parametrize(
    ("ratio", "size", "pixels"),
    [("16:9", "1K", (1376, 768)), ("1:1", "1K", (1024, 1024)), ("9:16", "1K", (768, 1376)), ("21:9", "2K", (3168, 1344))],
)
def test_the_sdk_gets_a_picture_of_its_ratio_and_size(sdk: genai.Client, ratio: str, size: str, pixels: tuple[int, int]) -> None:
    picture = picture_in(draw(sdk, ratio=ratio, size=size))

    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", pixels)


def test_the_usage_that_is_told_is_the_one_that_is_billed(sdk: genai.Client, gemini: GeminiEmulator) -> None:
    answer = draw(sdk)

    used = answer.usage_metadata
    assert used.candidates_tokens_details[0].token_count == 1120
    assert used.total_token_count == used.prompt_token_count + used.thoughts_token_count + used.candidates_token_count
    expected = Decimal("1.5") * used.prompt_token_count + Decimal("7.5") * used.thoughts_token_count + 30 * 1120
    assert gemini.books.total_usd == expected / 1_000_000
    assert gemini.books.charges[0].request_id == answer.response_id


def test_another_seed_is_another_picture_and_the_same_seed_the_same(sdk: genai.Client) -> None:
    first, second, third = (picture_in(draw(sdk, seed=seed)).tobytes() for seed in (1, 1, 2))

    assert first == second != third


def test_a_subject_on_a_flat_colour_stands_on_nearly_that_colour(sdk: genai.Client) -> None:
    picture = picture_in(draw(sdk, "A wolf on one flat pure green, #00FF00", ratio="1:1"))

    red, green, blue = picture.getpixel((5, 5))
    assert green > 220
    assert max(red, blue) < 40
    assert (red, green, blue) != (0, 255, 0)


def test_the_sdk_sends_pictures_to_look_at(sdk: genai.Client, gemini: GeminiEmulator) -> None:
    core = types.Part.from_bytes(data=media.picture("a core", 64, 64), mime_type="image/png")

    answer = sdk.models.generate_content(model=DRAWS, contents=[core, "The same at night"], config=drawing())

    assert answer.usage_metadata.prompt_token_count > 1120
    assert gemini.books.count(GENERATE) == 1


def test_the_sdk_reads_words_of_a_schema(sdk: genai.Client) -> None:
    settings = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Plan)

    assert isinstance(sdk.models.generate_content(model=WRITES, contents="A plan", config=settings).parsed, Plan)


def test_the_sdk_may_send_a_json_schema_instead(sdk: genai.Client) -> None:
    settings = types.GenerateContentConfig(
        response_mime_type="application/json",
        response_json_schema=Plan.model_json_schema(),
        thinking_config=types.ThinkingConfig(thinking_level="LOW"),
    )

    answer = sdk.models.generate_content(model=WRITES, contents="A plan", config=settings)

    assert Plan.model_validate_json(answer.text)


def test_words_are_cut_at_the_tokens_they_may_have(sdk: genai.Client) -> None:
    settings = types.GenerateContentConfig(max_output_tokens=301, thinking_config=types.ThinkingConfig(thinking_level="LOW"))

    answer = sdk.models.generate_content(model=WRITES, contents="A question", config=settings)

    assert answer.candidates[0].finish_reason is types.FinishReason.MAX_TOKENS
    assert len(answer.text) == 4


def test_the_sdk_looks_models_up(sdk: genai.Client) -> None:
    assert "generateContent" in sdk.models.get(model=DRAWS).supported_actions
    assert f"models/{WRITES}" in {model.name for model in sdk.models.list()}


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        (common.RATE_LIMITED, 429, "RESOURCE_EXHAUSTED"),
        (wrong.QUOTA_PER_DAY, 429, "RESOURCE_EXHAUSTED"),
        (wrong.NOT_ON_THIS_TIER, 429, "RESOURCE_EXHAUSTED"),
        (wrong.BARE_429, 429, "RESOURCE_EXHAUSTED"),
        (common.OVERLOADED, 503, "UNAVAILABLE"),
        (common.BROKEN, 500, "INTERNAL"),
        (wrong.DEADLINE, 504, "DEADLINE_EXCEEDED"),
        (wrong.KEY_INVALID, 400, "INVALID_ARGUMENT"),
        (wrong.FORBIDDEN, 403, "PERMISSION_DENIED"),
        (wrong.NO_BILLING, 400, "FAILED_PRECONDITION"),
        (wrong.MODEL_RETIRED, 404, "NOT_FOUND"),
    ],
)
def test_the_sdk_knows_each_error(sdk: genai.Client, gemini: GeminiEmulator, fault: str, code: int, status: str) -> None:
    gemini.faults.next(GENERATE, fault)

    with pytest.raises(errors.APIError) as raised:
        draw(sdk)

    assert (raised.value.code, raised.value.status) == (code, status)
    assert gemini.books.total_usd == 0


def test_the_sdk_tries_an_overloaded_model_again(gemini: GeminiEmulator) -> None:
    patience = types.HttpOptions(base_url=gemini.url, retry_options=types.HttpRetryOptions(attempts=2, initial_delay=0.01))
    gemini.faults.next(GENERATE, common.OVERLOADED)

    with genai.Client(api_key="test-key", http_options=patience) as client:
        assert picture_in(draw(client)).size == (1376, 768)

    assert len(gemini.books.charges) == 1


@pytest.mark.parametrize("fault", [common.RESET, common.LOST_ANSWER, common.TRUNCATED])
def test_the_sdk_meets_cut_connections(sdk: genai.Client, gemini: GeminiEmulator, fault: str) -> None:
    gemini.faults.next(GENERATE, fault)

    # Which transport the SDK uses depends on what is installed, and each has errors of its own.
    with pytest.raises(Exception, match=r"disconnected|closed connection|reset"):
        draw(sdk)

    assert len(gemini.books.charges) == (0 if fault == common.RESET else 1)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (wrong.IMAGE_SAFETY, "IMAGE_SAFETY"),
        (wrong.RECITATION, "IMAGE_RECITATION"),
        (wrong.TEXT_ONLY, "STOP"),
        (wrong.NO_IMAGE, "NO_IMAGE"),
        (wrong.NO_PARTS, "STOP"),
        (wrong.OUT_OF_TOKENS, "MAX_TOKENS"),
    ],
)
def test_the_sdk_gets_answers_without_a_picture(sdk: genai.Client, gemini: GeminiEmulator, fault: str, reason: str) -> None:
    gemini.faults.next(GENERATE, fault)

    answer = draw(sdk)

    assert answer.candidates[0].finish_reason == reason
    assert [part for part in answer.parts or () if part.inline_data] == []
    assert gemini.books.total_usd > 0


def test_the_sdk_warns_of_a_reason_that_it_does_not_know(sdk: genai.Client, gemini: GeminiEmulator) -> None:
    gemini.faults.next(GENERATE, wrong.NEW_REASON)

    with pytest.warns(UserWarning, match="A_REASON_OF_NEXT_YEAR"):
        draw(sdk)


def test_the_sdk_is_told_that_a_prompt_was_blocked(sdk: genai.Client, gemini: GeminiEmulator) -> None:
    gemini.faults.next(GENERATE, wrong.PROMPT_BLOCKED)

    answer = draw(sdk)

    assert answer.prompt_feedback.block_reason is types.BlockedReason.PROHIBITED_CONTENT
    assert answer.candidates is None


def test_a_thought_comes_before_the_picture(sdk: genai.Client, gemini: GeminiEmulator) -> None:
    gemini.faults.next(GENERATE, wrong.THOUGHT_FIRST)

    answer = draw(sdk)

    assert [bool(part.thought) for part in answer.parts] == [True, True, False]
    assert picture_in(answer).size == (1376, 768)


def test_jpeg_may_call_itself_png(sdk: genai.Client, gemini: GeminiEmulator) -> None:
    gemini.faults.next(GENERATE, wrong.AS_JPEG)

    answer = draw(sdk)

    assert picture_in(answer).format == "JPEG"
    assert answer.parts[0].inline_data.mime_type == "image/png"


def test_the_minute_and_the_day_have_quotas() -> None:
    with served(calls_a_minute=2, window_s=0.3) as vendor:
        client = genai.Client(api_key="test-key", http_options=types.HttpOptions(base_url=vendor.url))
        draw(client), draw(client)
        with pytest.raises(errors.ClientError, match="PerMinute"):
            draw(client)
        vendor.calls_a_minute, vendor.calls_a_day = None, 2
        with pytest.raises(errors.ClientError, match="PerDay"):
            draw(client)
        client.close()


@pytest.mark.parametrize("model", ["gemini-2.5-flash-image", "gemini-3.1-flash-image", "gemini-of-nobody"])
def test_a_model_that_is_gone_is_not_found(sdk: genai.Client, model: str) -> None:
    with pytest.raises(errors.ClientError, match="404"):
        sdk.models.get(model=model)
    with pytest.raises(errors.ClientError, match="404"):
        sdk.models.generate_content(model=model, contents="A lake")


def post(vendor: GeminiEmulator, body: object, *, model: str = DRAWS, **options) -> httpx.Response:
    options.setdefault("headers", {"x-goog-api-key": "test-key"})
    return httpx.post(f"{vendor.url}/v1beta/models/{model}:generateContent", json=body, timeout=30, **options)


def order(settings: object = None, **more: object) -> dict:
    asked = {"contents": [{"role": "user", "parts": [{"text": "A lake"}]}]}
    return asked | {"generationConfig": settings or {"responseModalities": ["IMAGE"]}} | more


PIXEL = base64.b64encode(media.picture("small", 16, 16)).decode()
WRONG = {
    "an unknown field": order(style="dark"),
    "an unknown setting": order({"responseModalities": ["IMAGE"], "size": "1K"}),
    "an unknown modality": order({"responseModalities": ["Image"]}),
    "a ratio of nobody's": order({"responseModalities": ["IMAGE"], "imageConfig": {"aspectRatio": "17:9"}}),
    "a small k": order({"responseModalities": ["IMAGE"], "imageConfig": {"imageSize": "1k"}}),
    "a size that is contested": order({"responseModalities": ["IMAGE"], "imageConfig": {"imageSize": "512"}}),
    "an output type": order({"responseModalities": ["IMAGE"], "imageConfig": {"outputMimeType": "image/png"}}),
    "a seed of 33 bits": order({"responseModalities": ["IMAGE"], "seed": 2**32}),
    "a seed in words": order({"responseModalities": ["IMAGE"], "seed": "seven"}),
    "json of a model that draws": order({"responseModalities": ["IMAGE"], "responseMimeType": "application/json"}),
    "an unknown category": order(safetySettings=[{"category": "HARM_CATEGORY_BOREDOM", "threshold": "OFF"}]),
    "no contents": {"generationConfig": {"responseModalities": ["IMAGE"]}},
    "no words": order() | {"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": PIXEL}}]}]},
    "a picture that is none": order()
    | {"contents": [{"parts": [{"text": "A"}, {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]}]},
    "no base64": order() | {"contents": [{"parts": [{"text": "A"}, {"inlineData": {"mimeType": "image/png", "data": "A?"}}]}]},
    "fifteen pictures": order()
    | {"contents": [{"parts": [{"text": "A"}, *[{"inlineData": {"mimeType": "image/png", "data": PIXEL}}] * 15]}]},
    "a list": [],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_request_is_refused_and_not_billed(gemini: GeminiEmulator, name: str) -> None:
    answer = post(gemini, WRONG[name])

    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert gemini.books.total_usd == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"responseSchema": {"type": "OBJECT"}, "responseJsonSchema": {"type": "object"}, "responseMimeType": "application/json"},
        {"responseJsonSchema": {"type": "object"}},
        {"responseSchema": {"type": "object"}, "responseMimeType": "application/json"},
        {"responseModalities": ["IMAGE"]},
        {"imageConfig": {"aspectRatio": "1:1"}},
        {"thinkingConfig": {"thinkingLevel": "ENORMOUS"}},
    ],
)
def test_wrong_settings_of_a_model_that_writes_are_refused(gemini: GeminiEmulator, settings: dict) -> None:
    assert post(gemini, order(settings), model=WRITES).status_code == 400


def test_both_casings_are_understood(gemini: GeminiEmulator) -> None:
    snake = {
        "contents": [{"parts": [{"text": "A lake"}, {"inline_data": {"mime_type": "image/png", "data": PIXEL}}]}],
        "generation_config": {"response_modalities": ["IMAGE"], "image_config": {"aspect_ratio": "1:1", "image_size": "1K"}},
    }

    assert post(gemini, snake).status_code == 200


def test_a_key_in_the_query_works_and_none_or_a_wrong_one_does_not(gemini: GeminiEmulator) -> None:
    answers = [
        post(gemini, order(), headers={}, params={"key": "test-key"}),
        post(gemini, order(), headers={}),
        post(gemini, order(), headers={"x-goog-api-key": "another"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 403, 400]
    assert answers[2].json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"


def test_the_json_of_an_answer_may_end_in_its_middle(gemini: GeminiEmulator) -> None:
    gemini.faults.next(GENERATE, wrong.CUT_JSON)

    answer = post(gemini, order())

    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()


def test_our_order_is_the_one_the_sdk_would_send(sdk: genai.Client, gemini: GeminiEmulator, tmp_path: Path) -> None:
    storage = LocalStorage(folder=tmp_path / "store")
    content = media.picture("a core", 64, 64)
    (tmp_path / "core.png").write_bytes(content)
    spec = LAKE.model_copy(update={"references": (storage.put(tmp_path / "core.png"),)})
    credentials = GeminiCredentials(api_key="test-key", base_url=gemini.url)
    GeminiImageMaker(credentials=credentials, safety="BLOCK_ONLY_HIGH").draw(spec, Bench(folder=tmp_path, storage=storage))
    ours = gemini.books.calls[-1]
    sent = base64.b64decode(ours.body["contents"][0]["parts"][0]["inlineData"]["data"])
    categories = ("HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT")
    safety = [types.SafetySetting(category=f"HARM_CATEGORY_{one}", threshold="BLOCK_ONLY_HIGH") for one in categories]

    sdk.models.generate_content(
        model=DRAWS,
        contents=[types.Part.from_bytes(data=sent, mime_type="image/png"), order_words(spec)],
        config=drawing(seed=seed_of(spec), safety_settings=safety),
    )

    theirs = gemini.books.calls[-1]
    # The SDK writes `mime_type` within `inlineData`, and Base64 in the alphabet for addresses: proto-JSON takes both, and ours is
    # what the reference shows.
    blob = theirs.body["contents"][0]["parts"][0]["inlineData"]
    blob["mimeType"], blob["data"] = blob.pop("mime_type"), blob["data"].replace("-", "+").replace("_", "/")
    assert ours.body == theirs.body
    # The SDK calls /v1 unless told otherwise; the vendor's samples, and we, call /v1beta.
    assert ours.path == theirs.path.replace("/v1/", "/v1beta/")
    assert ours.query == theirs.query == {}
    assert {name: ours.headers[name] for name in ("x-goog-api-key", "content-type")} == {
        name: theirs.headers[name] for name in ("x-goog-api-key", "content-type")
    }


def test_our_order_is_known_to_the_types_of_the_sdk(gemini: GeminiEmulator, tmp_path: Path) -> None:
    credentials = GeminiCredentials(api_key="test-key", base_url=gemini.url)
    GeminiImageMaker(credentials=credentials, safety="OFF").draw(
        LAKE, Bench(folder=tmp_path, storage=LocalStorage(folder=tmp_path))
    )

    body = gemini.books.requests(GENERATE)[0]

    for content in body["contents"]:
        types.Content.model_validate(content)
    types.GenerateContentConfig.model_validate(body["generationConfig"] | {"safetySettings": body["safetySettings"]})


def test_our_look_at_a_model_is_the_one_of_the_sdk(sdk: genai.Client, gemini: GeminiEmulator) -> None:
    GeminiImageMaker(credentials=GeminiCredentials(api_key="test-key", base_url=gemini.url, api_version="v1")).check()
    sdk.models.get(model=DRAWS)

    ours, theirs = gemini.books.calls
    assert (ours.method, ours.path, ours.query, ours.body) == (theirs.method, theirs.path, theirs.query, theirs.body)
