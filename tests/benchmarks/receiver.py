"""The receiver under load: how long Notion waits for its answers."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks.measuring import measure
from tests.benchmarks.receiver_runs import RATES, SECONDS, answer_events
from tests.benchmarks.report import Section, table, verdict

NAME = "receiver"
MOST_MS = 50.0
AT = 200


def run(folder: Path) -> Section:
    """Post signed events to the receiver's own process at steady rates, one in ten of them for the second time."""
    del folder
    with tempfile.TemporaryDirectory(prefix="receiver-") as home:
        Path(home).chmod(0o755)
        prefect_home = Path(home) / "prefect"
        environment = {
            "PREFECT_HOME": str(prefect_home),
            "PREFECT_PROFILES_PATH": str(prefect_home / "profiles.toml"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
            "PREFECT_LOGGING_LEVEL": "ERROR",
            "DO_NOT_TRACK": "1",
        }
        found = measure(answer_events, environment, home=Path(home) / "studio").answer
    rows = [[f"{rate}", *(f"{found[f'{rate}_{one}']:.1f}" for one in ("p50", "p95", "p99", "worst", "cpu"))] for rate in RATES]
    findings = "\n".join(
        [
            f"- p99 at {AT} events a second: {found[f'{AT}_p99']:.1f} ms ({verdict(found[f'{AT}_p99'], most=MOST_MS)})",
            f"- {found['posted']:.0f} posts, {found['kept']:.0f} notices kept, {found['refused']:.0f} answers other than 200",
        ]
    )
    head = ["events a second", "p50 ms", "p95 ms", "p99 ms", "worst ms", "CPU ms per event"]
    return Section(NAME, "Receiver", f"{table(head, rows)}\n\n{findings}\n\n{_EXPLAINED}")


_EXPLAINED = (
    f"{SECONDS} s at each rate, over loopback, on 20 connections that are kept open; each answer comes after its notice is "
    "committed. Time counts from the moment at which a post was due, so that a stall is felt by all that are due meanwhile. CPU "
    "is that of the receiver's process alone."
)
