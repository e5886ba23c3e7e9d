"""The emulated sign-in of Google: what its own client libraries take, and what it refuses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import InstalledAppFlow

from tests.emulators import faults as ways
from tests.emulators.google_grants import FORCE_SSL, UPLOAD, Grant
from tests.emulators.google_oauth import (
    CHANNEL,
    CLIENT_ID,
    CLIENT_SECRET,
    IDLE_LIFE_S,
    MOST_REFRESH_TOKENS,
    TESTING_LIFE_S,
    GoogleOAuthEmulator,
    served,
)

BOTH = frozenset({UPLOAD, FORCE_SSL})
BACK = "http://127.0.0.1:8123/"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-0123"
CHALLENGE = "cVXf09oPcQ0ZasbAGPFsx4C8l6I7oLDbj9z7rswBFb4"


class Clock:
    """A clock that stands until it is moved."""

    now_s = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture(scope="module")
def server() -> Iterator[GoogleOAuthEmulator]:
    with served() as google:
        yield google


@pytest.fixture
def google(server: GoogleOAuthEmulator) -> GoogleOAuthEmulator:
    """One server for all tests of the file, as if it were new."""
    fresh = GoogleOAuthEmulator(clock=Clock(), url=server.url)
    server.__dict__.update({name: value for name, value in fresh.__dict__.items() if name not in {"faults", "books"}})
    server.books.calls.clear()
    return server


@pytest.fixture
def raw(google: GoogleOAuthEmulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=google.url, verify=False, follow_redirects=False) as client:
        yield client


def wish(**changes: str) -> dict[str, str]:
    plain = {
        "client_id": CLIENT_ID,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": f"{UPLOAD} {FORCE_SSL}",
        "state": "a state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",
    }
    return {name: value for name, value in {**plain, **changes}.items() if value}


def answer_of(reply: httpx.Response) -> dict[str, str]:
    assert reply.status_code == 302, reply.text
    assert reply.headers["location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}


def code_for(raw: httpx.Client, **changes: str) -> str:
    return answer_of(raw.get("/o/oauth2/v2/auth", params=wish(**changes)))["code"]


def exchange(raw: httpx.Client, code: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "code_verifier": VERIFIER,
    }
    return raw.post("/token", data={name: value for name, value in {**form, **changes}.items() if value})


def renew(raw: httpx.Client, token: str, **changes: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return raw.post("/token", data={**form, **changes})


def sdk_credentials(google: GoogleOAuthEmulator, token: str) -> Credentials:
    return Credentials(
        None, refresh_token=token, token_uri=f"{google.url}/token", client_id=CLIENT_ID, client_secret=CLIENT_SECRET
    )


class Browser:
    """A browser whose owner clicks: it goes where it is sent."""

    def open(self, url: str, **_: Any) -> bool:
        threading.Thread(target=httpx.get, args=(url,), kwargs={"follow_redirects": True, "verify": False}).start()
        return True


def test_googles_own_library_signs_in_over_loopback(google: GoogleOAuthEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setattr("webbrowser.get", lambda *_: Browser())
    installed = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "auth_uri": f"{google.url}/o/oauth2/v2/auth",
        "token_uri": f"{google.url}/token",
        "redirect_uris": ["http://localhost"],
    }
    flow = InstalledAppFlow.from_client_config({"installed": installed}, [UPLOAD, FORCE_SSL])

    credentials = flow.run_local_server(host="127.0.0.1", port=0, prompt="consent", timeout_seconds=20)

    assert google.holder(credentials.token) == Grant(CHANNEL, BOTH)
    assert google.is_live(credentials.refresh_token)
    assert "code_challenge" in google.books.calls[0].query
    assert google.books.calls[1].headers["authorization"].startswith("Basic ")


def test_googles_own_library_renews_a_token(google: GoogleOAuthEmulator) -> None:
    credentials = sdk_credentials(google, google.give_refresh_token())

    credentials.refresh(Request())

    assert google.holder(credentials.token) == Grant(CHANNEL, BOTH)
    assert "authorization" not in google.books.calls[0].headers


def test_googles_own_library_understands_that_a_token_was_revoked(google: GoogleOAuthEmulator) -> None:
    token = google.give_refresh_token()
    google.revoke_channel(CHANNEL)

    with pytest.raises(RefreshError, match="invalid_grant: Token has been expired or revoked"):
        sdk_credentials(google, token).refresh(Request())


def test_consent_comes_back_with_a_code_the_state_and_the_scopes(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    answer = answer_of(raw.get("/o/oauth2/v2/auth", params=wish()))

    assert answer["state"] == "a state"
    assert frozenset(answer["scope"].split()) == BOTH
    assert exchange(raw, answer["code"]).json().keys() == {"access_token", "expires_in", "refresh_token", "scope", "token_type"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "nobody"}, "invalid_client"),
        ({"redirect_uri": "https://example.org/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://192.168.1.5:80/"}, "redirect_uri_mismatch"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "https://www.googleapis.com/auth/youtube.everything"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "code challenge"),
    ],
)
def test_a_wrong_wish_is_shown_to_the_owner_and_sent_nowhere(raw: httpx.Client, changes: dict[str, str], words: str) -> None:
    reply = raw.get("/o/oauth2/v2/auth", params=wish(**changes))

    assert reply.status_code == 400
    assert words in reply.text


def test_an_owner_may_say_no(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    google.denies()

    assert answer_of(raw.get("/o/oauth2/v2/auth", params=wish())) == {"error": "access_denied", "state": "a state"}


def test_an_owner_may_leave_a_box_empty(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    google.unticks(FORCE_SSL)

    told = exchange(raw, code_for(raw)).json()

    assert told["scope"] == UPLOAD
    assert google.holder(told["access_token"]) == Grant(CHANNEL, frozenset({UPLOAD}))


def test_the_owner_chooses_the_channel(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    google.consents("UCanotherChannel12345678")

    held = google.holder(exchange(raw, code_for(raw)).json()["access_token"])

    assert held is not None
    assert held.channel_id == "UCanotherChannel12345678"


def test_a_code_is_good_once(raw: httpx.Client) -> None:
    code = code_for(raw)
    exchange(raw, code)

    assert exchange(raw, code).json()["error"] == "invalid_grant"


def test_a_code_does_not_live_long(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    code = code_for(raw)
    google.clock.now_s += google.code_life_s + 1

    assert exchange(raw, code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": ""}, "invalid_grant"),
        ({"code_verifier": "another-verifier-of-more-than-forty-three-chars"}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:8124/"}, "redirect_uri_mismatch"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_exchange_is_refused(raw: httpx.Client, changes: dict[str, str], error: str) -> None:
    reply = exchange(raw, code_for(raw), **changes)

    assert reply.json()["error"] == error
    assert reply.status_code == (401 if error == "invalid_client" else 400)


def test_a_client_may_name_itself_by_basic_authentication(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": google.give_refresh_token()}

    assert raw.post("/token", data=form, auth=(CLIENT_ID, CLIENT_SECRET)).status_code == 200


def test_a_body_of_json_is_no_form(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    assert raw.post("/token", json={"grant_type": "refresh_token"}).json()["error"] == "invalid_request"


def test_a_refresh_token_comes_with_the_first_consent_and_then_only_when_consent_is_asked_for(raw: httpx.Client) -> None:
    given = ["refresh_token" in exchange(raw, code_for(raw, prompt=prompt)).json() for prompt in ("", "", "consent")]

    assert given == [True, False, True]


def test_no_refresh_token_comes_to_who_is_online_only(raw: httpx.Client) -> None:
    assert "refresh_token" not in exchange(raw, code_for(raw, access_type="")).json()


def test_an_access_token_ends(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    google.expires_in_s = 30
    token = renew(raw, google.give_refresh_token()).json()["access_token"]
    google.clock.now_s += 30

    assert google.holder(token) is None


def test_a_refresh_gives_no_refresh_token_unless_google_rotates_it(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    assert "refresh_token" not in renew(raw, google.give_refresh_token()).json()


def test_a_rotated_refresh_token_ends_the_old_one(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    google.rotates = True
    old = google.give_refresh_token()

    new = renew(raw, old).json()["refresh_token"]

    assert [google.is_live(old), google.is_live(new)] == [False, True]


@pytest.mark.parametrize(
    ("is_testing", "life_s"), [(True, TESTING_LIFE_S), (False, IDLE_LIFE_S)], ids=["in testing", "not used for half a year"]
)
def test_a_refresh_token_dies(google: GoogleOAuthEmulator, raw: httpx.Client, is_testing: bool, life_s: float) -> None:
    google.is_testing = is_testing
    token = google.give_refresh_token()
    google.clock.now_s += life_s - 1
    assert google.is_live(token)

    google.clock.now_s += 2

    assert renew(raw, token).json() == {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}


def test_the_oldest_of_too_many_refresh_tokens_dies_silently(google: GoogleOAuthEmulator) -> None:
    tokens = [google.give_refresh_token() for _ in range(MOST_REFRESH_TOKENS)]
    other = google.give_refresh_token("UCanotherChannel12345678")
    assert all(map(google.is_live, tokens))

    google.give_refresh_token()

    assert [google.is_live(token) for token in (tokens[0], tokens[1], other)] == [False, True, True]


def test_a_refresh_token_of_another_client_is_refused(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    google.clients["other"] = "other secret"
    token = google.give_refresh_token()

    assert renew(raw, token, client_id="other", client_secret="other secret").json()["error"] == "unauthorized_client"


def test_more_scopes_than_were_granted_are_refused(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    token = google.give_refresh_token(scopes=frozenset({UPLOAD}))

    assert renew(raw, token, scope=FORCE_SSL).json()["error"] == "invalid_scope"


def test_revoking_one_token_ends_all_of_its_channel_and_client(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    mine, also_mine, other = (google.give_refresh_token(channel) for channel in (CHANNEL, CHANNEL, "UCanotherChannel12345678"))
    access = renew(raw, also_mine).json()["access_token"]

    assert raw.post("/revoke", data={"token": mine}).status_code == 200

    assert [google.is_live(token) for token in (mine, also_mine, other)] == [False, False, True]
    assert google.holder(access) is None


def test_a_token_that_is_none_cannot_be_revoked(raw: httpx.Client) -> None:
    assert raw.post("/revoke", data={"token": "none"}).status_code == 400


@pytest.mark.parametrize(("fault", "status"), [(ways.BROKEN, 500), (ways.OVERLOADED, 503), (ways.RATE_LIMITED, 429)])
def test_google_has_bad_days(google: GoogleOAuthEmulator, raw: httpx.Client, fault: str, status: int) -> None:
    google.faults.next("token", fault)

    assert renew(raw, google.give_refresh_token()).status_code == status


def test_a_connection_can_be_cut(google: GoogleOAuthEmulator, raw: httpx.Client) -> None:
    google.faults.next("token", ways.RESET)

    with pytest.raises(httpx.TransportError):
        renew(raw, google.give_refresh_token())
