"""Google Gemini: the account that pays."""

from __future__ import annotations

from pydantic import Field, SecretStr

from blocks.described import DescribedOnce
from blocks.domain.frozen import Frozen
from blocks.errors import BadSpec
from blocks.http import Door
from blocks.providers.google.answers import gemini_fault

LANE = "gemini"
_READ_S = 300.0
"""A large picture takes minutes when the service is busy; giving up early would pay for it twice."""


class GeminiCredentials(DescribedOnce):
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
