"""`python -m deployments authorize`: a channel's owner consents in a browser, and the studio may publish there."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from blocks.channel import Channel, block_name
from blocks.channel_files import saved_name
from blocks.channel_makers import credentials_of
from blocks.errors import BadSpec, CredentialsRejected, ProviderUnavailable, SetupError, StudioError, TransientError
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.answers import YouTubeChannel
from blocks.providers.youtube.consent import Client, Consent, read_client
from blocks.providers.youtube.identity import own_channel
from blocks.providers.youtube.loopback import Loopback
from blocks.providers.youtube.oauth import exchange_code, revoke_token
from blocks.providers.youtube.tokens import forget_tokens, keep_tokens
from blocks.results import entries, queue, stops
from blocks.results.table import ResultsTable
from blocks.saved_channels import save_channel
from blocks.studio import saved_names

PATIENCE_S = 300.0
"""How long an owner may take to answer."""
_NAME_FORM = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wish:
    """What shall be signed in."""

    channel: str
    """Id of the studio's channel."""
    client: Path | None = None
    """File of the client at Google; None for the one that the account's block holds."""
    account: str = ""
    """Name of the account's block; empty for the one that the channel publishes with, else the channel's own name."""


@dataclass(frozen=True)
class _Beginning:
    """What there is before an owner is asked."""

    channel: Channel
    account_name: str
    account: YouTubeAccount
    """As it will be saved, but for what the consent gives."""
    results: ResultsTable
    in_use: frozenset[str]
    """YouTube's ids of the channels that have consented to this client and are published on."""


def authorize(
    wish: Wish, say: Callable[[str], None], open_page: Callable[[str], bool] | None, patience_s: float = PATIENCE_S
) -> list[str]:
    """Ask a channel's owner for leave to publish there, and save it once it is clear for which YouTube channel it was given.

    Args:
        wish: what shall be signed in.
        say: tells the owner one line; it is given no secret.
        open_page: opens an address in a browser, and tells whether it could; None to leave that to the owner.
        patience_s: how long the owner may take.

    Returns:
        a line for each thing that was done.

    Raises:
        BadSpec: there is no such channel, or no client that could ask.
        CredentialsRejected: no leave was given, or for another channel than this one publishes to; nothing was saved.
        SetupError: the studio was never set up, or nobody answered in time, or Ctrl-C; nothing was saved.
        TransientError: Google or YouTube does not answer; nothing was saved.
    """
    beginning = asyncio.run(_begin(wish))
    try:
        signed = _ask_owner(beginning.account, say, open_page, patience_s)
    except KeyboardInterrupt:
        raise SetupError("stopped before leave was given, and nothing was saved: run the command again when you can") from None
    try:
        who = _who_consented(signed)
        _check_channel(beginning, signed, who)
    except StudioError:
        forget_tokens(signed)
        raise
    bound = signed.model_copy(update={"youtube_channel_id": who.id, "channel_title": who.title})
    return asyncio.run(_save(beginning, bound))


async def _begin(wish: Wish) -> _Beginning:
    channel = await _channel(wish.channel)
    try:
        results: ResultsTable = await ResultsTable.aload("default")
    except ValueError as error:
        raise SetupError("the studio has no books yet: run `make setup` (or `python -m deployments setup`)") from error
    used = credentials_of(channel.publisher)
    channel_id = channel.id or block_name(wish.channel)
    name = wish.account or (isinstance(used, YouTubeAccount) and saved_name(used)) or block_name(channel_id)
    if not _NAME_FORM.fullmatch(name):
        raise BadSpec(f"{name!r} is no name for an account's block: use small letters, digits and hyphens")
    saved: dict[str, YouTubeAccount] = {
        one: await YouTubeAccount.aload(one) for one in await saved_names(YouTubeAccount.get_block_type_slug())
    }
    client = None if wish.client is None else read_client(await asyncio.to_thread(_read, wish.client))
    account = _account(saved.get(name), client, channel_id)
    in_use = (one.youtube_channel_id for one in saved.values() if one.refresh_token and one.client_id == account.client_id)
    return _Beginning(channel, name, account, results, frozenset(in_use))


async def _channel(channel_id: str) -> Channel:
    try:
        channel: Channel = await Channel.aload(block_name(channel_id))
    except ValueError as error:
        if block_name(channel_id) in (names := await saved_names("channel")):
            raise
        known = ", ".join(sorted(names)) or "none yet"
        raise BadSpec(f"there is no channel {channel_id!r}; the channels are: {known}") from error
    return channel


