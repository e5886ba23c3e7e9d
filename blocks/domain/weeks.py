"""Weeks as reports count them: ISO weeks of UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from blocks.domain.frozen import Frozen


class Week(Frozen):
    """One ISO week, Monday to Sunday."""

    year: int
    """The ISO year, which begins up to three days before or after the calendar's."""
    number: int

    @property
    def since(self) -> datetime:
        """Its first moment."""
        return datetime.combine(date.fromisocalendar(self.year, self.number, 1), time(), UTC)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return self.since + timedelta(days=7)

    @property
    def before(self) -> Week:
        """The week before."""
        return week_of(self.since - timedelta(days=1))

    @property
    def days(self) -> str:
        """Its first and last day, for people."""
        return f"{self.since:%-d %B} to {self.until - timedelta(days=1):%-d %B %Y}"

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"


class NoSuchWeek(ValueError):
    """A week that the calendar does not have."""


def week_of(moment: datetime) -> Week:
    """Give the week that holds a moment."""
    year, number, _ = moment.astimezone(UTC).isocalendar()
    return Week(year=year, number=number)


def last_full_week(now: datetime) -> Week:
    """Give the latest week that is over."""
    return week_of(now).before


def read_week(words: str) -> Week:
    """Read a week as people write it: `2026-W47`.

    Raises:
        NoSuchWeek: the calendar has none of this name.
    """
    try:
        monday = datetime.strptime(f"{words.strip().upper()}-1", "%G-W%V-%u").replace(tzinfo=UTC)
    except ValueError as error:
        raise NoSuchWeek(
            f"{words!r} is no week: write year and ISO week, such as 2026-W47, or nothing for the last full one"
        ) from error
    return week_of(monday)
