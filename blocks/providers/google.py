"""Google Gemini: the account, and the maker that draws with it."""

from __future__ import annotations

from typing import ClassVar, Literal

from prefect.blocks.core import Block
from pydantic import Field, JsonValue, SecretStr

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.image_maker import ImageMaker
from blocks.capabilities.maker import Standing, account_name
from blocks.domain.frozen import Frozen
from blocks.domain.money import Price, Usage
from blocks.domain.specs import ImageSpec
from blocks.errors import BadSpec, MediaError, ProviderUnavailable
from blocks.http import Door
from blocks.media.cut_out import CUT_OUT_VERSION, GroundUnclear, cut_out
from blocks.media.exchange import fitted, read_picture
from blocks.media.nearness import Pixels, save_still
from blocks.providers.google_answers import Reply, billed, gemini_fault, generate, lacking
from blocks.providers.google_order import ORDER_VERSION, ImageSize, SafetyThreshold, order_words, write_order
from blocks.providers.google_tariff import (
    DEFAULT_IMAGE_MODEL,
    IMAGE_PRICES,
    REFERENCE_TOKENS,
    THOUGHT_TOKENS,
    image_tokens,
    text_tokens,
)

LANE = "gemini"
_READ_S = 300.0
"""A large picture takes minutes when the service is busy; giving up early would pay for it twice."""


class GeminiCredentials(Block):
    """The key to a Google Gemini project, and where its service is."""

    _block_type_name = "Gemini Credentials"

    api_key: SecretStr = Field(description="Key from Google AI Studio, of a project with billing.")
    base_url: str = Field(
        default="https://generativelanguage.googleapis.com", description="Address of the service, without its version."
    )
    api_version: str = Field(default="v1beta", description="Version of the service: v1beta or v1.")
    daily_calls: int | None = Field(
        default=None, ge=0, description="Paid calls a day that the key is allowed; empty if you set none."
    )

    def get_client(self) -> Door:
        """Open the door to the service; paths begin below its version."""
        return Door(
            service="Gemini",
            base_url=f"{self.base_url.rstrip('/')}/{self.api_version}",
            dialect=gemini_fault,
            headers={"x-goog-api-key": self.api_key},
            read_s=_READ_S,
        )


class _Model(Frozen, extra="ignore", populate_by_name=True):
    """What the service tells of a model."""

    methods: tuple[str, ...] = Field(default=(), alias="supportedGenerationMethods")


def check_model(credentials: GeminiCredentials, model: str) -> None:
    """See, free of charge, that the key is accepted and the model still answers.

    Raises:
        CredentialsRejected: the key is not accepted.
        BadSpec: the model is retired, unknown, or does not answer prompts.
        TransientError: the service cannot be asked now.
    """
    with credentials.get_client() as door:
        methods = door.get(f"/models/{model}").read(_Model).methods
    if methods and "generateContent" not in methods:
        raise BadSpec(f"Gemini: the model {model} knows {', '.join(methods)} but not generateContent: set another one")


class GeminiImageMaker(ImageMaker):
    """Draws with an image model of Google Gemini; cut-outs are drawn on one flat colour and cut out of it on this machine."""

    _block_type_name = "Gemini Image Maker"
    lane: ClassVar[str | None] = LANE
    prices: ClassVar[tuple[Price, ...]] = IMAGE_PRICES

    kind: Literal["gemini"] = Field(default="gemini", description="Tells makers apart.")
    credentials: GeminiCredentials = Field(description="The account that pays.")
    model: str = Field(default=DEFAULT_IMAGE_MODEL, min_length=1, description="Model that draws.")
    image_size: ImageSize = Field(default="1K", description="Size the model draws at, before it is fitted: 1K, 2K or 4K.")
    safety: SafetyThreshold | None = Field(
        default=None, description="From which probability of harm pictures are blocked; empty for the service's own choice."
    )

    @property
    def account(self) -> str:
        """Name the account by a mark of its key."""
        return account_name(LANE, self.credentials.api_key)

    @property
    def charged_model(self) -> str:
        """Name the model that draws."""
        return self.model

    @property
    def daily_calls(self) -> int | None:
        """Give what the owner of the key set."""
        return self.credentials.daily_calls

    def fingerprint(self) -> dict[str, JsonValue]:
        """Give the model, its settings, and the versions of our words and of the cutting out."""
        return {
            "kind": self.kind,
            "model": self.model,
            "image_size": self.image_size,
            "safety": self.safety,
            "order": ORDER_VERSION,
            "cut_out": CUT_OUT_VERSION,
        }

    def check(self) -> Standing | None:
        """Look the model up; the service does not tell how much of the allowance is used."""
        check_model(self.credentials, self.model)
        return None

    def estimate(self, spec: ImageSpec) -> Usage:
        """Count the tokens of the words, of the pictures looked at, of the thoughts and of the picture."""
        return Usage.of(
            input_token=text_tokens(order_words(spec)) + REFERENCE_TOKENS * len(spec.references),
            output_token=THOUGHT_TOKENS,
            image_token=image_tokens(self.model, self.image_size),
        )

    def draw(self, spec: ImageSpec, bench: Bench) -> Made:
        """Draw one picture through POST /models/{model}:generateContent, and fit it to the size asked for.

        Raises:
            ProviderUnavailable: with the usage, when the answer was billed and holds no picture that can be used.
        """
        references = tuple(bench.open(address) for address in spec.references)
        order = write_order(spec, references, self.image_size, self.safety)
        with self.credentials.get_client() as door:
            reply, answer = generate(door, self.model, order)
            picture = reply.picture
            if picture is None:
                raise billed(door.error_of(lacking(reply, "picture"), answer), reply)
        file = bench.folder / "still.png"
        save_still(file, self._finished(spec, picture, reply))
        return Made(
            file=file,
            usage=reply.usage or self.estimate(spec),
            model=reply.model_version or self.model,
            request_id=reply.response_id,
        )

    def _finished(self, spec: ImageSpec, content: bytes, reply: Reply) -> Pixels:
        try:
            picture = read_picture(content)
            if spec.transparent:
                return cut_out(picture, spec.width_px, spec.height_px)
            return fitted(picture, spec.width_px, spec.height_px)
        except (MediaError, GroundUnclear) as error:
            raise ProviderUnavailable(
                f"Gemini: what {self.model} drew cannot be used, request {reply.response_id or 'without an id'}: {error}; "
                "it is tried again later",
                usage=reply.usage,
                request_id=reply.response_id,
            ) from error
