"""What was measured of a finished film."""

from __future__ import annotations

from blocks.domain.frozen import Frozen


class MasterFacts(Frozen):
    """Measured of a finished film that broke no measure."""

    width_px: int
    height_px: int
    rate: str
    frames: int
    seconds: float
    """Length of the picture track."""
    video_codec: str
    video_profile: str
    audio_codec: str
    size_bytes: int
    audio_minus_video_ms: float
    worst_onset_ms: float
    """Largest distance of a narration from its place, over all scenes."""
    loudness_lufs: float
    true_peak_dbtp: float
    longest_silence_s: float
