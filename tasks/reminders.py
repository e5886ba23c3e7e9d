"""Telling people that films wait for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prefect import task

from blocks.results import verdicts
from blocks.results.alerts import raise_alert
from blocks.results.table import ResultsTable


@task(name="remind")
def remind(after_hours: float, results: ResultsTable) -> list[str]:
    """Raise one alert for each film that has waited so long and of which nobody was told; gives their names, longest first."""
    now = datetime.now(UTC)
    told: list[str] = []
    with results.open() as session:
        for wait in verdicts.waits_to_remind_of(session, now - timedelta(hours=after_hours)):
            title = f"{wait.video} waits for you at the gate {wait.gate}"
            message = f"it has waited since {wait.since:%Y-%m-%d %H:%M} UTC"
            advice = f"open its flow run {wait.run} in the UI and press Resume"
            cause = f"waiting {wait.video} {wait.gate} {wait.since.isoformat()}"
            raise_alert(session, cause, wait.video, title, message, advice=advice, run=wait.run)
            verdicts.note_reminded(session, wait.video, now)
            told.append(str(wait.video))
    return told
