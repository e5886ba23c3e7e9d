"""What every narrator and every sound designer promises."""

from itertools import pairwise

import pytest
import soundfile

from blocks.capabilities.bench import Bench
from blocks.capabilities.maker import Maker
from blocks.capabilities.narrator import Narrator
from blocks.capabilities.sound_designer import SoundDesigner
from blocks.domain.money import Usage
from blocks.domain.products import SoundFacts
from blocks.domain.specs import EffectSpec, NarrationSpec
from blocks.media.probe import measure
from blocks.providers.elevenlabs.account import ElevenLabsCredentials
from blocks.providers.elevenlabs.narrator import ElevenLabsNarrator
from blocks.providers.elevenlabs.sound_designer import ElevenLabsSoundDesigner
from blocks.providers.offline import OfflineNarrator, OfflineSoundDesigner
from tests.emulators.elevenlabs import NARRATOR_VOICE, ElevenLabsEmulator

LINE = NarrationSpec(text="Every autumn, the river calls its children home.")
AMBIENCE = EffectSpec(prompt="A cold river over stones, wind in dry grass, a distant bird", seconds=5)
ESTIMATE_ERROR = 0.05
"""Share by which a bill may differ from its estimate: whole credits, the vendor's own way to count."""


def account(vendor: ElevenLabsEmulator) -> ElevenLabsCredentials:
    return ElevenLabsCredentials(api_key=vendor.api_key, base_url=vendor.url)


NARRATORS = {
    "offline": lambda vendors: OfflineNarrator(),
    "elevenlabs": lambda vendors: ElevenLabsNarrator(credentials=account(vendors("elevenlabs")), voice_id=NARRATOR_VOICE),
    "elevenlabs flash": lambda vendors: ElevenLabsNarrator(
        credentials=account(vendors("elevenlabs")), voice_id=NARRATOR_VOICE, model="eleven_flash_v2_5"
    ),
    "elevenlabs v3": lambda vendors: ElevenLabsNarrator(
        credentials=account(vendors("elevenlabs")), voice_id=NARRATOR_VOICE, model="eleven_v3"
    ),
}
DESIGNERS = {
    "offline": lambda vendors: OfflineSoundDesigner(),
    "elevenlabs": lambda vendors: ElevenLabsSoundDesigner(credentials=account(vendors("elevenlabs"))),
}


@pytest.fixture(params=NARRATORS)
def narrator(request) -> Narrator:
    return NARRATORS[request.param](request.getfixturevalue)


@pytest.fixture(params=DESIGNERS)
def designer(request) -> SoundDesigner:
    return DESIGNERS[request.param](request.getfixturevalue)


def assert_costs_what_was_estimated(maker: Maker, usage: Usage, estimate: Usage) -> None:
    assert {line.unit for line in usage.lines} == {line.unit for line in estimate.lines}
    assert float(maker.price(usage)) == pytest.approx(float(maker.price(estimate)), rel=ESTIMATE_ERROR)


def test_speech_is_mono_and_lasts_about_as_long_as_a_person_would_take(narrator: Narrator, bench: Bench) -> None:
    facts = measure(narrator.speak(LINE, bench).file)

    assert isinstance(facts, SoundFacts)
    assert facts.channels == 1
    assert 2 <= facts.seconds <= 6


def test_speech_begins_and_ends_without_silence(narrator: Narrator, bench: Bench) -> None:
    samples, rate_hz = soundfile.read(str(narrator.speak(LINE, bench).file))
    heard = abs(samples) > 10 ** (-45 / 20) * abs(samples).max()

    assert heard.argmax() <= 0.06 * rate_hz
    assert heard[::-1].argmax() <= 0.06 * rate_hz


def test_word_times_are_those_of_the_words_written(narrator: Narrator, bench: Bench) -> None:
    made = narrator.speak(LINE, bench)

    assert [word.text for word in made.words] in ([], LINE.text.split())
    assert all(before.end_s <= after.start_s + 0.01 for before, after in pairwise(made.words))
    assert all(0 <= word.start_s <= word.end_s <= measure(made.file).seconds + 0.001 for word in made.words)


def test_speech_costs_what_was_estimated(narrator: Narrator, bench: Bench) -> None:
    assert_costs_what_was_estimated(narrator, narrator.speak(LINE, bench).usage, narrator.estimate(LINE))


def test_ambience_is_stereo_and_as_long_as_asked_for(designer: SoundDesigner, bench: Bench) -> None:
    facts = measure(designer.design(AMBIENCE, bench).file)

    assert isinstance(facts, SoundFacts)
    assert facts.channels == 2
    assert facts.seconds == pytest.approx(5, abs=0.5)


def test_ambience_costs_what_was_estimated(designer: SoundDesigner, bench: Bench) -> None:
    assert_costs_what_was_estimated(designer, designer.design(AMBIENCE, bench).usage, designer.estimate(AMBIENCE))


def test_the_offline_voice_repeats_itself_to_the_byte(bench: Bench, other_bench: Bench) -> None:
    first, second = (OfflineNarrator().speak(LINE, place).file.read_bytes() for place in (bench, other_bench))

    assert first == second
