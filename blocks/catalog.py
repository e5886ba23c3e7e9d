"""The public list of everything that can be configured."""

from prefect.blocks.core import Block

from blocks.channel import Channel
from blocks.providers.elevenlabs import ElevenLabsNarrator
from blocks.providers.elevenlabs_account import ElevenLabsCredentials
from blocks.providers.elevenlabs_sound import ElevenLabsSoundDesigner
from blocks.providers.google import GeminiCredentials, GeminiImageMaker
from blocks.providers.google_planner import GeminiPlanner
from blocks.providers.kie import KlingAnimator
from blocks.providers.kie_api import KieCredentials
from blocks.providers.kling import KlingOfficialAnimator
from blocks.providers.kling_api import KlingCredentials
from blocks.providers.offline import (
    FolderPublisher,
    OfflineClipAnimator,
    OfflineImageMaker,
    OfflineNarrator,
    OfflinePlanner,
    OfflineSoundDesigner,
)
from blocks.providers.openai_chat import OpenAIChatCredentials, OpenAIChatPlanner
from blocks.results.table import ResultsTable
from blocks.storage import LocalStorage

BLOCK_TYPES: tuple[type[Block], ...] = (
    LocalStorage,
    ResultsTable,
    OfflinePlanner,
    OfflineImageMaker,
    OfflineClipAnimator,
    OfflineNarrator,
    OfflineSoundDesigner,
    FolderPublisher,
    GeminiCredentials,
    GeminiPlanner,
    GeminiImageMaker,
    KieCredentials,
    KlingAnimator,
    KlingCredentials,
    KlingOfficialAnimator,
    ElevenLabsCredentials,
    ElevenLabsNarrator,
    ElevenLabsSoundDesigner,
    OpenAIChatCredentials,
    OpenAIChatPlanner,
    Channel,
)
