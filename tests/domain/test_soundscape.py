"""Reading effect prompts as layers of sound."""

import pytest

from blocks.domain.soundscape import (
    BEDS,
    MAX_LAYERS,
    SOUND_PHRASES,
    SOUND_WORDS,
    Distance,
    Layer,
    Sound,
    find_sounds,
    read_soundscape,
)


@pytest.mark.parametrize("sound", Sound)
def test_the_phrase_of_a_sound_reads_back_as_that_sound_alone(sound):
    assert find_sounds(SOUND_PHRASES[sound]) == (sound,)


@pytest.mark.parametrize("sound", Sound)
def test_every_word_of_a_sound_calls_for_it_and_for_nothing_else(sound):
    for word in SOUND_WORDS[sound]:
        assert find_sounds(f"the {word}.") == (sound,), word


def test_there_are_more_than_thirty_sounds_each_with_words_and_a_phrase():
    assert len(Sound) > 30
    assert set(SOUND_WORDS) == set(SOUND_PHRASES) == set(Sound)


def test_layers_come_in_the_order_they_are_named_and_each_once():
    layers = read_soundscape("Waves on the shore, gulls; wind and more waves, a bell")
    assert [layer.sound for layer in layers] == [Sound.SURF, Sound.GULLS, Sound.WIND, Sound.BELL]


def test_a_longer_phrase_wins_over_the_words_inside_it():
    assert find_sounds("Heavy rain on a roof") == (Sound.HEAVY_RAIN,)
    assert find_sounds("howling wind") == (Sound.STORM,)
    assert find_sounds("footsteps in snow") == (Sound.SNOW_STEPS,)


def test_a_part_of_a_word_is_no_word():
    assert find_sounds("The winding rainbow carpet belongs to an offshore brand.") == ()


@pytest.mark.parametrize("prompt", ["a river, no birds", "a river without birds", "River. No birdsong, never an owl."])
def test_what_is_denied_is_not_heard(prompt):
    assert find_sounds(prompt) == (Sound.RIVER,)


def test_the_usual_ending_about_music_and_speech_changes_nothing():
    prompt = "Crickets and a distant owl"
    assert read_soundscape(f"{prompt}. No music, no speech.") == read_soundscape(prompt)


def test_distance_is_read_from_the_same_clause_only():
    near, far = read_soundscape("a river close by, distant wolves")
    assert (near.distance, far.distance) == (Distance.NEAR, Distance.FAR)


def test_soft_words_lower_and_loud_words_raise_the_gain():
    soft, plain, loud = (read_soundscape(f"{word} waves")[0].gain for word in ("gentle", "blue", "crashing"))
    assert soft < plain < loud == 1.0


def test_a_prompt_without_sounds_gets_a_soft_breeze():
    assert read_soundscape("Nothing that can be named") == (Layer(sound=Sound.BREEZE, gain=0.5, distance=Distance.FAR),)


@pytest.mark.parametrize(
    ("event", "bed"),
    [("whale song", Sound.UNDERWATER), ("oars", Sound.HARBOUR), ("a clock ticking", Sound.ROOM), ("an owl", Sound.BREEZE)],
)
def test_events_alone_get_a_bed_that_suits_them(event, bed):
    assert read_soundscape(event)[0].sound is bed


def test_there_are_at_most_four_layers_and_a_bed_is_always_among_them():
    prompt = "owl, wolves, bell, clock, hammer, hooves, frogs, bees and at last some rain"
    layers = read_soundscape(prompt)
    assert len(layers) == MAX_LAYERS
    assert layers[-1].sound is Sound.RAIN
    assert all(any(layer.sound in BEDS for layer in read_soundscape(SOUND_PHRASES[sound])) for sound in Sound)
