"""A studio with a long history, and how PostgreSQL answers questions about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session

MANY = """
    CREATE TEMP TABLE films ON COMMIT DROP AS
        SELECT 'channel-' || mod(n, 20) AS channel, 'film-' || n AS slug, n,
            CASE WHEN n <= 1000 THEN 'Queued' WHEN n <= 1020 THEN 'Generating Video' WHEN n <= 1050 THEN 'Error: Video'
                ELSE 'Published' END AS status,
            CASE WHEN n <= 1050 THEN now() - n * interval '1 minute' ELSE now() - (n - 1050) * interval '52 minutes' END AS at
        FROM generate_series(1, :films) AS n;
    INSERT INTO videos (channel, slug, title, status, request, priority, waiting_since, updated_at)
        SELECT channel, slug, 'a film', status, json_build_object('topic', repeat(md5(slug), 40)),
            (ARRAY['high', 'normal', 'low'])[1 + mod(n, 3)], CASE WHEN status = 'Queued' THEN at END, at FROM films;
    INSERT INTO status_moves (channel, slug, at, who, from_status, to_status, why)
        SELECT channel, slug, at - (4 - place) * interval '20 minutes', 'system', NULL,
            CASE place WHEN 4 THEN status ELSE (ARRAY['Queued', 'Generating Assets', 'Generating Video'])[place] END, ''
        FROM films, generate_series(1, 4) AS place WHERE status <> 'Queued' OR place = 4;
    INSERT INTO receipts (key, channel, slug, step, maker, usage, cost_usd, delivered, at)
        SELECT 'k' || n, channel, slug, 'clip', 'kie', '{"lines": []}', 0.21, true, at - interval '30 minutes'
        FROM films WHERE status = 'Published';
    INSERT INTO purchases (number, key, channel, slug, step, maker, account, state, estimate, estimate_usd, evidence, begun_at)
        SELECT slug, 'k' || n, channel, slug, 'clip', 'kie', 'kie:1',
            CASE WHEN mod(n, 500) = 0 THEN 'possibly paid' ELSE 'settled' END, '{"lines": []}', 0.21, '{}',
            at - interval '40 minutes'
        FROM films WHERE status = 'Published';
    INSERT INTO errors (channel, slug, at, step, item, kind, message, attempt, next_try_at, action)
        SELECT channel, slug, at - interval '70 minutes', 'clip', 'clip 1', 'RateLimited', '', 1, at, ''
        FROM films WHERE status = 'Published';
    INSERT INTO alerts (cause, channel, slug, title, message, raised_at, sent_at)
        SELECT 'film ' || n || ' is stuck', channel, slug, 'a film is stuck', '', at, CASE WHEN mod(n, 500) > 0 THEN at END
        FROM films WHERE status = 'Published';
    ANALYZE videos, status_moves, receipts, purchases, errors, alerts;
"""
"""A thousand films wait, twenty are at work, thirty stand still, ten thousand were published in the course of a year.

Of each of the published, people were told something once; of a few they are still to be told.
"""


def fill(session: Session, finished: int = 10_000) -> None:
    """Write such a history down, and let PostgreSQL look at it; it is gone when the transaction is undone."""
    for statement in filter(str.strip, MANY.split(";")):
        session.execute(text(statement), {"films": 1050 + finished} if ":films" in statement else {})


def read_through(session: Session, ask: Callable[[Session], object]) -> set[str]:
    """Give the tables that a question reads from end to end; the films that wait for a person are few, and do not count."""
    nodes = [node for plan in _plans_of(session, ask) for node in _nodes_of(plan)]
    assert any("Index" in node["Node Type"] for node in nodes)
    return {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"} - {"waits"}


def _plans_of(session: Session, ask: Callable[[Session], object]) -> list[dict[str, Any]]:
    """Ask a question and give PostgreSQL's plan for each statement it sent."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        sent.append((statement, parameters))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    ask(session)
    event.remove(connection, "before_cursor_execute", note)
    plans = [
        connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
        for statement, parameters in sent
    ]
    return [plan["Plan"] for (plan,) in (json.loads(plan) if isinstance(plan, str) else plan for plan in plans)]


def _nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes_of(part)
