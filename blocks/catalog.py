"""The public list of everything that can be configured."""

from prefect.blocks.core import Block

from blocks.channel import Channel
from blocks.providers.elevenlabs.account import ElevenLabsCredentials
from blocks.providers.elevenlabs.narrator import ElevenLabsNarrator
from blocks.providers.elevenlabs.sound_designer import ElevenLabsSoundDesigner
from blocks.providers.google.account import GeminiCredentials
from blocks.providers.google.image_maker import GeminiImageMaker
from blocks.providers.google.planner import GeminiPlanner
from blocks.providers.kie.animator import KlingAnimator
from blocks.providers.kie.api import KieCredentials
from blocks.providers.kling.animator import KlingOfficialAnimator
from blocks.providers.kling.api import KlingCredentials
from blocks.providers.notion.account import NotionCredentials
from blocks.providers.notion.desk import NotionDesk
from blocks.providers.notion.storage import NotionStorage
from blocks.providers.offline import (
    FolderPublisher,
    OfflineClipAnimator,
    OfflineImageMaker,
    OfflineNarrator,
    OfflinePlanner,
    OfflineSoundDesigner,
)
from blocks.providers.openai_chat import OpenAIChatCredentials, OpenAIChatPlanner
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.publisher import YouTubePublisher
from blocks.receiver import Receiver
from blocks.results.table import ResultsTable
from blocks.s3_storage import S3Credentials, S3Storage
from blocks.signing import SigningCertificate
from blocks.storage import LocalStorage

BLOCK_TYPES: tuple[type[Block], ...] = (
    LocalStorage,
    S3Credentials,
    S3Storage,
    ResultsTable,
    Receiver,
    SigningCertificate,
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
    YouTubePublisher,
    NotionCredentials,
    NotionDesk,
    YouTubeAccount,
    NotionStorage,
    Channel,
)
