"""Where a person looks before the line goes on."""

from enum import StrEnum


class Gate(StrEnum):
    """The four places where a person may stop the line."""

    ASSETS = "assets"
    CLIPS = "clips"
    AUDIO = "audio"
    FINAL = "final"


class GateMode(StrEnum):
    """Whether a gate waits for a person."""

    MANUAL = "manual"
    AUTO = "auto"


def gate_mode(gate: Gate, run: dict[Gate, GateMode], channel: dict[Gate, GateMode]) -> GateMode:
    """Decide a gate: the run's own wish, else the channel's, else manual for the final gate and auto before it."""
    fallback = GateMode.MANUAL if gate is Gate.FINAL else GateMode.AUTO
    return run.get(gate, channel.get(gate, fallback))
