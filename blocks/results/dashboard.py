"""How the studio stands at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pandas as pd
from sqlalchemy.orm import Session

from blocks.domain.frozen import Frozen
from blocks.results import statistics
from blocks.results.statistics import PLACES, Kind

CROWD_SHARE = 0.6
"""A channel that holds more of the queue than this, while another waits, is worth a warning."""
_DAYS = 14
"""How many days are drawn, today included."""
_RATES_OVER = timedelta(days=7)
_TIMES_OVER = timedelta(hours=24)


class Crowd(Frozen):
    """A channel that holds most of the queue while others wait."""

    channel: str
    films: int
    waiting: int
    """Films of all channels that wait."""

    def __str__(self) -> str:
        return (
            f"{self.channel} holds {self.films / self.waiting:.0%} of the queue ({self.films} of {self.waiting} films) "
            "while others wait"
        )


@dataclass(frozen=True)
class Dashboard:
    """What is asked of a studio first; the tables as `blocks.results.statistics` describes them."""

    at: datetime
    most: int
    """How many films are listed of those that wait longest and of those that stopped last."""
    channels: tuple[str, ...]
    queue: pd.DataFrame
    oldest: pd.DataFrame
    in_progress: pd.DataFrame
    reviews: pd.DataFrame
    stopped: pd.DataFrame
    latest_stops: pd.DataFrame
    success: float | None
    """Of the films that left the line in the last 7 days."""
    recovery: float | None
    """Of the passing failures of the last 7 days."""
    times: pd.DataFrame
    """As `times_in_places`, of the last 24 hours."""
    published: pd.Series
    """Films by day, the last 14 days, all channels."""
    costs: pd.DataFrame
    """Of the last 14 days."""

    @property
    def is_empty(self) -> bool:
        """Whether nobody ever asked for a film."""
        return not self.channels

    @property
    def today(self) -> datetime:
        """The midnight, UTC, in which today began; budgets count the same days."""
        return _midnight(self.at)

    @property
    def crowd(self) -> Crowd | None:
        """The channel that holds more than 60 % of the queue while another waits; None when there is none."""
        return crowd_of(self.queue)

    @property
    def bottleneck(self) -> pd.Series | None:
        """The row of `times` of the stage in which films spent most time, waits left out; None when none was at work."""
        stages = self.times[self.times["kind"] == Kind.STAGE]
        return None if stages.empty else stages.iloc[int(stages["hours"].argmax())]

    def spent_since(self, moment: datetime) -> Decimal:
        """Add up the receipts of the days since a midnight."""
        return statistics.add_up(self.costs.loc[self.costs["day"] >= moment, "usd"])

    def staked_since(self, moment: datetime) -> Decimal:
        """Add up what was possibly paid in the days since a midnight."""
        return statistics.add_up(self.costs.loc[self.costs["day"] >= moment, "possibly_paid_usd"])


def read_dashboard(session: Session, now: datetime, most: int) -> Dashboard:
    """Read how the studio stands.

    Args:
        session: the caller's transaction.
        now: the present moment.
        most: how many films to list of those that wait longest and of those that stopped last.
    """
    days = pd.date_range(_midnight(now) - timedelta(days=_DAYS - 1), periods=_DAYS, unit="us")
    left = statistics.outcomes(session, days[0], now)
    published = left.loc[left["outcome"] == "published", "at"].dt.floor("D").value_counts()
    ended = statistics.stays(session, now - _TIMES_OVER, now)
    return Dashboard(
        at=now,
        most=most,
        channels=statistics.channels(session),
        queue=statistics.queue(session),
        oldest=statistics.oldest_waiting(session, most),
        in_progress=statistics.in_progress(session),
        reviews=statistics.reviews(session),
        stopped=statistics.stopped(session),
        latest_stops=statistics.latest_stops(session, most),
        success=statistics.success_rate(statistics.outcomes(session, now - _RATES_OVER, now)),
        recovery=statistics.recovery_rate(statistics.recovery(session, now - _RATES_OVER, now)),
        times=times_in_places(ended, statistics.open_stays(session), now - _TIMES_OVER, now),
        published=published.reindex(days, fill_value=0),
        costs=statistics.costs(session, days[0], now),
    )


def crowd_of(queue: pd.DataFrame) -> Crowd | None:
    """Find the channel that holds more than 60 % of the queue while another waits."""
    films = queue.groupby("channel")["films"].sum()
    if len(films) < 2 or films.max() <= CROWD_SHARE * films.sum():
        return None
    return Crowd(channel=str(films.idxmax()), films=int(films.max()), waiting=int(films.sum()))


def times_in_places(ended: pd.DataFrame, still: pd.DataFrame, since: datetime, until: datetime) -> pd.DataFrame:
    """Add up where on the line films spent a span of time.

    Args:
        ended: stays that ended in the span.
        still: stays that have not ended.
        since: beginning of the span; what lies before it is cut off the hours.
        until: its end, which is now.

    Returns:
        in the order of the line, `place`, `kind`, `films`, `hours`: of all films together within the span, `median`: of the whole
        lengths of the stays, those that have not ended up to now.
    """
    both = pd.concat([ended, still.assign(until=pd.Series(until, index=still.index, dtype=ended["until"].dtype))])
    both = both.assign(
        film=both["channel"] + "/" + both["film"],
        length=both["until"] - both["since"],
        hours=(both["until"] - both["since"].where(both["since"] > since, since)).dt.total_seconds() / 3600,
    )
    times = both.groupby(["place", "kind"]).agg(films=("film", "nunique"), hours=("hours", "sum"), median=("length", "median"))
    line = [place for place in dict.fromkeys((place.name, place.kind.value) for place in PLACES.values()) if place in times.index]
    return times.loc[line].reset_index()


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)
