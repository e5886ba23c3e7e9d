"""Which work goes first."""

from enum import StrEnum


class Priority(StrEnum):
    """How urgent a film is; high goes before normal, normal before low."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"
