"""Which YouTube channel an account is signed in to."""

from __future__ import annotations

from blocks.capabilities.publication import UnwrittenPublication
from blocks.errors import CredentialsRejected
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.answers import YouTubeChannel
from blocks.providers.youtube.api import YouTube


def own_channel(account: YouTubeAccount) -> YouTubeChannel:
    """Ask YouTube which channel an account's token speaks for, whichever it was authorised for; costs one unit of quota.

    Raises:
        CredentialsRejected: it must sign in again, or has no channel.
        QuotaExhausted: the project's quota of the day is used up.
        TransientError: Google or YouTube does not answer.
    """
    with YouTube.open(account, UnwrittenPublication()) as line:
        found = line.channels()
    if not found:
        raise CredentialsRejected(
            "the Google account that was signed in has no YouTube channel: "
            "make a channel at youtube.com with this Google account, or sign in with another one"
        )
    return found[0]
