"""The public list of everything that can be configured."""

from prefect.blocks.core import Block

from blocks.channel import Channel
from blocks.providers.offline import (
    FolderPublisher,
    OfflineClipAnimator,
    OfflineImageMaker,
    OfflineNarrator,
    OfflinePlanner,
    OfflineSoundDesigner,
)
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
    Channel,
)
