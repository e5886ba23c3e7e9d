"""Files are measured, whatever their makers claim."""

import numpy as np
import pytest
import soundfile

from blocks.domain.products import DocumentFacts, PictureFacts, SoundFacts, VideoFacts
from blocks.errors import MediaError, ProductMissing
from blocks.media.decode import read_sound
from blocks.media.ffmpeg import render
from blocks.media.loudness import LoudnessMeter, PeakMeter, measure_loudness
from blocks.media.nearness import save_still
from blocks.media.probe import measure
from blocks.media.recipes import clip_encoder_arguments


def _tone(seconds, hertz=997.0, height=0.5, rate_hz=48_000):
    return (height * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate_hz)) / rate_hz)).astype(np.float32)


def test_a_picture_is_measured_with_its_transparency(tmp_path):
    save_still(tmp_path / "clear.png", np.zeros((20, 30, 4), np.uint8))
    save_still(tmp_path / "solid.png", np.zeros((20, 30, 3), np.uint8))
    assert measure(tmp_path / "clear.png") == PictureFacts(width_px=30, height_px=20, has_alpha=True)
    assert measure(tmp_path / "solid.png") == PictureFacts(width_px=30, height_px=20, has_alpha=False)


@pytest.mark.parametrize("rate", ["24", "25", "30000/1001"])
def test_the_frames_of_a_clip_are_counted(rate, tmp_path):
    clip = tmp_path / "clip.mp4"
    moving = ["-f", "lavfi", "-i", f"testsrc2=s=160x90:r={rate}:d=4", "-frames:v", "53"]
    render([*moving, *clip_encoder_arguments(rate)], clip, what="shoot")
    facts = measure(clip)
    assert isinstance(facts, VideoFacts)
    assert (facts.width_px, facts.height_px, facts.frames, facts.rate, facts.codec) == (160, 90, 53, rate, "h264")
    assert not facts.has_sound
    assert facts.format.startswith("160x90/h264/High/yuv420p/1.1.1.1/1/")
    assert facts.closed_prefixes[-1] == 53
    assert max(np.diff(facts.closed_prefixes)) <= 3


def test_the_sound_of_a_clip_is_measured(tmp_path):
    clip = tmp_path / "clip.mp4"
    render(
        [
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=160x90:r=24:d=2",
            "-f",
            "lavfi",
            "-i",
            "sine=f=997:d=2",
            "-c:v",
            "libx264",
            "-c:a",
            "aac",
        ],
        clip,
        what="shoot",
    )
    facts = measure(clip)
    assert isinstance(facts, VideoFacts)
    assert facts.has_sound
    assert facts.loudness_lufs == pytest.approx(-21.1, abs=0.3)


def test_a_clip_with_uneven_frames_says_so(tmp_path):
    clip = tmp_path / "uneven.mp4"
    render(
        [
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=160x90:r=24:d=2",
            "-vf",
            "select='not(eq(n,20))'",
            "-fps_mode",
            "vfr",
            "-c:v",
            "libx264",
        ],
        clip,
        what="shoot",
    )
    facts = measure(clip)
    assert isinstance(facts, VideoFacts)
    assert facts.format.endswith("/irregular")


@pytest.mark.parametrize(("suffix", "rate_hz", "channels"), [("wav", 24_000, 1), ("flac", 44_100, 2), ("mp3", 48_000, 2)])
def test_a_recording_is_measured_in_its_own_samples(suffix, rate_hz, channels, tmp_path):
    file = tmp_path / f"tone.{suffix}"
    tone = _tone(2.0, rate_hz=rate_hz)
    soundfile.write(file, np.column_stack([tone] * channels), rate_hz)
    facts = measure(file)
    assert isinstance(facts, SoundFacts)
    assert (facts.sample_rate_hz, facts.channels) == (rate_hz, channels)
    assert facts.samples == pytest.approx(len(tone), abs=0 if suffix != "mp3" else 1200)
    # A sine of full scale is -3.01 LUFS in one channel (BS.1770-4); this one is 6.02 dB lower.
    assert facts.loudness_lufs == pytest.approx(-9.03 + (3.01 if channels == 2 else 0), abs=0.1)


def test_silence_and_a_very_short_sound_have_no_loudness(tmp_path):
    for name, sound in (("silence", np.zeros(48_000, np.float32)), ("short", _tone(0.3))):
        file = tmp_path / f"{name}.wav"
        soundfile.write(file, sound, 48_000)
        facts = measure(file)
        assert isinstance(facts, SoundFacts)
        assert facts.loudness_lufs is None


def test_a_text_file_is_a_document(tmp_path):
    (tmp_path / "plan.json").write_text("{}")
    assert measure(tmp_path / "plan.json") == DocumentFacts()


@pytest.mark.parametrize("name", ["broken.png", "broken.mp4", "broken.wav", "broken.xyz"])
def test_a_damaged_file_is_refused_by_name(name, tmp_path):
    (tmp_path / name).write_bytes(b"neither picture nor sound")
    with pytest.raises(MediaError, match=name):
        measure(tmp_path / name)


def test_an_empty_or_missing_file_is_refused(tmp_path):
    (tmp_path / "empty.wav").touch()
    with pytest.raises(MediaError, match="is empty"):
        measure(tmp_path / "empty.wav")
    with pytest.raises(ProductMissing) as missing:
        measure(tmp_path / "gone.wav")
    assert missing.value.path == tmp_path / "gone.wav"


def test_a_mono_voice_stays_as_loud_in_stereo(tmp_path):
    file = tmp_path / "voice.wav"
    soundfile.write(file, _tone(2.0, rate_hz=24_000), 24_000)
    assert measure_loudness([read_sound(file, 2)], 2) == pytest.approx(measure_loudness([read_sound(file, 1)], 1), abs=0.02)


def test_resampled_sound_stays_at_its_place(tmp_path):
    file = tmp_path / "click.wav"
    sound = np.zeros(24_000, np.float32)
    sound[12_000] = 0.9
    soundfile.write(file, sound, 24_000)
    assert abs(int(np.abs(read_sound(file, 1)[:, 0]).argmax()) - 24_000) <= 1


def test_the_true_peak_is_found_between_the_samples():
    # A sine at a quarter of the rate, 45 degrees off: its samples reach 3 dB less than it does.
    sound = np.sin(2 * np.pi * 0.25 * np.arange(9600) + np.pi / 4).astype(np.float32)[:, None]
    sound *= np.hanning(9600).astype(np.float32)[:, None]
    meter = PeakMeter(1)
    for start in range(0, 9600, 1000):
        meter.hear(sound[start : start + 1000])
    assert 20 * np.log10(np.abs(sound).max()) == pytest.approx(-3.01, abs=0.02)
    assert meter.true_peak_dbtp() == pytest.approx(0, abs=0.1)


def test_quiet_stretches_do_not_lower_the_loudness():
    meter = LoudnessMeter(1)
    meter.hear(_tone(20.0)[:, None])
    loud = meter.integrated_lufs()
    meter.hear(_tone(9.0, height=0.001)[:, None])
    assert loud is not None
    assert meter.integrated_lufs() == pytest.approx(loud, abs=0.2)
