"""Loudness, levelling and writing of samples."""

import re

import numpy as np
import pytest
import soundfile

from blocks.errors import MediaError
from blocks.media.decode import SAMPLE_RATE_HZ
from blocks.media.ffmpeg import run_ffmpeg
from blocks.media.loudness import amplitude
from blocks.media.sound import fade_ends, level, measure_lufs, save_sound

AGREEMENT_LU = 0.15
LEVEL_LU = 0.1
STEP = 1 / 32768


@pytest.fixture
def uneven():
    rng = np.random.default_rng(3)
    samples = 0.05 * rng.standard_normal((5 * SAMPLE_RATE_HZ, 2))
    samples[: SAMPLE_RATE_HZ * 2] *= 0.02
    return samples


def test_a_full_scale_sine_of_997_hz_on_one_side_measures_minus_3_lufs():
    time = np.arange(3 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    tone = np.stack([np.sin(2 * np.pi * 997 * time), np.zeros_like(time)], axis=1)
    assert measure_lufs(tone) == pytest.approx(-3.01, abs=0.05)


def test_the_measure_agrees_with_ffmpeg(uneven, tmp_path):
    save_sound(tmp_path / "x.wav", uneven)
    said = run_ffmpeg(["-i", tmp_path / "x.wav", "-af", "ebur128=framelog=quiet", "-f", "null", "-"], what="measure")
    heard = float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])
    assert measure_lufs(uneven) == pytest.approx(heard, abs=AGREEMENT_LU)


def test_silence_measures_minus_infinity_and_stays_as_it_is():
    silence = np.zeros((SAMPLE_RATE_HZ, 2))
    assert measure_lufs(silence) == -np.inf
    assert np.array_equal(level(silence, lufs=-20, peak_dbfs=-1), silence)


def test_sound_is_brought_to_its_loudness_and_under_its_ceiling(uneven):
    uneven[100_000:100_040] *= 60
    result = level(uneven, lufs=-20, peak_dbfs=-6)
    assert measure_lufs(result) == pytest.approx(-20, abs=LEVEL_LU)
    assert np.max(np.abs(result)) <= amplitude(-6)


def test_the_limiter_turns_down_smoothly(uneven):
    uneven[120_000] = 3.0
    result = level(uneven, lufs=measure_lufs(uneven), peak_dbfs=-3)
    quiet = np.abs(uneven) > 0.01
    gain = np.where(quiet, result / np.where(quiet, uneven, 1), np.nan)[119_000:121_000, 0]
    gain = gain[~np.isnan(gain)]
    assert np.max(np.abs(np.diff(gain))) < 0.05


def test_fades_start_and_end_at_nothing_and_leave_the_middle(uneven):
    faded = fade_ends(np.ones((SAMPLE_RATE_HZ, 1)), 0.03)
    assert faded[0, 0] < 1e-4
    assert faded[-1, 0] < 1e-4
    assert np.all(faded[2000:-2000] == 1)


@pytest.mark.parametrize("suffix", [".flac", ".wav"])
def test_a_file_holds_the_samples_at_16_bit(uneven, tmp_path, suffix):
    target = tmp_path / f"x{suffix}"
    save_sound(target, uneven)
    facts = soundfile.info(str(target))
    assert (facts.samplerate, facts.channels, facts.subtype, facts.frames) == (SAMPLE_RATE_HZ, 2, "PCM_16", len(uneven))
    assert np.max(np.abs(soundfile.read(str(target))[0] - uneven)) <= STEP
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_cannot_be_written_is_a_clear_error_and_leaves_nothing(uneven, tmp_path):
    with pytest.raises(MediaError, match=r"x\.xyz could not be written"):
        save_sound(tmp_path / "x.xyz", uneven)
    with pytest.raises(MediaError, match="could not be written"):
        save_sound(tmp_path / "away" / "x.flac", uneven)
    assert list(tmp_path.iterdir()) == []
