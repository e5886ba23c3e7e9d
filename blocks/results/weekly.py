"""What a channel's films did in one week and what they cost, beside the week before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import pandas as pd
from sqlalchemy.orm import Session

from blocks.domain.frozen import Frozen
from blocks.domain.request import VideoName
from blocks.domain.weeks import Week
from blocks.results import statistics
from blocks.results.statistics import PLACES, Kind, add_up

_TIME = {Kind.QUEUE: "wait in queue", Kind.STAGE: "time in stage", Kind.GATE: "wait at gate"}


class Unit(StrEnum):
    """What a figure counts."""

    FILMS = "films"
    SHARE = "share"
    """From 0 to 1."""
    FAILURES = "failures"
    RETRIES = "retries"
    CALLS = "calls"
    MINUTES = "minutes"
    USD = "USD"


_MEASURED = frozenset({Unit.SHARE, Unit.MINUTES})
"""Figures that are unknown, and not zero, when nothing was counted."""


class Figure(Frozen):
    """One number of a week, and of the week before."""

    name: str
    of: str = ""
    """Stage, gate or step; empty for the whole channel."""
    unit: Unit
    value: Decimal | None
    """None when there was nothing to measure."""
    before: Decimal | None


class FilmLine(Frozen):
    """A film that left the line in the week."""

    film: str
    outcome: str
    """`published`, `stopped` or `cancelled`."""
    status: str
    usd: Decimal
    """What it has cost since it was first asked for, by receipts."""
    possibly_paid_usd: Decimal


class WeekReport(Frozen):
    """One channel's week."""

    channel: str
    week: Week
    figures: tuple[Figure, ...]
    films: tuple[FilmLine, ...]

    @property
    def is_idle(self) -> bool:
        """Whether nothing was counted, neither in the week nor in the week before."""
        return not any(figure.value or figure.before for figure in self.figures)

    def figure(self, name: str, of: str = "") -> Figure:
        """Give one figure."""
        return next(figure for figure in self.figures if (figure.name, figure.of) == (name, of))

    def named(self, name: str) -> tuple[Figure, ...]:
        """List the figures of one name, but for the whole channel's."""
        return tuple(figure for figure in self.figures if figure.name == name and figure.of)


@dataclass(frozen=True)
class _Counted:
    """Everything that was counted in a week, all channels."""

    outcomes: pd.DataFrame
    recovery: pd.DataFrame
    retries: pd.DataFrame
    stays: pd.DataFrame
    costs: pd.DataFrame
    films: pd.DataFrame

    def of(self, channel: str) -> _Counted:
        """Give one channel's part."""
        return _Counted(**{name: table[table["channel"] == channel] for name, table in vars(self).items()})


def read_week(session: Session, week: Week, channel: str = "") -> tuple[WeekReport, ...]:
    """Read the week of each channel that ever had a film, or of one."""
    this, before = _count(session, week), _count(session, week.before)
    names = (channel,) if channel else statistics.channels(session)
    return tuple(_report(name, week, this.of(name), before.of(name)) for name in names)


def _count(session: Session, week: Week) -> _Counted:
    span = week.since, week.until
    left = statistics.outcomes(session, *span)
    names = [VideoName(channel=channel, slug=film) for channel, film in zip(left["channel"], left["film"], strict=True)]
    return _Counted(
        outcomes=left,
        recovery=statistics.recovery(session, *span),
        retries=statistics.retries(session, *span),
        stays=statistics.stays(session, *span),
        costs=statistics.costs(session, *span),
        films=statistics.film_costs(session, names),
    )


def _report(channel: str, week: Week, this: _Counted, before: _Counted) -> WeekReport:
    now = {(name, of): (unit, value) for name, of, unit, value in _figures(this)}
    then = {(name, of): (unit, value) for name, of, unit, value in _figures(before)}
    units = {key: unit for key, (unit, _) in (then | now).items()}
    order = [*now, *(key for key in then if key not in now)]
    lines = this.outcomes.merge(this.films, on=["channel", "film"]).sort_values("at")

    def value(figures: dict[tuple[str, str], tuple[Unit, Decimal | None]], key: tuple[str, str]) -> Decimal | None:
        return figures[key][1] if key in figures else None if units[key] in _MEASURED else Decimal(0)

    return WeekReport(
        channel=channel,
        week=week,
        figures=tuple(
            Figure(name=key[0], of=key[1], unit=units[key], value=value(now, key), before=value(then, key)) for key in order
        ),
        films=tuple(FilmLine.model_validate(line) for line in lines[list(FilmLine.model_fields)].to_dict("records")),
    )


_Numbers = Iterator[tuple[str, str, Unit, Decimal | None]]


def _figures(counted: _Counted) -> _Numbers:
    """Give each figure of one channel's week: its name, of what, its unit, its value."""
    yield from _results(counted)
    yield from _times(counted.stays)
    yield from _money(counted)


def _results(counted: _Counted) -> _Numbers:
    left = counted.outcomes["outcome"]
    for outcome in ("published", "stopped", "cancelled"):
        yield f"films {outcome}", "", Unit.FILMS, Decimal(int((left == outcome).sum()))
    yield "success rate", "", Unit.SHARE, _rounded(statistics.success_rate(counted.outcomes), 4)
    yield "passing failures", "", Unit.FAILURES, Decimal(int(counted.recovery["failures"].sum()))
    yield "self-recovery rate", "", Unit.SHARE, _rounded(statistics.recovery_rate(counted.recovery), 4)
    yield "retries", "", Unit.RETRIES, Decimal(int(counted.retries["retries"].sum()))
    for step, count in zip(counted.retries["step"], counted.retries["retries"], strict=True):
        yield "retries", step, Unit.RETRIES, Decimal(int(count))


def _times(stays: pd.DataFrame) -> _Numbers:
    """Measure how long films were in each place: of each film, the sum of its stays there that ended in the week."""
    minutes = (stays["until"] - stays["since"]).dt.total_seconds() / 60
    films = stays.assign(minutes=minutes).groupby(["place", "film"])["minutes"].sum().reset_index("film", drop=True)
    for place in dict.fromkeys(PLACES.values()):
        lengths = films[films.index == place.name]
        if len(lengths):
            name, of = _TIME[place.kind], place.name.removeprefix("gate ")
            yield f"{name}, films", of, Unit.FILMS, Decimal(len(lengths))
            yield f"{name}, median", of, Unit.MINUTES, _rounded(float(lengths.median()), 1)
            yield f"{name}, p90", of, Unit.MINUTES, _rounded(float(lengths.quantile(0.9)), 1)


def _money(counted: _Counted) -> _Numbers:
    costs, films = counted.costs, counted.films
    yield "cost", "", Unit.USD, add_up(costs["usd"])
    yield "possibly paid", "", Unit.USD, add_up(costs["possibly_paid_usd"])
    yield "calls of unknown price", "", Unit.CALLS, Decimal(int(costs["unpriced"].sum()))
    for step, amounts in costs.groupby("step")["usd"]:
        yield "cost", str(step), Unit.USD, add_up(amounts)
    published = films[films["film"].isin(counted.outcomes.loc[counted.outcomes["outcome"] == "published", "film"])]
    yield "cost per published film", "", Unit.USD, add_up(published["usd"]) / len(published) if len(published) else None


def _rounded(number: float | None, places: int) -> Decimal | None:
    return None if number is None else Decimal(f"{number:.{places}f}")
