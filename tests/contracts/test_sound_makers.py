"""What every narrator and every sound designer promises."""

from itertools import pairwise

import pytest

from blocks.capabilities.bench import Bench
from blocks.capabilities.narrator import Narrator
from blocks.capabilities.sound_designer import SoundDesigner
from blocks.domain.products import SoundFacts
from blocks.domain.specs import EffectSpec, NarrationSpec
from blocks.media.probe import measure
from blocks.providers.offline import OfflineNarrator, OfflineSoundDesigner

NARRATORS = [OfflineNarrator()]
DESIGNERS = [OfflineSoundDesigner()]
LINE = NarrationSpec(text="Every autumn, the river calls its children home.")
AMBIENCE = EffectSpec(prompt="A cold river over stones, wind in dry grass, a distant bird", seconds=5)


@pytest.mark.parametrize("maker", NARRATORS, ids=lambda maker: maker.kind)
def test_speech_is_mono_and_lasts_about_as_long_as_a_person_would_take(maker: Narrator, bench: Bench) -> None:
    facts = measure(maker.speak(LINE, bench).file)

    assert isinstance(facts, SoundFacts)
    assert facts.channels == 1
    assert 2 <= facts.seconds <= 6


@pytest.mark.parametrize("maker", NARRATORS, ids=lambda maker: maker.kind)
def test_word_times_are_those_of_the_words_written(maker: Narrator, bench: Bench) -> None:
    words = maker.speak(LINE, bench).words

    assert [word.text for word in words] in ([], LINE.text.split())
    assert all(before.end_s <= after.start_s + 0.01 for before, after in pairwise(words))


@pytest.mark.parametrize("maker", NARRATORS, ids=lambda maker: maker.kind)
def test_speech_costs_what_was_estimated(maker: Narrator, bench: Bench) -> None:
    assert maker.speak(LINE, bench).usage == maker.estimate(LINE)


@pytest.mark.parametrize("maker", DESIGNERS, ids=lambda maker: maker.kind)
def test_ambience_is_stereo_and_as_long_as_asked_for(maker: SoundDesigner, bench: Bench) -> None:
    facts = measure(maker.design(AMBIENCE, bench).file)

    assert isinstance(facts, SoundFacts)
    assert facts.channels == 2
    assert facts.seconds == pytest.approx(5, abs=0.5)


@pytest.mark.parametrize("maker", DESIGNERS, ids=lambda maker: maker.kind)
def test_ambience_costs_what_was_estimated(maker: SoundDesigner, bench: Bench) -> None:
    assert maker.design(AMBIENCE, bench).usage == maker.estimate(AMBIENCE)


def test_the_offline_voice_repeats_itself_to_the_byte(bench: Bench, other_bench: Bench) -> None:
    first, second = (OfflineNarrator().speak(LINE, place).file.read_bytes() for place in (bench, other_bench))

    assert first == second
