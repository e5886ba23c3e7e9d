"""Asking an owner for consent: the page, the answer that comes back, and the code that becomes tokens."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from blocks.errors import BadSpec, CredentialsRejected, ProviderUnavailable, QuotaExhausted, SetupError, StudioError
from blocks.providers.youtube.account import YouTubeAccount
from blocks.providers.youtube.consent import Consent, read_client
from blocks.providers.youtube.identity import own_channel
from blocks.providers.youtube.loopback import Loopback
from blocks.providers.youtube.oauth import exchange_code
from tests.emulators import faults as ways
from tests.emulators.google_grants import FORCE_SSL, UPLOAD
from tests.emulators.google_oauth import CHANNEL, CLIENT_SECRET, GoogleOAuthEmulator
from tests.emulators.youtube import YouTubeEmulator, served

INSTALLED = {
    "client_id": "840912345678-foxes.apps.googleusercontent.com",
    "project_id": "foxes",
    "auth_uri": "https://accounts.google.com/o/oauth2/auth",
    "token_uri": "https://oauth2.googleapis.com/token",
    "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
    "client_secret": "GOCSPX-foxes",
    "redirect_uris": ["http://localhost"],
}


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with Loopback("the state") as listener:
        yield listener


@pytest.fixture
def youtube(google: GoogleOAuthEmulator, account: YouTubeAccount) -> Iterator[YouTubeEmulator]:
    with served(token_holder=google.holder) as emulator:
        emulator.add_channel("Foxes", CHANNEL)
        yield emulator
        assert emulator.schema_problems == []


def get(url: str, **options) -> httpx.Response:
    with httpx.Client(verify=False, follow_redirects=True) as client:
        return client.get(url, **options)


def answered(loopback: Loopback, **query: str) -> httpx.Response:
    return get(loopback.redirect_uri, params=query)


def consented(account: YouTubeAccount, consent: Consent) -> tuple[SecretStr, str]:
    """Give the code that an owner's browser brings, and where it was brought to."""
    with Loopback(consent.state) as loopback:
        get(consent.address(account, loopback.redirect_uri))
        return loopback.wait(10), loopback.redirect_uri


def test_the_page_is_asked_for_as_google_wants_it(account: YouTubeAccount) -> None:
    address = urlsplit(Consent().address(account, "http://127.0.0.1:5/"))
    query = {name: values[0] for name, values in parse_qs(address.query).items()}

    assert query | {"state": "", "code_challenge": ""} == {
        "client_id": account.client_id,
        "redirect_uri": "http://127.0.0.1:5/",
        "response_type": "code",
        "scope": f"{UPLOAD} {FORCE_SSL}",
        "state": "",
        "code_challenge": "",
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",
    }


def test_no_two_questions_are_alike() -> None:
    first, second = Consent(), Consent()

    assert first.state != second.state
    assert first.verifier != second.verifier


def test_a_consent_becomes_tokens(account: YouTubeAccount, google: GoogleOAuthEmulator) -> None:
    consent = Consent()

    tokens = exchange_code(account, *_with(consent, consented(account, consent)))

    assert tokens.refresh_token is not None
    assert google.is_live(tokens.refresh_token.get_secret_value())


def _with(consent: Consent, came: tuple[SecretStr, str]) -> tuple[SecretStr, SecretStr, str]:
    code, where = came
    return code, consent.verifier, where


def test_a_code_is_no_good_without_the_word_of_who_asked(account: YouTubeAccount) -> None:
    code, where = consented(account, Consent())

    with pytest.raises(CredentialsRejected, match="authorize --channel foxes"):
        exchange_code(account, code, Consent().verifier, where)


def test_a_box_that_was_left_empty_is_named(account: YouTubeAccount, google: GoogleOAuthEmulator) -> None:
    google.unticks(FORCE_SSL)
    consent = Consent()

    with pytest.raises(CredentialsRejected, match="See, edit, and permanently delete your YouTube videos"):
        exchange_code(account, *_with(consent, consented(account, consent)))


def test_an_owner_who_says_no_is_told_what_to_do(account: YouTubeAccount, google: GoogleOAuthEmulator) -> None:
    google.denies()

    with pytest.raises(CredentialsRejected, match=r"access was denied.*run the command again"):
        consented(account, Consent())


@pytest.mark.parametrize(
    ("query", "status", "title"),
    [
        ({"state": "the state", "code": "4/0A-code"}, 200, "Thank you"),
        ({"state": "the state", "error": "access_denied"}, 200, "Not signed in"),
        ({"state": "another", "code": "4/0A-code"}, 400, "This is an old page"),
    ],
)
def test_the_browser_shows_a_page(loopback: Loopback, query: dict[str, str], status: int, title: str) -> None:
    page = answered(loopback, **query)

    assert page.status_code == status
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{title}</h1>" in page.text
    assert "4/0A-code" not in page.text


