"""Ambience: each sound for itself, and whole places."""

import itertools

import numpy as np
import pytest
import soundfile

from blocks.domain.soundscape import BEDS, SOUND_PHRASES, Layer, Sound
from blocks.domain.specs import EffectSpec
from blocks.media.ambience.design import SYNTHS, TRIMS_DB, make_ambience, render_layer
from blocks.media.decode import SAMPLE_RATE_HZ
from blocks.media.loudness import amplitude
from blocks.media.sound import measure_lufs

LOUDNESS_LU = 1.0
CEILING = amplitude(-3.0)
DC_LIMIT = 1e-3
SECONDS = 3.0
PLACE = "A soft breeze in leaves, scattered birdsong, a stream over stones, distant wolves. No music, no speech."


def made(spec, folder, name="x.flac"):
    make_ambience(spec, folder / name)
    return soundfile.read(str(folder / name), always_2d=True)[0]


def shape(samples):
    """Give the share of power in third octaves, in decibels: what a sound's colour is."""
    power = np.abs(np.fft.rfft(samples.mean(axis=1))) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE_HZ)
    edges = 50 * 2 ** (np.arange(26) / 3)
    bands = np.array([power[(hz >= low) & (hz < high)].sum() for low, high in itertools.pairwise(edges)])
    return 10 * np.log10(bands / bands.sum() + 1e-7)


@pytest.fixture(scope="module")
def sounds():
    count = round(SECONDS * SAMPLE_RATE_HZ)
    return {sound: render_layer(Layer(sound=sound, gain=0.8), count, np.random.default_rng(11)) for sound in Sound}


def test_every_sound_can_be_made_and_every_trim_belongs_to_one():
    assert set(SYNTHS) == set(Sound)
    assert set(TRIMS_DB) < set(Sound)


@pytest.mark.parametrize("sound", Sound)
def test_a_sound_is_heard_finite_and_stereo(sounds, sound):
    samples = sounds[sound]
    assert samples.shape == (round(SECONDS * SAMPLE_RATE_HZ), 2)
    assert np.all(np.isfinite(samples))
    assert measure_lufs(samples) > -45
    assert not np.array_equal(samples[:, 0], samples[:, 1])


@pytest.mark.parametrize("sound", sorted(BEDS))
def test_a_bed_never_pauses(sounds, sound):
    tenths = sounds[sound].reshape(-1, SAMPLE_RATE_HZ // 10, 2)
    level = 10 * np.log10(np.mean(tenths**2, axis=(1, 2)))
    assert np.min(level) > np.max(level) - 36


def test_no_two_sounds_are_alike(sounds):
    colours = {sound: shape(samples) for sound, samples in sounds.items()}
    flow = {
        sound: np.std(np.log(np.mean(samples.reshape(-1, 2400, 2) ** 2, axis=(1, 2)) + 1e-9)) for sound, samples in sounds.items()
    }
    for one, other in itertools.combinations(Sound, 2):
        apart = np.sqrt(np.mean((colours[one] - colours[other]) ** 2)) + 4 * abs(flow[one] - flow[other])
        assert apart > 2.0, (one, other, apart)


@pytest.mark.parametrize(
    ("sound", "low_hz", "high_hz"),
    [
        (Sound.BIRDSONG, 2000, 8000), (Sound.CRICKETS, 3500, 5500), (Sound.OWL, 250, 600), (Sound.WOLVES, 180, 1200),
        (Sound.RUMBLE, 40, 320), (Sound.UNDERWATER, 50, 900), (Sound.RAIN, 700, 12000), (Sound.EAGLE, 1800, 7000),
    ],
)  # fmt: skip
def test_a_sound_lies_where_it_is_heard_in_nature(sounds, sound, low_hz, high_hz):
    power = np.abs(np.fft.rfft(sounds[sound].sum(axis=1))) ** 2
    hz = np.fft.rfftfreq(len(sounds[sound]), 1 / SAMPLE_RATE_HZ)
    assert power[(hz > low_hz) & (hz < high_hz)].sum() > 0.85 * power.sum()


def test_waves_swell_slowly():
    samples = render_layer(Layer(sound=Sound.SURF, gain=0.8), 10 * SAMPLE_RATE_HZ, np.random.default_rng(5))
    level = 10 * np.log10(np.mean(samples.reshape(-1, SAMPLE_RATE_HZ // 2, 2) ** 2, axis=(1, 2)))
    assert np.ptp(level) > 6
    assert np.max(np.abs(np.diff(level))) < 9


def test_steps_are_not_a_machine_s():
    samples = render_layer(Layer(sound=Sound.GRAVEL_STEPS, gain=0.8), 10 * SAMPLE_RATE_HZ, np.random.default_rng(5))
    level = np.mean(samples.reshape(-1, 480, 2) ** 2, axis=(1, 2))
    loud = level > 0.1 * level.max()
    starts = np.flatnonzero(loud[1:] & ~loud[:-1])
    starts = starts[np.concatenate([[True], np.diff(starts) > 25])]
    gaps = np.diff(starts) / 100
    assert 8 < len(starts) < 25
    assert 0.01 < np.std(gaps) < 0.25


@pytest.mark.parametrize("seconds", [0.5, 3.7, 7.123])
def test_a_place_has_its_exact_length_level_and_quiet_ends(tmp_path, seconds):
    samples = made(EffectSpec(prompt=PLACE, seconds=seconds), tmp_path)
    assert samples.shape == (round(seconds * SAMPLE_RATE_HZ), 2)
    assert measure_lufs(samples) == pytest.approx(-23, abs=LOUDNESS_LU)
    assert np.max(np.abs(samples)) <= CEILING
    assert np.max(np.abs(samples.mean(axis=0))) < DC_LIMIT
    assert np.max(np.abs(samples[[0, -1]])) < 1e-3
    facts = soundfile.info(str(tmp_path / "x.flac"))
    assert (facts.samplerate, facts.channels, facts.subtype) == (SAMPLE_RATE_HZ, 2, "PCM_16")


@pytest.mark.parametrize("sound", [Sound.CLOCK, Sound.HAMMER, Sound.DRIPS, Sound.THUNDER, Sound.ROOM, Sound.BELL])
def test_peaky_and_quiet_sounds_keep_the_level_too(tmp_path, sound):
    samples = made(EffectSpec(prompt=SOUND_PHRASES[sound], seconds=2), tmp_path)
    assert measure_lufs(samples) == pytest.approx(-23, abs=LOUDNESS_LU)
    assert np.max(np.abs(samples)) <= CEILING
    assert np.max(np.abs(samples.mean(axis=0))) < DC_LIMIT


def test_equal_specs_give_equal_bytes_and_another_take_another_performance(tmp_path):
    spec = EffectSpec(prompt=PLACE, seconds=2)
    first, again = made(spec, tmp_path, "a.flac"), made(spec, tmp_path, "b.flac")
    other = made(spec.model_copy(update={"take": 2}), tmp_path, "c.flac")
    assert (tmp_path / "a.flac").read_bytes() == (tmp_path / "b.flac").read_bytes()
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_place_does_not_repeat_itself(tmp_path):
    samples = made(EffectSpec(prompt="gentle rain, a stream", seconds=8), tmp_path).mean(axis=1)
    spectrum = np.abs(np.fft.rfft(samples, 2 * len(samples))) ** 2
    likeness = np.fft.irfft(spectrum)[: len(samples)]
    assert np.max(np.abs(likeness[SAMPLE_RATE_HZ // 2 :])) < 0.1 * likeness[0]
