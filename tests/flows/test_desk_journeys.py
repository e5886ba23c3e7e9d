"""The Monday sprint, played by an owner who only edits pages of Notion, all gates manual. The tests build on each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from blocks.domain.gates import Gate, GateMode
from blocks.domain.request import VideoName
from blocks.domain.status import Status
from blocks.domain.verdicts import Decision, Verdict
from blocks.results import queries, verdicts
from blocks.results.database import EmbeddedPostgres
from blocks.results.table import ResultsTable
from tests.flows.desk_owner import misfits
from tests.flows.desk_played import Played, played
from tests.flows.desk_sprint import Sprint
from tests.flows.leaks import found_in

pytestmark = pytest.mark.acceptance

FILMS = 4
"""The campaign `python -m tests.campaigns.sprint` plays ten."""
CHANNELS = ("north", "south")
PATIENCE_S = 550
"""For what a test waits for; one that takes 600 s ends the run."""


@pytest.fixture(scope="module")
def desk(results: ResultsTable, home: Path) -> Iterator[Played]:
    gates = dict.fromkeys((Gate.ASSETS, Gate.CLIPS, Gate.AUDIO, Gate.FINAL), GateMode.MANUAL)
    with played(results, home, CHANNELS, gates=gates, max_concurrent_videos=3) as desk:
        yield desk


@pytest.fixture(scope="module")
def sprint(desk: Played) -> Sprint:
    return Sprint(desk.owner, CHANNELS, FILMS, desk.work, PATIENCE_S)


def films(desk: Played) -> tuple[VideoName, ...]:
    """List the films that the studio knows."""
    with desk.results.open() as session:
        rows = session.execute(text("SELECT channel, slug FROM videos")).all()
        return tuple(VideoName(channel=channel, slug=slug) for channel, slug in rows)


def said_of(desk: Played, video: VideoName) -> tuple[Verdict, ...]:
    with desk.results.open() as session:
        return verdicts.verdicts_of(session, video)


def test_ideas_that_are_drafts_cost_nothing_and_are_no_films(sprint: Sprint, desk: Played) -> None:
    sprint.plan()

    assert set(desk.owner.sees("Status").values()) == {"Draft"}
    assert set(desk.owner.sees("Cost").values()) == {None}
    assert films(desk) == ()
    assert desk.paid().calls() == Counter()


def test_all_are_queued_in_one_go_and_come_to_their_first_gate(sprint: Sprint, desk: Played) -> None:
    sprint.queue()

    log = desk.owner.reads(sprint.incomplete)["Error Log"]
    assert "Topic: it is empty; say in a few words what the film is about" in log
    assert len(films(desk)) == FILMS


def test_pictures_are_approved_in_one_sitting_and_a_film_is_given_up_and_taken_up_again(sprint: Sprint, desk: Played) -> None:
    sprint.approve_pictures()

    (again,) = [video for video in films(desk) if video.slug in desk.name(sprint.given_up, CHANNELS[0]).slug]
    with desk.results.open() as session:
        moves = [move.to for move in queries.moves_of(session, again)]
    assert moves.count(Status.CANCELLED) == 1
    assert moves.count(Status.ASSETS_READY) == 2


def test_a_clip_is_sent_back_and_nothing_else(sprint: Sprint, desk: Played) -> None:
    before = len(desk.vendors.jobs_by_picture())
    sprint.approve_clips()

    sent_back = [one for video in films(desk) for one in said_of(desk, video) if one.decision is Decision.REJECT]
    assert [[(item.item, item.reason) for item in one.retakes] for one in sent_back] == [[("clip 1", "too dark")]]
    assert len(desk.vendors.jobs_by_picture()) == before + 1


def test_all_sounds_are_approved_in_one_sitting(sprint: Sprint, desk: Played) -> None:
    sprint.approve_sound()

    assert set(desk.owner.sees("Status").values()) == {Status.ASSEMBLY_COMPLETE}


def test_all_films_are_published(sprint: Sprint, desk: Played) -> None:
    sprint.approve_films()

    approvals = [[one.gate for one in said_of(desk, video) if one.decision is Decision.APPROVE] for video in films(desk)]
    assert approvals == [[Gate.ASSETS, Gate.CLIPS, Gate.AUDIO, Gate.FINAL]] * FILMS
    assert {title for title, log in desk.owner.sees("Error Log").items() if log} == {sprint.incomplete}


def test_pages_show_what_the_vendors_billed(sprint: Sprint, desk: Played) -> None:
    shown = sum((Decimal(str(cost)) for cost in desk.owner.sees("Cost").values()), Decimal(0))

    assert float(shown) == pytest.approx(float(desk.vendors.total_usd), abs=0.005 * FILMS)
    assert min(desk.owner.sees("Cost").values()) > 0


def test_all_requests_fit_notions_own_types(sprint: Sprint, desk: Played) -> None:
    assert misfits(desk.owner.notion) == []
    assert desk.owner.notion.books.by_endpoint()["update page"] > FILMS * 8


def test_no_secret_is_left_anywhere(sprint: Sprint, desk: Played, prefect_database: EmbeddedPostgres) -> None:
    secrets = desk.secrets()
    desk.end()
    places = desk.places(prefect_database)

    assert "table videos" in found_in({sprint.incomplete.encode()}, places), "what is there would not be found"
    assert found_in(secrets, places) == []
