"""Buying a film: how much longer it takes than the vendors themselves, and whether the lanes are kept."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from blocks.domain.storyboard import GeneratedSeed
from tests.benchmarks.measuring import Numbers, measure
from tests.benchmarks.report import Section, table, verdict
from tests.benchmarks.vendors_runs import LOWERED_AFTER, buy_film
from tests.benchmarks.vendors_served import Seen, Waits, vendors_served
from tests.flows.paid_studio import full_board

NAME = "vendors"
MOST_OVERHEAD = 0.1
"""Overhead as a share of the time that the vendors take at their own pace."""
_LANES = ("gemini", "kling", "elevenlabs")
_SMALL_ANSWERS_OF_A_CLIP = 5
"""Upload, balance, order, one look at the job, download."""


@dataclass(frozen=True)
class Setting:
    """How wide the lanes are, and how fast the vendors."""

    places: tuple[int, int, int]
    """Of gemini, kling and elevenlabs."""
    times_faster: int
    lowered: int = 0
    """Places of kling once some clips are ordered; 0 leaves them."""

    @property
    def by_lane(self) -> dict[str, int]:
        return dict(zip(_LANES, self.places, strict=True))

    def __str__(self) -> str:
        gemini, kling, elevenlabs = self.places
        return f"lanes {gemini} / {kling}{f' then {self.lowered}' if self.lowered else ''} / {elevenlabs}, {self.times_faster}x"


@dataclass(frozen=True)
class Bought:
    """One film that was bought."""

    setting: Setting
    numbers: Numbers
    seen: Seen

    @property
    def least_s(self) -> float:
        return sum(least_by_stage(self.setting).values())

    @property
    def overhead_s(self) -> float:
        return self.numbers["all_s"] - self.least_s

    @property
    def calls(self) -> int:
        return self.seen.paid_calls()


def run(folder: Path) -> Section:
    """Buy the full film's pictures, clips and sounds from emulated vendors: in wide and in narrow lanes, at two speeds."""
    buy(Setting((12, 8, 6), 1000))  # what the emulators draw and encode is kept on disk: later it costs them no time
    wide, narrow, lowered, slower = (
        buy(setting)
        for setting in (
            Setting((12, 8, 6), 100),
            Setting((3, 2, 2), 100),
            Setting((3, 2, 2), 100, lowered=1),
            Setting((12, 8, 6), 4),
        )
    )
    films = (wide, narrow, lowered, slower)
    return Section(NAME, "Vendors", f"{_times(films)}\n\n{_peaks(films)}\n\n{_findings(wide, lowered, slower)}\n\n{_EXPLAINED}")


def buy(setting: Setting) -> Bought:
    """Buy the film once, in a Prefect home and a database of its own."""
    with tempfile.TemporaryDirectory(prefix="vendors-") as home, vendors_served(Waits(setting.times_faster)) as vendors:
        Path(home).chmod(0o755)
        environment = {
            "PREFECT_HOME": f"{home}/prefect",
            "PREFECT_PROFILES_PATH": f"{home}/prefect/profiles.toml",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
            "PREFECT_LOGGING_LEVEL": "ERROR",
            "DO_NOT_TRACK": "1",
        }
        cost = measure(
            buy_film,
            environment,
            home=Path(home) / "studio",
            urls=json.dumps(vendors.urls),
            lanes=json.dumps(setting.by_lane),
            times_faster=setting.times_faster,
            lowered=setting.lowered,
        )
        return Bought(setting, cost.answer, vendors.seen())


