"""Drawing with Google Gemini."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, JsonValue

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.image_maker import ImageMaker
from blocks.capabilities.maker import Standing, account_name
from blocks.domain.money import Price, Usage
from blocks.domain.specs import ImageSpec
from blocks.errors import MediaError, ProviderUnavailable
from blocks.media.cut_out import GroundUnclear, cut_out
from blocks.media.exchange import fitted, read_picture
from blocks.media.nearness import Pixels, save_still
from blocks.providers.google.account import LANE, GeminiCredentials, check_model
from blocks.providers.google.answers import Reply, billed, generate, lacking
from blocks.providers.google.order import ImageSize, SafetyThreshold, order_words, write_order
from blocks.providers.google.tariff import (
    DEFAULT_IMAGE_MODEL,
    IMAGE_PRICES,
    REFERENCE_TOKENS,
    THOUGHT_TOKENS,
    image_tokens,
    text_tokens,
)


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
        """Give the model and its settings."""
        return {
            "kind": self.kind,
            "model": self.model,
            "image_size": self.image_size,
            "safety": self.safety,
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