def test_what_a_browser_asks_beside_the_answer_is_none(loopback: Loopback) -> None:
    assert get(f"{loopback.redirect_uri}favicon.ico").status_code == 404
    assert get(loopback.redirect_uri).status_code == 404
    answered(loopback, state="the state", code="the code")

    assert loopback.wait(10).get_secret_value() == "the code"


def test_an_answer_of_another_sign_in_is_refused(loopback: Loopback) -> None:
    answered(loopback, state="another", code="the code")

    with pytest.raises(SetupError, match="belongs to another sign-in"):
        loopback.wait(10)


def test_the_first_answer_counts(loopback: Loopback) -> None:
    answered(loopback, state="the state", code="first")
    answered(loopback, state="the state", code="second")

    assert loopback.wait(10).get_secret_value() == "first"


def test_words_of_google_that_nobody_knows_are_not_repeated(loopback: Loopback) -> None:
    answered(loopback, state="the state", error="<b>you were robbed</b>")

    with pytest.raises(CredentialsRejected) as refused:
        loopback.wait(10)

    assert "robbed" not in str(refused.value)


def test_nobody_is_waited_for_for_ever(loopback: Loopback) -> None:
    with pytest.raises(SetupError, match="nobody answered"):
        loopback.wait(0.01)


def test_only_this_machine_is_listened_to(loopback: Loopback) -> None:
    assert loopback._server.server_address[0] == "127.0.0.1"


def test_nothing_secret_is_logged(account, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG, "blocks")
    consent = Consent()
    code, where = consented(account, consent)
    tokens = exchange_code(account, code, consent.verifier, where)

    told = f"{caplog.text} {''.join(capfd.readouterr())} {consent!r} {tokens!r} {account!r}"
    secrets = (code, consent.verifier, tokens.access_token, tokens.refresh_token, account.client_secret, account.refresh_token)
    assert consent.state not in told
    assert not any(secret.get_secret_value() in told for secret in secrets)


def test_a_client_is_read_as_google_writes_it() -> None:
    client = read_client(json.dumps({"installed": INSTALLED}))

    assert (client.client_id, client.token_uri) == (INSTALLED["client_id"], INSTALLED["token_uri"])
    assert client.client_secret.get_secret_value() == "GOCSPX-foxes"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (json.dumps({"web": INSTALLED}), "Web application.*Desktop app"),
        (json.dumps({"installed": {"client_secret": "GOCSPX-foxes"}}), "client_id"),
        (json.dumps({"type": "service_account", "private_key": "GOCSPX-foxes"}), "installed"),
        ('{"installed": "GOCSPX-foxes', "JSON"),
    ],
    ids=["web", "without an id", "a service account", "torn"],
)
def test_a_file_that_is_no_client_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(BadSpec, match=words) as refused:
        read_client(text)

    assert "GOCSPX" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_youtube_says_who_signed_in(account: YouTubeAccount, youtube: YouTubeEmulator) -> None:
    who = own_channel(account.model_copy(update={"api_url": youtube.url}))

    assert (who.id, who.title) == (CHANNEL, "Foxes")


def test_a_token_that_youtube_refuses_is_renewed(account, google: GoogleOAuthEmulator, youtube: YouTubeEmulator) -> None:
    account = account.model_copy(update={"api_url": youtube.url})
    own_channel(account)
    google.end_access_tokens()

    assert own_channel(account).id == CHANNEL


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("accessNotConfigured", CredentialsRejected, "YouTube Data API v3 on"),
        ("quotaExceeded", QuotaExhausted, "midnight"),
        (ways.OVERLOADED, ProviderUnavailable, "tried again"),
        (ways.RESET, ProviderUnavailable, "tried again"),
    ],
)
def test_youtube_that_does_not_say_it_is_told(account, youtube, fault: str, kind: type[StudioError], words: str) -> None:
    youtube.faults.next("channels.list", fault)

    with pytest.raises(kind, match=words) as refused:
        own_channel(account.model_copy(update={"api_url": youtube.url}))

    assert CLIENT_SECRET not in str(refused.value)


def test_a_google_account_without_a_channel_is_told(account: YouTubeAccount, youtube: YouTubeEmulator) -> None:
    youtube.site.channels.clear()

    with pytest.raises(CredentialsRejected, match="has no YouTube channel"):
        own_channel(account.model_copy(update={"api_url": youtube.url}))
