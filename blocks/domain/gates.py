"""Where a person looks before the line goes on."""

from enum import StrEnum


class Gate(StrEnum):
    """The places where a person may stop the line; only what is asked for in draft quality comes by the first."""

    DRAFT = "draft"
    ASSETS = "assets"
    CLIPS = "clips"
    AUDIO = "audio"
    FINAL = "final"


class GateMode(StrEnum):
    """Whether a gate waits for a person."""

    MANUAL = "manual"
    AUTO = "auto"


def gate_mode(gate: Gate, run: dict[Gate, GateMode], channel: dict[Gate, GateMode]) -> GateMode:
    """Decide a gate: the run's own wish, else the channel's, else manual for the draft and the final gate, auto between them."""
    fallback = GateMode.MANUAL if gate in {Gate.DRAFT, Gate.FINAL} else GateMode.AUTO
    return run.get(gate, channel.get(gate, fallback))
