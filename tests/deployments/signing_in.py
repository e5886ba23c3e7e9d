"""A studio with one channel, and an owner with a browser: what tests of signing in share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import BlockDocumentUpdate
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL

from blocks.channel import Channel
from blocks.providers.offline import FolderPublisher
from blocks.providers.youtube.account import YouTubeAccount
from deployments.authorize import Wish, authorize
from tests.emulators.google_oauth import CHANNEL, CLIENT_ID, CLIENT_SECRET, GoogleOAuthEmulator
from tests.emulators.youtube import YouTubeEmulator
from tests.emulators.youtube import served as served_youtube

ROOT = Path(__file__).parents[2]
WOLVES = "UCwolvesAndOthers0123456"
TITLES = {CHANNEL: "Foxes", WOLVES: "Wolves"}


@contextmanager
def served_channels(google: GoogleOAuthEmulator) -> Iterator[YouTubeEmulator]:
    """Serve a YouTube that has these channels, and knows whom Google's tokens speak for."""
    with served_youtube(token_holder=google.holder) as youtube:
        for channel_id, title in TITLES.items():
            youtube.add_channel(title, channel_id)
        yield youtube
        assert youtube.schema_problems == []


@dataclass
class Owner:
    """Reads the terminal, and clicks."""

    google: GoogleOAuthEmulator
    youtube: YouTubeEmulator
    folder: Path
    told: list[str] = field(default_factory=list)

    def authorize(self, *, channel: str = "foxes", client: Path | None = None, account: str = "", **options) -> list[str]:
        """Run the command; without a file, the client of the account's block asks."""
        options = {"open_page": self.click, "patience_s": 20.0} | options
        return authorize(Wish(channel, client, account), self.told.append, **options)

    def authorize_in_shell(self, *arguments: str, surroundings: dict[str, str]) -> str:
        """Run the command as a program of its own, which shows the address, and click on that; gives all it said."""
        command = [sys.executable, "-m", "deployments", "--home", str(self.folder), "authorize", "--no-browser", *arguments]
        environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value())} | surroundings
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as program:
            assert program.stdout is not None
            said = ""
            for line in program.stdout:
                if line.startswith("http"):
                    self.click(line.strip())
                said += line
        assert program.returncode == 0, said
        return said

    def click(self, address: str) -> bool:
        """Open a page as a browser does, which goes where it is sent."""
        options = {"follow_redirects": True, "verify": False}
        threading.Thread(target=httpx.get, args=(address,), kwargs=options).start()
        return True

    def client_file(self, *, kind: str = "installed", **changes: str) -> Path:
        """Download a client's JSON from Google's console."""
        client = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "auth_uri": f"{self.google.url}/o/oauth2/auth",
            "token_uri": f"{self.google.url}/token",
        }
        file = self.folder / "client_secret.json"
        file.write_text(json.dumps({kind: client | changes}))
        return file

    def change_account(self, **changes: str | None) -> None:
        """Change the saved block of the account."""
        _change("youtube-account", changes)

    def change_channel(self, **changes: str) -> None:
        """Change the saved block of the channel."""
        _change("channel", changes)

    def begin_anew(self) -> None:
        """Make everything as it was before anybody signed in."""
        fresh = GoogleOAuthEmulator(url=self.google.url, books=self.google.books)
        self.google.__dict__.update({name: value for name, value in fresh.__dict__.items() if name != "faults"})
        self.google.books.calls.clear()
        address = f"{self.google.url}/o/oauth2/v2/auth"
        self.change_account(**_PLAIN, auth_url=address, refresh_token=None, youtube_channel_id="", channel_title="")
        self.change_channel(youtube_channel_id="")
        self.told = []


_PLAIN = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


def save_blocks(owner: Owner) -> None:
    """Save the channel foxes, and an account of that name that has a client and no leave yet."""
    publisher = FolderPublisher(folder=owner.folder / "films")
    Channel(name="Foxes", workspaces=owner.folder / "workspaces", publisher=publisher).save("foxes", overwrite=True)
    account_at(owner).save("foxes", overwrite=True)


def account_at(owner: Owner, **changes: object) -> YouTubeAccount:
    """Give an account at the emulators."""
    settings = {
        **_PLAIN,
        "channel": "foxes",
        "api_url": owner.youtube.url,
        "auth_url": f"{owner.google.url}/o/oauth2/v2/auth",
        "token_url": f"{owner.google.url}/token",
    }
    return YouTubeAccount.model_validate(settings | changes)


def _change(slug: str, data: dict[str, str | None]) -> None:
    with get_client(sync_client=True) as client:
        there = client.read_block_document_by_name("foxes", slug)
        client.update_block_document(there.id, BlockDocumentUpdate(block_schema_id=there.block_schema_id, data=data))


def forget_all() -> None:
    """Delete all channels and accounts."""
    with get_client(sync_client=True) as client:
        for slug in ("channel", "youtube-account"):
            try:
                documents = client.read_block_documents_by_type(slug)
            except PrefectHTTPStatusError:  # nobody ever saved one
                continue
            for document in documents:
                client.delete_block_document(document.id)
