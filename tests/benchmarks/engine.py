"""The engine: what Prefect, memory and books cost around the making of a film."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks.engine_runs import produce_twice
from tests.benchmarks.measuring import measure
from tests.benchmarks.report import Section, table

NAME = "engine"


def run(folder: Path) -> Section:
    """Make a film of two scenes through the flow, twice, in a Prefect home and a database of their own."""
    with tempfile.TemporaryDirectory(prefix="engine-") as home:
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
        cost = measure(produce_twice, environment, home=Path(home) / "studio")
    found = cost.answer
    tasks = found["tasks"]
    rows = [
        _row("first run: everything is made", found, "first", tasks),
        _row("second run: everything is remembered", found, "again", tasks),
    ]
    idle = found["first_s"] - found["making_s"]
    head = (
        "film of 2 scenes",
        "wall s",
        "CPU s",
        "of it Prefect's server",
        "of it PostgreSQL",
        "tasks",
        "wall ms per task",
        "CPU ms per task",
    )
    return Section(
        NAME,
        "Engine",
        f"{table(head, rows)}\n\n"
        f"- the fully remembered run: {found['again_s']:.1f} s, {found['again_cpu']:.1f} CPU s; "
        f"{found['cached']:.0f} of its {found['again_tasks']:.0f} tasks are Cached\n"
        f"- a remembered task: {found['again_s'] / tasks * 1000:.0f} ms, {found['again_cpu'] / tasks * 1000:.0f} CPU ms; "
        "flows, gates, books and artifacts included\n"
        f"- share of the first run's time in which nothing was being made: {idle / found['first_s']:.0%} ({idle:.1f} s); "
        f"the remembered run takes {found['again_cpu'] / found['first_cpu']:.0%} of the first one's CPU\n\n"
        "CPU counts the flow's process, Prefect's server and PostgreSQL; starting those is left out. A film of two scenes is the "
        "engine's worst case: what is made grows with the film, what stands around it hardly does.",
    )


def _row(name: str, found: dict[str, float], which: str, tasks: float) -> tuple[str, ...]:
    wall, cpu = found[f"{which}_s"], found[f"{which}_cpu"]
    parts = (f"{found[f'{which}_server_cpu']:.1f}", f"{found[f'{which}_database_cpu']:.1f}")
    return (name, f"{wall:.1f}", f"{cpu:.1f}", *parts, f"{tasks:.0f}", f"{wall / tasks * 1000:.0f}", f"{cpu / tasks * 1000:.0f}")
