"""The access token of a channel: one process renews it, everyone has it, and nobody reads it anywhere."""

from __future__ import annotations

import logging
import multiprocessing
import stat
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from prefect.settings import PREFECT_HOME, temporary_settings
from pydantic import SecretStr

from blocks.errors import CredentialsRejected, ProviderUnavailable, RateLimited, SetupError, StudioError
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.tokens import AccountTokens, access_token
from tests.emulators import faults as ways
from tests.emulators.google_grants import FORCE_SSL, UPLOAD, Grant
from tests.emulators.google_oauth import CHANNEL, CLIENT_SECRET, GoogleOAuthEmulator

PROCESSES = 2


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where tokens are kept in a test: in a Prefect home of its own."""
    home = tmp_path / "home"
    with temporary_settings(updates={PREFECT_HOME: home}):
        yield home / "youtube-tokens"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch):
    """Moves the time that tokens are looked at."""
    began = time.time()

    def move(seconds: float) -> None:
        monkeypatch.setattr("blocks.providers.youtube.tokens.time.time", lambda: began + seconds)

    move(0)
    return move


def refusal(account: YouTubeAccount) -> str:
    with pytest.raises(CredentialsRejected) as refused:
        access_token(account)
    return str(refused.value)


def shows_nothing(words: str, account: YouTubeAccount, google: GoogleOAuthEmulator) -> bool:
    assert account.refresh_token is not None
    secrets = (CLIENT_SECRET, account.refresh_token.get_secret_value(), *google._refreshes, *google._accesses)
    return not any(secret in words for secret in secrets)


def test_a_token_is_good_for_what_the_channel_allowed(account: YouTubeAccount, google: GoogleOAuthEmulator) -> None:
    token = access_token(account)

    assert google.holder(token.get_secret_value()) == Grant(CHANNEL, frozenset({UPLOAD, FORCE_SSL}))


def test_google_is_asked_once_for_a_token_that_lives(account: YouTubeAccount, google: GoogleOAuthEmulator) -> None:
    given = {access_token(account).get_secret_value() for _ in range(3)}

    assert len(given) == 1
    assert google.books.count("token") == 1


@pytest.mark.parametrize(("later_s", "calls"), [(2900, 1), (3000, 2)], ids=["eleven minutes left", "less than ten minutes left"])
def test_a_token_is_renewed_ten_minutes_before_its_end(account, google, clock, later_s: int, calls: int) -> None:
    access_token(account)
    clock(later_s)

    access_token(account)

    assert google.books.count("token") == calls


@pytest.mark.parametrize(("life_s", "calls"), [(300, 1), (59, 2)], ids=["five minutes", "less than a minute"])
def test_a_token_that_never_lives_long_is_used_down_to_its_last_minute(account, google, life_s: int, calls: int) -> None:
    google.expires_in_s = life_s

    access_token(account)
    access_token(account)

    assert google.books.count("token") == calls


@pytest.mark.parametrize("fault", [ways.BROKEN, ways.OVERLOADED, ways.RESET, ways.RATE_LIMITED])
def test_a_token_that_lives_a_while_is_used_on_while_google_is_away(account, google, clock, fault: str) -> None:
    old = access_token(account)
    clock(3100)
    google.faults.next("token", fault)

    assert access_token(account) == old


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (ways.BROKEN, ProviderUnavailable),
        (ways.OVERLOADED, ProviderUnavailable),
        (ways.RESET, ProviderUnavailable),
        (ways.TRUNCATED, ProviderUnavailable),
        (ways.RATE_LIMITED, RateLimited),
    ],
)
def test_google_that_is_away_can_be_asked_again(account, google, fault: str, kind: type[StudioError]) -> None:
    google.faults.next("token", fault)

    with pytest.raises(kind) as away:
        access_token(account)

    assert shows_nothing(str(away.value), account, google)
    assert access_token(account)


def test_a_refused_token_is_replaced(account: YouTubeAccount, google: GoogleOAuthEmulator) -> None:
    old = access_token(account)
    google.end_access_tokens()

    new = AccountTokens(account).token(refused=old)

    assert google.holder(new.get_secret_value()) is not None


def test_a_refused_token_that_another_has_replaced_is_not_replaced_again(account, google) -> None:
    old = access_token(account)
    new = access_token(account, refused=old)

    assert access_token(account, refused=old) == new
    assert google.books.count("token") == 2


def test_a_refused_token_is_not_given_again_while_google_is_away(account, google) -> None:
    old = access_token(account)
    google.faults.next("token", ways.BROKEN)

    with pytest.raises(ProviderUnavailable):
        access_token(account, refused=old)


def _ask(account: YouTubeAccount, start: Barrier, given) -> None:
    start.wait()
    given.put(access_token(account).get_secret_value())


def test_of_several_processes_one_asks_google(account, google) -> None:
    google.latency_s = 0.3
    spawn = multiprocessing.get_context("spawn")
    start, given = spawn.Barrier(PROCESSES), spawn.Queue()
    processes = [spawn.Process(target=_ask, args=(account, start, given)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()

    tokens_given = {given.get(timeout=60) for _ in processes}

    for process in processes:
        process.join()
    assert len(tokens_given) == 1
    assert google.books.count("token") == 1


def test_a_rotated_refresh_token_is_used_from_then_on(account: YouTubeAccount, google: GoogleOAuthEmulator) -> None:
    google.rotates = True
    first = access_token(account)
    second = access_token(account, refused=first)

    third = access_token(account, refused=second)

    assert google.holder(third.get_secret_value()) is not None


def test_whoever_knows_the_new_refresh_token_shares_what_the_old_one_led_to(account, google) -> None:
    google.rotates = True
    saved: list[SecretStr] = []
    token = access_token(account, save=saved.append)

    assert access_token(account.model_copy(update={"refresh_token": saved[0]})) == token
    assert google.is_live(saved[0].get_secret_value())


def test_a_refresh_token_that_could_not_be_saved_is_saved_the_next_time(account, google) -> None:
    google.rotates = True
    saved: list[SecretStr] = []

    def fail(_: SecretStr) -> None:
        raise ProviderUnavailable("Prefect is away")

    access_token(account, save=fail)
    access_token(account, save=saved.append)

    assert len(saved) == 1


def test_nothing_is_saved_while_the_refresh_token_is_the_same(account: YouTubeAccount) -> None:
    saved: list[SecretStr] = []

    access_token(account, save=saved.append)

    assert saved == []


def test_a_revoked_channel_is_told_how_to_sign_in_again(account: YouTubeAccount, google: GoogleOAuthEmulator) -> None:
    google.revoke_channel(CHANNEL)

    message = refusal(account)

    assert f"Foxes ({CHANNEL})" in message
    assert "`python -m deployments authorize --channel foxes`" in message


def test_a_channel_that_never_signed_in_is_told_how(account: YouTubeAccount, google: GoogleOAuthEmulator) -> None:
    message = refusal(account.model_copy(update={"refresh_token": None}))

    assert "was never signed in" in message
    assert "authorize --channel foxes" in message
    assert google.books.count() == 0


def test_a_refused_client_is_named(account: YouTubeAccount) -> None:
    message = refusal(account.model_copy(update={"client_secret": SecretStr("of yesterday")}))

    assert account.client_id in message
    assert "`python -m deployments authorize --channel foxes --client FILE`" in message
    assert "of yesterday" not in message


@pytest.mark.parametrize(("scope", "box"), [(UPLOAD, "See, edit, and permanently"), (FORCE_SSL, "Manage your YouTube videos")])
def test_a_box_that_was_left_empty_is_named(account, google, scope: str, box: str) -> None:
    token = SecretStr(google.give_refresh_token(scopes=frozenset({scope})))

    assert box in refusal(account.model_copy(update={"refresh_token": token}))


def test_a_file_of_tokens_is_for_its_owner_alone_and_shows_nothing(account, google, folder: Path) -> None:
    google.rotates = True

    access_token(account)

    made = list(folder.glob("*"))
    assert len(made) == 3  # of the old refresh token, of the new one, and the lock
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in made if file.suffix != ".lock"} == {0o600}
    assert all(shows_nothing(file.read_bytes().decode() + file.name, account, google) for file in made)


def test_a_torn_file_is_as_good_as_none(account: YouTubeAccount, google: GoogleOAuthEmulator, folder: Path) -> None:
    access_token(account)
    (kept,) = (file for file in folder.glob("*") if not file.suffix)
    kept.write_bytes(kept.read_bytes()[:50])

    access_token(account)

    assert google.books.count("token") == 2


def test_a_folder_that_cannot_be_used_is_named(account, folder: Path) -> None:
    folder.parent.mkdir()
    folder.touch()

    with pytest.raises(SetupError, match=str(folder)):
        access_token(account)


def test_nothing_secret_is_logged_or_told(account, google, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="blocks.http")
    google.rotates = True
    token = access_token(account)
    access_token(account, refused=token)
    google.revoke_channel(CHANNEL)

    message = refusal(account.model_copy(update={"refresh_token": SecretStr("1//0g-another")}))

    assert "POST" in caplog.text
    assert shows_nothing(f"{caplog.text} {message} {account!r}", account, google)
