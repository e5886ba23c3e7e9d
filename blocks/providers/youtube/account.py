"""A YouTube channel that signed in, and the client at Google that it signed in to."""

from __future__ import annotations

from pydantic import Field, SecretStr

from blocks.described import DescribedOnce


class YouTubeAccount(DescribedOnce):
    """Leave to publish on one YouTube channel, which `python -m deployments authorize` fills in."""

    _block_type_name = "YouTube Account"

    client_id: str = Field(
        min_length=1,
        description="Id of your OAuth client at Google, of the type Desktop app; ends in .apps.googleusercontent.com.",
    )
    client_secret: SecretStr = Field(description="Secret of that client.")
    refresh_token: SecretStr | None = Field(
        default=None, description="What Google gave for the channel's consent; written by `authorize`, not by hand."
    )
    youtube_channel_id: str = Field(
        default="", description="YouTube's id of the channel that consented, UC and 22 more characters; written by `authorize`."
    )
    channel_title: str = Field(default="", description="Title of the channel that consented; written by `authorize`.")
    channel: str = Field(default="", description="Id of the studio's channel that was signed in; written by `authorize`.")
    project: str = Field(
        default="", description="Project at Google whose quota is used; empty for the one whose number begins the client's id."
    )
    api_url: str = Field(default="https://youtube.googleapis.com", description="Address of YouTube's API.")
    auth_url: str = Field(
        default="https://accounts.google.com/o/oauth2/v2/auth", description="Address of the page on which owners consent."
    )
    token_url: str = Field(default="https://oauth2.googleapis.com/token", description="Address that gives tokens.")

    @property
    def account(self) -> str:
        """Name the account in the studio's books: it stays the same when the channel signs in anew."""
        return f"youtube:{self.youtube_channel_id or self.channel or self.client_id}"

    @property
    def quota_project(self) -> str:
        """Name the project whose quota is used: YouTube counts by project, not by channel."""
        return self.project or self.client_id.partition("-")[0]

    @property
    def spoken(self) -> str:
        """Name the channel for people: `Foxes (UC...)`."""
        words = f"{self.channel_title} ({self.youtube_channel_id})" if self.youtube_channel_id else self.channel
        return f"the YouTube channel {words}" if words else "the YouTube channel"

    @property
    def sign_in(self) -> str:
        """Give the command that signs the channel in."""
        return f"`python -m deployments authorize --channel {self.channel or 'ID'}`"
