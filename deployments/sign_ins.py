"""What can ail the YouTube channels that signed in."""

from __future__ import annotations

import asyncio

from pydantic import SecretStr, ValidationError

from blocks.errors import CredentialsRejected, QuotaExhausted, StudioError
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.identity import own_channel
from blocks.providers.youtube.tokens import access_token
from blocks.studio import saved_names
from deployments.ailments import Finding


async def trouble_of_sign_ins() -> list[Finding]:
    """See of every saved account whether it may publish, and on the channel that it is for; costs a unit of quota each.

    A refresh token that Google has replaced is taken into the account's block.
    """
    names = sorted(await saved_names(YouTubeAccount.get_block_type_slug()))
    looked = await asyncio.gather(*(_trouble_of(name) for name in names))
    return [finding for finding in looked if finding is not None]


async def _trouble_of(name: str) -> Finding | None:
    block = f"{YouTubeAccount.get_block_type_slug()}/{name}"
    try:
        account: YouTubeAccount = await YouTubeAccount.aload(name)
    except (ValueError, RuntimeError, ValidationError) as error:  # its words may show fields
        return Finding(f"the block {block} cannot be read: {type(error).__name__}", f"save it anew in the UI: Blocks, {name}")
    replaced: list[SecretStr] = []
    finding = await asyncio.to_thread(_look, account, replaced)
    if replaced:
        await account.model_copy(update={"refresh_token": replaced[-1]}).asave(name, overwrite=True)
    return finding


def _look(account: YouTubeAccount, replaced: list[SecretStr]) -> Finding | None:
    try:
        access_token(account, save=replaced.append)
        who = own_channel(account)
    except CredentialsRejected as error:
        return Finding(str(error), account.sign_in)
    except QuotaExhausted as error:
        return Finding(f"{account.spoken}: {error}", "wait until midnight, Pacific time, or raise the project's quota at Google")
    except StudioError as error:
        return Finding(f"{account.spoken}: {error}", "`python -m deployments doctor`, a while later")
    if who.id != account.youtube_channel_id:
        what = f"{account.spoken} is what the account is for, and {who.title} ({who.id}) is who signed in"
        return Finding(what, f"{account.sign_in}, and choose the right channel")
    return None
