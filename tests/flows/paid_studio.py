"""A studio whose channel buys everything from emulated vendors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from blocks.channel import Channel
from blocks.domain.request import VideoRequest
from blocks.domain.storyboard import Storyboard
from blocks.providers.elevenlabs.account import ElevenLabsCredentials
from blocks.providers.elevenlabs.narrator import ElevenLabsNarrator
from blocks.providers.elevenlabs.sound_designer import ElevenLabsSoundDesigner
from blocks.providers.google.account import GeminiCredentials
from blocks.providers.google.image_maker import GeminiImageMaker
from blocks.providers.google.planner import GeminiPlanner
from blocks.providers.kie.animator import KlingAnimator
from blocks.providers.kie.api import KieCredentials
from blocks.providers.offline import FolderPublisher
from blocks.storyboard_files import load_storyboard
from tests.emulators import elevenlabs, gemini, kie
from tests.emulators.elevenlabs import ElevenLabsEmulator
from tests.emulators.faults import Faults
from tests.emulators.gemini import GeminiEmulator
from tests.emulators.kie import KieEmulator

ROOT = Path(__file__).parents[2]
KEYS = {"gemini": "gemini-key-5b1f", "kie": "kie-key-93aa", "elevenlabs": "elevenlabs-key-c07d"}
"""Keys that nothing but these tests knows, so that finding one anywhere is a leak."""
FREE = ("uploads", "files")


@dataclass
class Vendors:
    """The vendors of one film."""

    gemini: GeminiEmulator
    kie: KieEmulator
    elevenlabs: ElevenLabsEmulator
    seed: int = field(default=0)

    @property
    def total_usd(self) -> Decimal:
        """Everything that all of them billed."""
        return sum((one.books.total_usd for one in (self.gemini, self.kie, self.elevenlabs)), Decimal(0))

    @property
    def billed(self) -> dict[str, Decimal]:
        """Every charge by the request id that its answer bore."""
        books = (self.gemini.books, self.kie.books, self.elevenlabs.books)
        return {charge.request_id: charge.usd for book in books for charge in book.charges}

    def jobs_by_picture(self) -> list[str]:
        """Give, for each job that was ever ordered, the picture it was to animate."""
        return [
            str(body["input"].get("image_url") or body["input"]["image_urls"][0])
            for body in self.kie.books.requests("createTask")
        ]


@contextmanager
def all_vendors(seed: int = 0, rates: Mapping[str, float] | None = None, **kie_options: Any) -> Iterator[Vendors]:
    """Serve Gemini, KIE and ElevenLabs, with a seeded plan of faults if rates are given."""
    with ExitStack() as stack:
        plans = [Faults(seed=seed, rates=rates or {}) for _ in range(3)]
        yield Vendors(
            gemini=stack.enter_context(gemini.served(api_key=KEYS["gemini"], faults=plans[0])),
            kie=stack.enter_context(kie.served(api_key=KEYS["kie"], faults=plans[1], **{"dwell_s": 0.05} | kie_options)),
            elevenlabs=stack.enter_context(elevenlabs.served(api_key=KEYS["elevenlabs"], faults=plans[2])),
            seed=seed,
        )


def paid_channel(vendors: Vendors, home: Path, **changes: Any) -> Channel:
    """Give a channel that buys from the emulated vendors, with the paces of an impatient test."""
    google = GeminiCredentials(api_key=SecretStr(KEYS["gemini"]), base_url=vendors.gemini.url)
    voices = ElevenLabsCredentials(api_key=SecretStr(KEYS["elevenlabs"]), base_url=vendors.elevenlabs.url)
    settings: dict[str, Any] = {
        "name": "Paid",
        "workspaces": home / "workspaces",
        "publisher": FolderPublisher(folder=home / "films"),
        "planner": GeminiPlanner(credentials=google),
        "image_maker": GeminiImageMaker(credentials=google),
        "clip_animator": KlingAnimator(
            credentials=KieCredentials(api_key=SecretStr(KEYS["kie"]), base_url=vendors.kie.url),
            upload_url=vendors.kie.upload_url,
            poll_s=0.05,
            settle_s=0.2,
        ),
        "narrator": ElevenLabsNarrator(credentials=voices, voice_id="narrator-voice"),
        "sound_designer": ElevenLabsSoundDesigner(credentials=voices),
        "retry_waits_s": (0.05, 0.05, 0.05, 0.05),
        "video_budget_usd": Decimal(50),
        "daily_budget_usd": Decimal(500),
    }
    return Channel(**settings | changes)


def full_board(clip_seconds: int = 8) -> Storyboard:
    """Give the full sample, 18 scenes, with short clips: what is bought is the same, what is encoded less."""
    board = load_storyboard(ROOT / "docs/samples/documentary.yaml")
    scenes = tuple(scene.model_copy(update={"clip_seconds": clip_seconds}) for scene in board.scenes)
    return board.model_copy(update={"scenes": scenes})


def full_request(clip_seconds: int = 8) -> VideoRequest:
    """Ask for the full sample."""
    return VideoRequest(storyboard=full_board(clip_seconds))
