"""Days as allowances count them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")
"""Where most vendors' allowances begin anew at midnight (Google's documentation, November 2026)."""


def day_start(now: datetime, zone: ZoneInfo = PACIFIC) -> datetime:
    """Give the midnight in which the present day of a zone began."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


def next_day_start(now: datetime, zone: ZoneInfo = PACIFIC) -> datetime:
    """Give the midnight in which the present day of a zone ends, days of 23 and 25 hours included."""
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
