"""What the films did and what they cost, counted: read-only, each function one question, its answer a table with typed columns.

Moments are UTC and a span of time holds its beginning and not its end. Money is Decimal, exact. Drafts are left out: nobody waits
for them, and they cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from blocks.domain.request import DRAFT_MARK, VideoName
from blocks.domain.status import Actor, Status
from blocks.errors import BudgetExceeded, QuotaExhausted
from blocks.results.purchases import AT_STAKE

_WORDS = "str"
_COUNT = "int64"
_MOMENT = "datetime64[us, UTC]"
_MONEY = "object"


class Kind(StrEnum):
    """What a film waits for in a place."""

    QUEUE = "queue"
    """For its turn."""
    STAGE = "stage"
    """For its work to be done."""
    GATE = "gate"
    """For a person."""


class Place(NamedTuple):
    """Where on the line a film is."""

    name: str
    kind: Kind


PLACES = {
    Status.QUEUED: Place("queue", Kind.QUEUE),
    Status.GENERATING_ASSETS: Place("pictures", Kind.STAGE),
    Status.ASSETS_READY: Place("gate assets", Kind.GATE),
    Status.APPROVED_ASSETS: Place("clips", Kind.STAGE),  # a stage begins when the film may enter it
    Status.GENERATING_VIDEO: Place("clips", Kind.STAGE),
    Status.VIDEO_READY: Place("gate clips", Kind.GATE),
    Status.APPROVED_VIDEO: Place("sound", Kind.STAGE),
    Status.GENERATING_AUDIO: Place("sound", Kind.STAGE),
    Status.AUDIO_READY: Place("gate audio", Kind.GATE),
    Status.APPROVED_AUDIO: Place("assembly", Kind.STAGE),
    Status.ASSEMBLING: Place("assembly", Kind.STAGE),
    Status.ASSEMBLY_COMPLETE: Place("gate final", Kind.GATE),
    Status.UPLOADING: Place("upload", Kind.STAGE),
}
"""The place of each state on the line. Planning is part of `pictures`."""
STAGES = tuple(dict.fromkeys(place.name for place in PLACES.values() if place.kind is Kind.STAGE))
"""The stages in their order."""

_DRAFTS = f"%{DRAFT_MARK}".replace("_", r"\_")
_ERRORS = [status.value for status in Status if status.is_error]
_PAUSES = [Status.ERROR_QUOTA.value]
"""Errors that are over by themselves, when an allowance comes back."""
_STOPS = [error for error in _ERRORS if error not in _PAUSES]
_OF_ALLOWANCES = [QuotaExhausted.__name__, BudgetExceeded.__name__]
_AT_WORK = [status.value for status, place in PLACES.items() if place.kind is not Kind.GATE]


def channels(session: Session) -> tuple[str, ...]:
    """List the channels that ever had a film."""
    # Steps from name to name in the key's index, whatever number of films there is.
    statement = """
        WITH RECURSIVE names AS (
            (SELECT channel FROM videos ORDER BY channel LIMIT 1)
            UNION ALL
            SELECT (SELECT channel FROM videos WHERE channel > names.channel ORDER BY channel LIMIT 1)
            FROM names WHERE names.channel IS NOT NULL
        )
        SELECT channel FROM names WHERE channel IS NOT NULL
    """
    return tuple(session.scalars(text(statement)))


def queue(session: Session) -> pd.DataFrame:
    """Count the films that wait for a run.

    Returns:
        `channel`, `priority`, `films`, `since`: when the first of them began to wait.
    """
    statement = """
        SELECT channel, priority, count(*), min(waiting_since) FROM videos
        WHERE waiting_since IS NOT NULL GROUP BY channel, priority ORDER BY channel, priority
    """
    return _read(session, statement, {"channel": _WORDS, "priority": _WORDS, "films": _COUNT, "since": _MOMENT})


def oldest_waiting(session: Session, most: int) -> pd.DataFrame:
    """List the films that have waited longest for a run, longest first.

    Returns:
        `channel`, `film`, `title`, `priority`, `since`.
    """
    statement = """
        SELECT channel, slug, title, priority, waiting_since FROM videos
        WHERE waiting_since IS NOT NULL ORDER BY waiting_since LIMIT :most
    """
    columns = {"channel": _WORDS, "film": _WORDS, "title": _WORDS, "priority": _WORDS, "since": _MOMENT}
    return _read(session, statement, columns, most=most)


def in_progress(session: Session) -> pd.DataFrame:
    """Count the films at work: those that wait neither for a run nor for a person.

    Returns:
        `channel`, `stage` (`starting`: it has its run, and its first stage has not begun), `films`.
    """
    statement = """
        SELECT channel, status, count(*) FROM videos
        WHERE status = ANY(:at_work) AND waiting_since IS NULL AND slug NOT LIKE :drafts
        AND NOT EXISTS (SELECT FROM waits WHERE waits.channel = videos.channel AND waits.slug = videos.slug)
        GROUP BY channel, status
    """
    found = _read(session, statement, {"channel": _WORDS, "status": _WORDS, "films": _COUNT}, at_work=_AT_WORK)
    stages = [PLACES[Status(status)].name if status != Status.QUEUED else "starting" for status in found["status"]]
    found = found.assign(stage=pd.Series(stages, index=found.index, dtype=_WORDS))
    return found.groupby(["channel", "stage"])[["films"]].sum().reset_index()


def reviews(session: Session) -> pd.DataFrame:
    """List the films that wait for a person at a gate, longest first.

    Returns:
        `channel`, `film`, `gate`, `run`: id of the flow run that a person resumes, `since`.
    """
    statement = "SELECT channel, slug, gate, run, since FROM waits ORDER BY since"
    return _read(session, statement, {"channel": _WORDS, "film": _WORDS, "gate": _WORDS, "run": _WORDS, "since": _MOMENT})


def stopped(session: Session) -> pd.DataFrame:
    """Count the films that stand still because of an error.

    Returns:
        `channel`, `status`, `films`, `latest`: when the last of them stopped.
    """
    statement = """
        SELECT channel, status, count(*), max(updated_at) FROM videos
        WHERE status = ANY(:errors) AND slug NOT LIKE :drafts GROUP BY channel, status ORDER BY status, channel
    """
    return _read(session, statement, {"channel": _WORDS, "status": _WORDS, "films": _COUNT, "latest": _MOMENT}, errors=_ERRORS)


def latest_stops(session: Session, most: int) -> pd.DataFrame:
    """List the films that stopped last and still stand, latest first.

    Returns:
        `channel`, `film`, `status`, `why`, `at`.
    """
    statement = """
        SELECT v.channel, v.slug, v.status, move.why, move.at FROM (
            SELECT * FROM videos WHERE status = ANY(:errors) AND slug NOT LIKE :drafts ORDER BY updated_at DESC LIMIT :most
        ) v CROSS JOIN LATERAL (
            SELECT why, at FROM status_moves m WHERE m.channel = v.channel AND m.slug = v.slug ORDER BY m.id DESC LIMIT 1
        ) move ORDER BY move.at DESC
    """
    columns = {"channel": _WORDS, "film": _WORDS, "status": _WORDS, "why": _WORDS, "at": _MOMENT}
    return _read(session, statement, columns, errors=_ERRORS, most=most)


def outcomes(session: Session, since: datetime, until: datetime) -> pd.DataFrame:
    """List the films that left the line in a span of time, each with how it left it last.

    A film leaves the line when it is published, when it is cancelled, or when it stops with an error from which nothing has moved
    it within the span: one that was brought back did not leave. `Error: Quota` is a pause: the allowance comes back by itself.
    A film that was cancelled while it stood still was stopped, whoever tidied it away.

    Returns:
        `channel`, `film`, `outcome` (`published`, `stopped`, `cancelled`), `status`: the error it stopped with, or what it
        became, `at`.
    """
    statement = """
        WITH moves AS (
            SELECT channel, slug, id, at, from_status, to_status, max(id) OVER (PARTITION BY channel, slug) AS last
            FROM status_moves WHERE at >= :since AND at < :until AND slug NOT LIKE :drafts
        )
        SELECT DISTINCT ON (channel, slug) channel, slug,
            CASE WHEN to_status = :published THEN 'published'
                WHEN to_status = :cancelled AND from_status <> ALL(:stops) THEN 'cancelled' ELSE 'stopped' END,
            CASE WHEN to_status = :cancelled AND from_status = ANY(:stops) THEN from_status ELSE to_status END, at
        FROM moves
        WHERE to_status = :published OR (to_status = ANY(:stops) AND id = last)
            OR (to_status = :cancelled AND from_status <> :published)
        ORDER BY channel, slug, id DESC
    """
    columns = {"channel": _WORDS, "film": _WORDS, "outcome": _WORDS, "status": _WORDS, "at": _MOMENT}
    words = {"published": Status.PUBLISHED.value, "cancelled": Status.CANCELLED.value, "stops": _STOPS}
    return _read(session, statement, columns, since=since, until=until, **words)


def success_rate(outcomes: pd.DataFrame) -> float | None:
    """Give the share of the films that left the line which were published, cancelled ones left out; None when none left it."""
    count = outcomes["outcome"].value_counts()
    published, stood = int(count.get("published", 0)), int(count.get("stopped", 0))
    return published / (published + stood) if published + stood else None


def recovery(session: Session, since: datetime, until: datetime) -> pd.DataFrame:
    """Count the passing failures of a span of time, and those after which the film went on without a person.

    A passing failure is an item of a film that failed and was given a time of its next try, however often it was tried before its
    film moved on; all that one exhausted allowance stops in a film is one failure. It healed by itself if the item's last record
    still had a next try, so that the tries were not used up, and if the system made the film's next move; a move into
    `Error: Quota` is part of the pause and decides nothing. Failures of which nothing is decided yet are not counted. What was
    decided after the span counts: a failure of Sunday night that healed on Monday healed.

    Returns:
        `channel`, `failures`, `healed`.
    """
    statement = """
        WITH failures AS (
            SELECT e.channel, e.slug, e.step, e.id, e.next_try_at, move.id AS move, move.who,
                CASE WHEN e.kind = ANY(:of_allowances) THEN '' ELSE e.item END AS item
            FROM errors e LEFT JOIN LATERAL (
                SELECT id, who FROM status_moves m
                WHERE m.channel = e.channel AND m.slug = e.slug AND m.at > e.at AND m.to_status <> ALL(:pauses)
                ORDER BY m.id LIMIT 1
            ) move ON true
            WHERE e.at >= :since AND e.at < :until AND e.slug NOT LIKE :drafts
        ), items AS (
            SELECT channel, move, min(who) AS who, (array_agg(next_try_at ORDER BY id DESC))[1] IS NOT NULL AS is_tried_again
            FROM failures GROUP BY channel, slug, step, item, move HAVING bool_or(next_try_at IS NOT NULL)
        )
        SELECT channel, count(*), count(*) FILTER (WHERE is_tried_again AND who = :system) FROM items
        WHERE move IS NOT NULL OR NOT is_tried_again GROUP BY channel ORDER BY channel
    """
    words = {"of_allowances": _OF_ALLOWANCES, "pauses": _PAUSES, "system": Actor.SYSTEM.value}
    columns = {"channel": _WORDS, "failures": _COUNT, "healed": _COUNT}
    return _read(session, statement, columns, since=since, until=until, **words)


def recovery_rate(recovery: pd.DataFrame) -> float | None:
    """Give the share of the passing failures that healed by themselves; None when there were none."""
    failures = int(recovery["failures"].sum())
    return int(recovery["healed"].sum()) / failures if failures else None


def retries(session: Session, since: datetime, until: datetime) -> pd.DataFrame:
    """Count the calls that failed and were tried again by themselves; pauses for an allowance are none.

    Returns:
        `channel`, `step`, `retries`.
    """
    statement = """
        SELECT channel, step, count(*) FROM errors
        WHERE at >= :since AND at < :until AND next_try_at IS NOT NULL AND kind <> ALL(:of_allowances) AND slug NOT LIKE :drafts
        GROUP BY channel, step ORDER BY channel, step
    """
    columns = {"channel": _WORDS, "step": _WORDS, "retries": _COUNT}
    return _read(session, statement, columns, since=since, until=until, of_allowances=_OF_ALLOWANCES)


def stays(session: Session, since: datetime, until: datetime) -> pd.DataFrame:
    """List the stays of films in places on the line that ended in a span of time, whenever they began.

    Returns:
        `channel`, `film`, `place`, `kind`, `since`, `until`.
    """
    statement = """
        SELECT m.channel, m.slug, stay.status, stay.at, m.at FROM status_moves m CROSS JOIN LATERAL (
            SELECT to_status AS status, at FROM status_moves p
            WHERE p.channel = m.channel AND p.slug = m.slug AND p.id < m.id ORDER BY p.id DESC LIMIT 1
        ) stay WHERE m.at >= :since AND m.at < :until AND m.slug NOT LIKE :drafts AND stay.status = ANY(:places)
    """
    return _stays(session, statement, since=since, until=until)


def open_stays(session: Session) -> pd.DataFrame:
    """List where on the line the films are now, as `stays`; `until` is empty."""
    statement = """
        SELECT v.channel, v.slug, v.status, move.at, NULL FROM videos v CROSS JOIN LATERAL (
            SELECT at FROM status_moves m WHERE m.channel = v.channel AND m.slug = v.slug ORDER BY m.id DESC LIMIT 1
        ) move WHERE v.status = ANY(:places) AND v.slug NOT LIKE :drafts
    """
    return _stays(session, statement)


def costs(session: Session, since: datetime, until: datetime) -> pd.DataFrame:
    """Add up what was spent by day (UTC), channel and step.

    Returns:
        `day`, `channel`, `step`, `calls` that were billed, `undelivered`: those of them that gave nothing, `unpriced`: those
        whose price is unknown, `usd` by receipts, `possibly_paid_usd`: estimates of purchases of that day without a receipt.
    """
    # The purchases' index begins with the channel: their channels are stepped through as in `channels`.
    statement = """
        WITH RECURSIVE names AS (
            (SELECT channel FROM purchases ORDER BY channel LIMIT 1)
            UNION ALL
            SELECT (SELECT channel FROM purchases WHERE channel > names.channel ORDER BY channel LIMIT 1)
            FROM names WHERE names.channel IS NOT NULL
        ), parts AS (
            SELECT at, channel, step, 1 AS calls, CASE WHEN delivered THEN 0 ELSE 1 END AS undelivered,
                CASE WHEN cost_usd IS NULL THEN 1 ELSE 0 END AS unpriced, cost_usd AS usd, 0::numeric AS staked
            FROM receipts WHERE at >= :since AND at < :until
            UNION ALL
            SELECT p.begun_at, p.channel, p.step, 0, 0, 0, 0, p.estimate_usd FROM names CROSS JOIN LATERAL (
                SELECT * FROM purchases WHERE channel = names.channel AND begun_at >= :since AND begun_at < :until
                AND state = ANY(:at_stake)
            ) p
        )
        SELECT date_trunc('day', at, 'UTC') AS day, channel, step, sum(calls), sum(undelivered), sum(unpriced),
            coalesce(sum(usd), 0), coalesce(sum(staked), 0)
        FROM parts GROUP BY 1, channel, step ORDER BY 1, channel, step
    """
    columns = {"day": _MOMENT, "channel": _WORDS, "step": _WORDS, "calls": _COUNT, "undelivered": _COUNT, "unpriced": _COUNT}
    money = {"usd": _MONEY, "possibly_paid_usd": _MONEY}
    return _read(session, statement, {**columns, **money}, since=since, until=until, at_stake=list(AT_STAKE))


def film_costs(session: Session, films: Sequence[VideoName]) -> pd.DataFrame:
    """Add up what films have cost since they were first asked for, in the order of `films`.

    Returns:
        `channel`, `film`, `usd` by receipts, `unpriced`: calls whose price is unknown, `possibly_paid_usd`.
    """
    statement = """
        SELECT name.channel, name.slug, coalesce(paid.usd, 0), paid.unpriced, coalesce(staked.usd, 0)
        FROM unnest(CAST(:channels AS text[]), CAST(:slugs AS text[])) WITH ORDINALITY AS name (channel, slug, position)
        CROSS JOIN LATERAL (
            SELECT sum(cost_usd) AS usd, count(*) FILTER (WHERE cost_usd IS NULL) AS unpriced FROM receipts r
            WHERE r.channel = name.channel AND r.slug = name.slug
        ) paid CROSS JOIN LATERAL (
            SELECT sum(estimate_usd) AS usd FROM purchases p
            WHERE p.channel = name.channel AND p.slug = name.slug AND p.state = ANY(:at_stake)
        ) staked ORDER BY name.position
    """
    columns = {"channel": _WORDS, "film": _WORDS, "usd": _MONEY, "unpriced": _COUNT, "possibly_paid_usd": _MONEY}
    names = {"channels": [film.channel for film in films], "slugs": [film.slug for film in films]}
    return _read(session, statement, columns, at_stake=list(AT_STAKE), **names)


def add_up(money: pd.Series) -> Decimal:
    """Add amounts of money exactly; nothing is zero."""
    return sum(money, Decimal(0))


def _stays(session: Session, statement: str, **values: object) -> pd.DataFrame:
    columns = {"channel": _WORDS, "film": _WORDS, "status": _WORDS, "since": _MOMENT, "until": _MOMENT}
    found = _read(session, statement, columns, places=[status.value for status in PLACES], **values)
    places = [PLACES[Status(status)] for status in found["status"]]
    found = found.assign(
        place=pd.Series([place.name for place in places], index=found.index, dtype=_WORDS),
        kind=pd.Series([place.kind.value for place in places], index=found.index, dtype=_WORDS),
    )
    return found[["channel", "film", "place", "kind", "since", "until"]]


def _read(session: Session, statement: str, columns: Mapping[str, str], **values: object) -> pd.DataFrame:
    """Ask one question; the columns get their names and types also when there is no row."""
    known = {"drafts": _DRAFTS} if ":drafts" in statement else {}
    rows = session.execute(text(statement), {**known, **values}).all()
    found = pd.DataFrame([tuple(row) for row in rows], columns=list(columns), dtype="object")
    return found.astype(dict(columns))
