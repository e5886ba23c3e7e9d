"""What tests of planners by language model order, and what they look for."""

import pickle
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from blocks.capabilities.bench import Bench
from blocks.capabilities.conversing_planner import ConversingPlanner
from blocks.domain.specs import PlanSpec
from blocks.domain.storyboard import Storyboard
from blocks.errors import StudioError
from blocks.providers.google.account import GeminiCredentials
from blocks.providers.google.planner import GeminiPlanner
from blocks.providers.openai_chat import OpenAIChatCredentials, OpenAIChatPlanner
from blocks.storage import LocalStorage
from tests.emulators.gemini import GeminiEmulator
from tests.emulators.openai_chat import OpenAIChatEmulator

KEY = "test-key"
PAID = {"input_token": Decimal("0.0000002"), "output_token": Decimal("0.0000008")}
SALMON = PlanSpec(
    topic="The salmon run of an Alaskan river",
    story_direction="Every autumn the salmon return. Bears wait at the falls. Few reach the pools where they were born.",
    target_seconds=60,
    style_pack="silhouette",
)


def chat(vendor: OpenAIChatEmulator, key: str = KEY, **settings) -> OpenAIChatPlanner:
    """Give a planner that asks the emulated chat."""
    credentials = OpenAIChatCredentials(api_key=SecretStr(key), base_url=f"{vendor.url}/v1")
    return OpenAIChatPlanner(credentials=credentials, **settings)


def google(vendor: GeminiEmulator, **settings) -> GeminiPlanner:
    """Give a planner that asks the emulated Gemini."""
    return GeminiPlanner(credentials=GeminiCredentials(api_key=SecretStr(KEY), base_url=vendor.url), **settings)


def bench_in(folder: Path) -> Bench:
    """Give an empty bench over an empty store."""
    folder.mkdir()
    return Bench(folder=folder, storage=LocalStorage(folder=folder / "store"))


def planned(maker: ConversingPlanner, bench: Bench, spec: PlanSpec = SALMON) -> Storyboard:
    """Plan a film, and read the plan."""
    return Storyboard.model_validate_json(maker.plan(spec, bench).file.read_bytes())


def failing(maker: ConversingPlanner, bench: Bench, kind: type[StudioError]) -> StudioError:
    """Plan a film in vain, and give the error; it says no key, and survives the way between processes with its bill."""
    with pytest.raises(kind) as caught:
        maker.plan(SALMON, bench)
    assert KEY not in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).usage == caught.value.usage
    return caught.value
