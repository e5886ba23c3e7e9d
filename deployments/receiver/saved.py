"""The saved blocks as the receiver knows them: read again and again, so that nothing needs to be restarted."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.exceptions import PrefectException
from pydantic import SecretStr

from blocks.errors import ProviderUnavailable, SetupError
from blocks.receiver import RECEIVER_BLOCK, Receiver, same
from blocks.results.table import ResultsTable

READ_EVERY_S = 30.0
AWAY = (httpx.HTTPError, PrefectException, OSError, TimeoutError)
"""What a call to Prefect's server may end with when the server is away, or answers nonsense."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """What the receiver was told by blocks."""

    receiver: Receiver
    results: ResultsTable


class SavedBlocks:
    """The blocks `receiver/default` and `results-table/default`, as they were a moment ago."""

    def __init__(self, client: PrefectClient) -> None:
        self._client = client
        self._settings: Settings | None = None
        self._trouble = "they were not read yet"
        self._pairing = asyncio.Lock()

    @property
    def now(self) -> Settings:
        """Give what they say.

        Raises:
            ProviderUnavailable: they could not be read since the receiver was started.
        """
        if self._settings is None:
            raise ProviderUnavailable(f"the receiver's blocks cannot be read: {self._trouble}")
        return self._settings

    async def read(self) -> None:
        """Read them; while Prefect is away, what they said before holds.

        Raises:
            ProviderUnavailable: Prefect is away.
            SetupError: they are missing.
        """
        try:
            receiver: Receiver = await Receiver.aload(RECEIVER_BLOCK, client=self._client)
            results: ResultsTable = await ResultsTable.aload("default", client=self._client)
        except AWAY as error:
            raise ProviderUnavailable(f"Prefect's server does not answer: {type(error).__name__}") from error
        except ValueError as error:  # a block that is missing or broken; the cause may show its fields
            raise SetupError("a block of the receiver is missing or broken: run `python -m deployments setup`") from error
        self._settings = Settings(receiver, results)

    async def keep_reading(self) -> None:
        """Read them for as long as the receiver lives; trouble is told once."""
        while True:
            try:
                await self.read()
            except (ProviderUnavailable, SetupError) as error:
                if str(error) != self._trouble:
                    _log.warning("the receiver's blocks cannot be read: %s", error)
                self._trouble = str(error)
            else:
                self._trouble = ""
            await asyncio.sleep(READ_EVERY_S if self._settings is not None else 1)

    async def pair(self, token: SecretStr) -> bool:
        """Take Notion's verification token if that is allowed now, for good and once; tell whether it is ours now.

        Raises:
            ProviderUnavailable: Prefect is away.
            SetupError: the blocks are missing.
        """
        async with self._pairing:
            await self.read()
            receiver = self.now.receiver
            if not receiver.is_pairing(datetime.now(UTC)):
                # The same token again: our answer was lost.
                return same(receiver.notion_verification_token, token.get_secret_value())
            paired = receiver.paired(token)
            try:
                await paired.asave(RECEIVER_BLOCK, overwrite=True, client=self._client)
            except AWAY as error:
                raise ProviderUnavailable(f"Prefect's server does not answer: {type(error).__name__}") from error
            self._settings = Settings(paired, self.now.results)
            return True