def _account(saved: YouTubeAccount | None, client: Client | None, channel_id: str) -> YouTubeAccount:
    if client is None:
        if saved is None:
            raise BadSpec(
                f"the channel {channel_id} has no client at Google yet: make one as docs/publishing.md says, then "
                f"`python -m deployments authorize --channel {channel_id} --client FILE`"
            )
        return saved.model_copy(update={"channel": channel_id})
    addresses = {"auth_url": client.auth_uri, "token_url": client.token_uri}
    given = {
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "channel": channel_id,
        **{field: address for field, address in addresses.items() if address},
    }
    return YouTubeAccount.model_validate(given) if saved is None else saved.model_copy(update=given)


def _ask_owner(
    account: YouTubeAccount, say: Callable[[str], None], open_page: Callable[[str], bool] | None, patience_s: float
) -> YouTubeAccount:
    """Ask for consent in a browser; gives the account with what Google gave for it."""
    consent = Consent()
    with Loopback(consent.state) as loopback:
        address = consent.address(account, loopback.redirect_uri)
        if open_page is not None and open_page(address):
            say("Google's page is open in your browser: choose the channel, and allow everything it asks for")
        else:
            say("open this address in a browser on this machine, choose the channel, and allow everything it asks for:")
            say(address)
            say(f"(with a browser elsewhere, first: `ssh -L {loopback.port}:127.0.0.1:{loopback.port}` to this machine)")
        say(f"waiting for your answer for {patience_s / 60:.0f} minutes; Ctrl-C stops, and saves nothing")
        code = loopback.wait(patience_s)
        tokens = exchange_code(account, code, consent.verifier, loopback.redirect_uri)
    signed = account.model_copy(update={"refresh_token": tokens.refresh_token})
    keep_tokens(signed, tokens)
    return signed


def _who_consented(signed: YouTubeAccount) -> YouTubeChannel:
    try:
        return own_channel(signed)
    except TransientError as error:
        raise ProviderUnavailable(
            f"leave was given, but YouTube does not say for which channel, and nothing was saved: run the command again ({error})"
        ) from error


def _check_channel(beginning: _Beginning, signed: YouTubeAccount, who: YouTubeChannel) -> None:
    """Refuse a consent for another channel, and give it back, unless other films are published with it.

    Google takes back everything that a channel allowed a client, not one token alone.
    """
    before = beginning.account
    expected = beginning.channel.youtube_channel_id or before.youtube_channel_id
    if expected in {"", who.id}:
        return
    if who.id not in beginning.in_use and signed.refresh_token is not None:
        try:
            revoke_token(signed, signed.refresh_token)
        except StudioError as error:
            _log.warning("the leave for %s could not be given back: %s", who.id, error)
    title = f"{before.channel_title} ({expected})" if before.youtube_channel_id == expected else expected
    raise CredentialsRejected(
        f"the channel {before.channel} publishes to {title}, but leave was given for {who.title} ({who.id}); nothing was saved: "
        f"run the command again and choose {title}, or change youtube_channel_id in the block of the channel"
    )


async def _save(beginning: _Beginning, account: YouTubeAccount) -> list[str]:
    await account.asave(beginning.account_name, overwrite=True)
    done = [
        f"signed in: {account.channel_title} ({account.youtube_channel_id})",
        f"saved in the block {YouTubeAccount.get_block_type_slug()}/{beginning.account_name}",
    ]
    channel = beginning.channel
    if not channel.youtube_channel_id:
        bound = channel.model_copy(update={"youtube_channel_id": account.youtube_channel_id})
        await save_channel(account.channel, bound, channel)
        done.append(f"the channel {account.channel} publishes to it from now on, and to no other")
    if not isinstance(credentials_of(channel.publisher), YouTubeAccount):
        done.append(
            f"its films still go elsewhere: give the channel a publisher of the kind youtube with the credentials "
            f"{beginning.account_name} (docs/publishing.md)"
        )
    return done + await asyncio.to_thread(_go_on, beginning.results, account, beginning.account.account)


def _go_on(results: ResultsTable, account: YouTubeAccount, before: str) -> list[str]:
    """Let the account be asked again, whatever it was called before, and films go on that waited for its leave; says so."""
    with results.open() as session:
        lifted = [name for name in {account.account, before} if stops.lift_stop(session, name)]
        films = queue.films_held_back(session, account.channel)
        for video in films:
            entries.queue_film(session, video, "its channel signed in again")
            queue.want_run(session, video)
    done = [f"the account {name} was stopped and is asked again" for name in lifted]
    return done + [f"{video} waited for it and is queued" for video in films]


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise BadSpec(
            f"the client's file {file} cannot be read: {reason}; name the JSON that Google's console gave you"
        ) from error
