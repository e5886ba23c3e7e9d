"""Speech without the silence around it."""

import numpy as np
import pytest
import soundfile

from blocks.errors import MediaError
from blocks.media.trim_speech import trim_speech

RATE_HZ = 44_100


@pytest.fixture
def recording(tmp_path):
    def write(*parts, name="x.wav", subtype="PCM_16"):
        file = tmp_path / name
        soundfile.write(file, np.concatenate(parts), RATE_HZ, subtype=subtype)
        return file

    return write


def silence(seconds):
    return np.zeros(round(seconds * RATE_HZ))


def tone(seconds, height=0.5):
    return height * np.sin(2 * np.pi * 220 * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)


def test_silence_is_cut_off_both_ends_and_its_length_is_told(recording):
    speech = trim_speech(recording(silence(0.6), tone(1.0), silence(0.9)))

    assert speech.lead_s == pytest.approx(0.6, abs=0.05)
    assert speech.length_s == pytest.approx(1.0, abs=0.1)
    assert speech.source_s == pytest.approx(2.5, abs=0.01)


def test_a_pause_in_the_middle_stays(recording):
    assert trim_speech(recording(tone(0.5), silence(0.7), tone(0.5))).length_s == pytest.approx(1.7, abs=0.05)


def test_the_ends_are_faded(recording):
    samples = trim_speech(recording(tone(0.5))).samples[:, 0]
    assert max(abs(samples[0]), abs(samples[-1])) < 0.01


def test_peaks_above_full_scale_are_brought_down_to_it(recording):
    assert np.max(np.abs(trim_speech(recording(tone(0.5, 1.6), subtype="FLOAT")).samples)) <= 1


def test_a_silent_recording_is_refused(recording):
    with pytest.raises(MediaError, match=r"nothing is heard in x\.wav"):
        trim_speech(recording(silence(1)))


def test_bytes_that_are_no_recording_are_refused(tmp_path):
    file = tmp_path / "x.mp3"
    file.write_bytes(b"no sound at all")
    with pytest.raises(MediaError, match=r"x\.mp3"):
        trim_speech(file)


def test_an_empty_file_is_refused(tmp_path):
    file = tmp_path / "x.mp3"
    file.touch()
    with pytest.raises(MediaError, match=r"x\.mp3"):
        trim_speech(file)
