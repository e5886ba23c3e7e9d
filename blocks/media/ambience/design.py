"""Mixes the elements of a place: each at its level and distance, the whole at one loudness, as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np

from blocks.domain.soundscape import BEDS, Distance, Layer, Sound, read_soundscape
from blocks.domain.specs import EffectSpec
from blocks.media.ambience import air, creatures, people, places, water
from blocks.media.ambience.primitives import Synth, Wave, echo, filtered, samples_in
from blocks.media.decode import SAMPLE_RATE_HZ
from blocks.media.loudness import amplitude
from blocks.media.sound import fade_ends, hear_powers, level, save_sound

AMBIENCE_VERSION = 1

_LOUDNESS_LUFS = -23.0
_PEAK_DBFS = -3.1
_FADE_S = 0.03
_EVENT_LIFT_DB = 3.0
"""Events stand out from the bed by this much when both have the same gain."""
_FAR_DB = -5.0
_FAR_EDGE_HZ = 2600.0
_DC_EDGE_HZ = 30.0
_WINDOW_S = 0.05

SYNTHS: Mapping[Sound, Synth] = MappingProxyType(
    {
        Sound.WIND: air.wind,
        Sound.BREEZE: air.breeze,
        Sound.GRASS: air.grass,
        Sound.STORM: air.storm,
        Sound.SAND: air.sand,
        Sound.RAIN: water.rain,
        Sound.HEAVY_RAIN: water.heavy_rain,
        Sound.THUNDER: places.thunder,
        Sound.RIVER: water.river,
        Sound.WATERFALL: water.waterfall,
        Sound.SURF: water.surf,
        Sound.HARBOUR: water.harbour,
        Sound.DRIPS: water.drips,
        Sound.UNDERWATER: water.underwater,
        Sound.BUBBLES: water.bubbles,
        Sound.BIRDSONG: creatures.birdsong,
        Sound.OWL: creatures.owl,
        Sound.GULLS: creatures.gulls,
        Sound.CROWS: creatures.crows,
        Sound.EAGLE: creatures.eagle,
        Sound.WINGS: air.wings,
        Sound.FROGS: creatures.frogs,
        Sound.CRICKETS: creatures.crickets,
        Sound.CICADAS: creatures.cicadas,
        Sound.BEES: creatures.bees,
        Sound.WOLVES: creatures.wolves,
        Sound.WHALES: creatures.whales,
        Sound.HOOVES: people.hooves,
        Sound.GRAVEL_STEPS: people.gravel_steps,
        Sound.SNOW_STEPS: people.snow_steps,
        Sound.FIRE: people.fire,
        Sound.CROWD: people.crowd,
        Sound.BELL: people.bell,
        Sound.HAMMER: people.hammer,
        Sound.CREAKS: places.creaks,
        Sound.OARS: water.oars,
        Sound.SAILS: air.sails,
        Sound.WAGON: people.wagon,
        Sound.CLOCK: people.clock,
        Sound.QUILL: people.quill,
        Sound.CITY: places.city,
        Sound.TRAIN: places.train,
        Sound.MACHINERY: places.machinery,
        Sound.ICE: places.ice,
        Sound.RUMBLE: places.rumble,
        Sound.ROOM: places.room,
    }
)
"""How each sound is made."""


TRIMS_DB: Mapping[Sound, float] = MappingProxyType(
    {
        Sound.BIRDSONG: 4.0,
        Sound.THUNDER: 4.0,
        Sound.OWL: 2.0,
        Sound.WOLVES: 2.0,
        Sound.CREAKS: -6.0,
        Sound.BELL: -3.0,
        Sound.WAGON: -6.0,
        Sound.HAMMER: -3.0,
        Sound.HOOVES: -4.0,
        Sound.GRAVEL_STEPS: -2.0,
        Sound.DRIPS: -2.0,
        Sound.CLOCK: -3.0,
        Sound.CICADAS: -5.0,
        Sound.CRICKETS: -3.0,
        Sound.CROWS: -2.0,
        Sound.GULLS: -2.0,
        Sound.BEES: -3.0,
    }
)
"""What the ear makes more or less of than the measure does: thin song carries, close knocks and rasps tire."""


def make_ambience(spec: EffectSpec, target: Path) -> None:
    """Make the ambience a prompt asks for: 48 kHz stereo, 16 bit, of exactly round(seconds x 48,000) samples.

    About -23 LUFS, peaks at most -3 dBFS, 30 ms faded at both ends, no speech and no music. Equal specs give equal bytes.

    Args:
        spec: what is heard, and for how long; another take is another performance of the same place.
        target: file to write; its suffix says `.flac` or `.wav`.

    Raises:
        MediaError: the file could not be written.
    """
    count = round(spec.seconds * SAMPLE_RATE_HZ)
    near, far = np.zeros((count, 2)), np.zeros((count, 2))
    for layer in read_soundscape(spec.prompt):
        place = far if layer.distance is Distance.FAR else near
        place += render_layer(layer, count, _chance(spec, layer.sound.value))
    if far.any():
        far = echo(_chance(spec, "distance"), filtered(far, None, _FAR_EDGE_HZ), 1.6, wet=0.5, bright_hz=2000)
    clean = fade_ends(filtered(near + amplitude(_FAR_DB) * far, _DC_EDGE_HZ), _FADE_S)
    save_sound(target, level(clean, lufs=_LOUDNESS_LUFS, peak_dbfs=_PEAK_DBFS))


def render_layer(layer: Layer, count: int, rng: np.random.Generator) -> Wave:
    """Make one element at its level in the mix, as it is heard near by: frames x 2."""
    wave = SYNTHS[layer.sound](rng, count)
    wave = wave * (layer.gain / max(_loudest(wave), 1e-9))
    lift = 0.0 if layer.sound in BEDS else _EVENT_LIFT_DB
    return wave * amplitude(lift + TRIMS_DB.get(layer.sound, 0.0))


def _loudest(wave: Wave) -> float:
    """Give the level of the loudest twentieth of the time as the ear weighs it: a bed's own, an event's while it lasts."""
    window = min(samples_in(_WINDOW_S), len(wave))
    return float(np.sqrt(np.percentile(hear_powers(wave, window), 95)))


def _chance(spec: EffectSpec, part: str) -> np.random.Generator:
    asked = f"{AMBIENCE_VERSION}|{spec.model_dump_json()}|{part}"
    return np.random.default_rng(int.from_bytes(hashlib.sha256(asked.encode()).digest()[:8], "big"))