def least_by_stage(setting: Setting) -> dict[str, float]:
    """Give the least time of each stage: the vendors' own, packed into full lanes, wave by wave."""
    board, waits, places = full_board(), Waits(setting.times_faster), setting.by_lane
    variations = sum(asset.variation_of is not None for asset in board.assets)
    drawn = sum(isinstance(scene.seed, GeneratedSeed) for scene in board.scenes)
    before = min(LOWERED_AFTER, len(board.scenes)) if setting.lowered else len(board.scenes)
    rounds = math.ceil(before / places["kling"]) + (
        math.ceil((len(board.scenes) - before) / setting.lowered) if setting.lowered else 0
    )
    pictures = (len(board.assets) - variations, variations)
    return {
        "pictures": waits.picture_s * sum(math.ceil(one / places["gemini"]) for one in pictures),
        "clips": waits.picture_s * math.ceil(drawn / places["gemini"])
        + rounds * (waits.clip_s + _SMALL_ANSWERS_OF_A_CLIP * waits.small_s),
        "sound": waits.sound_s * math.ceil(2 * len(board.scenes) / places["elevenlabs"]),
    }


def _times(films: Sequence[Bought]) -> str:
    head = ("gemini / kling / elevenlabs", "paid calls", "wall s", "least s", "ratio", "overhead s", "a call", "CPU s", "peak MB")
    rows = [
        (
            str(film.setting),
            f"{film.calls}",
            f"{film.numbers['all_s']:.1f}",
            f"{film.least_s:.1f}",
            f"{film.numbers['all_s'] / film.least_s:.2f}",
            f"{film.overhead_s:.1f}",
            f"{film.overhead_s / film.calls:.2f}",
            f"{film.numbers['cpu']:.1f}",
            f"{film.numbers['peak_mb']:.0f}",
        )
        for film in films
    ]
    return table(head, rows)


def _peaks(films: Sequence[Bought]) -> str:
    head = ("most in flight at once", *_LANES)
    rows = [
        (str(film.setting), *(f"{film.seen.peak(lane)} of {places}" for lane, places in film.setting.by_lane.items()))
        for film in films
    ]
    return table(head, rows)


def _findings(wide: Bought, lowered: Bought, slower: Bought) -> str:
    after = lowered.seen.peak("kling", since=lowered.numbers["lowered_at"])
    real_s = sum(least_by_stage(Setting(wide.setting.places, 1)).values())
    shares = [film.overhead_s / real_s for film in (wide, slower)]
    stages = ", ".join(
        f"{stage} {wide.numbers[f'{stage}_s']:.1f} s (least {least:.1f})" for stage, least in least_by_stage(wide.setting).items()
    )
    numbers = wide.numbers
    return (
        f"- stage by stage, 100 times faster: {stages}\n"
        f"- a paid call costs {wide.overhead_s / wide.calls:.2f} s of the film's time and "
        f"{numbers['cpu'] / wide.calls * 1000:.0f} CPU ms: {numbers['server_cpu'] / wide.calls * 1000:.0f} of them Prefect's "
        f"server, {numbers['database_cpu'] / wide.calls * 1000:.0f} PostgreSQL\n"
        f"- beside the vendors' own {real_s / 60:.1f} minutes, these overheads would be {shares[0]:.0%} (of the film bought "
        f"{wide.setting.times_faster} times faster) and {shares[1]:.0%} ({slower.setting.times_faster} times faster; "
        f"{verdict(shares[1], most=MOST_OVERHEAD)})\n"
        f"- a lane that is made narrower while it is full: at most {after} of the jobs that were ordered later ran at once "
        f"({verdict(after, most=lowered.setting.lowered)})\n"
        f"- memory of the flow's process: {numbers['peak_mb']:.0f} MB at its peak, {numbers['rss_before_mb']:.0f} MB before "
        f"anything was bought\n"
        f"- receipts: {numbers['receipts']:.0f}, {numbers['usd']:.2f} USD; the vendors' books: {wide.seen.usd:.2f} USD"
    )


_EXPLAINED = (
    "The full sample of 18 scenes, bought from emulated vendors in a process of their own, which take as long as the vendors do "
    "(12 s a picture, 150 s a clip, 3 s a line or an ambience, 1 s each small answer), made so many times faster. The least time "
    "is theirs alone, packed into full lanes, wave by wave: cores, variations, drawn seeds, clips, sounds. CPU counts the flow's "
    "process, Prefect's server and PostgreSQL, and in it cutting out, composing, contact sheets and measuring, which the machine "
    "does itself. Wall time holds on a quiet machine only: look at the load above."
)
