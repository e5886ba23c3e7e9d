"""The neural voice: its bytes, its level, its words and when they are heard."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import soundfile
from scipy import signal

from blocks.domain.pacing import WORDS_PER_SECOND
from blocks.domain.specs import NarrationSpec
from blocks.errors import BadSpec
from blocks.media.decode import SAMPLE_RATE_HZ
from blocks.media.loudness import amplitude
from blocks.media.sound import measure_lufs
from blocks.media.voice import CALM_PACE, speak
from blocks.media.voice_engine import read_words
from blocks.media.word_times import Span, share_out

LOUDNESS_LU = 0.3
CEILING = amplitude(-2.0)
LONGEST_EDGE_S = 0.05
PACE_TOLERANCE = 0.15
ONSET_TOLERANCE_S = 0.045

LINES = (
    "The old lighthouse stands alone above the grey water, and nobody remembers who built it.",
    "In the winter of 1848 a carpenter named James Marshall finds gold in a river.",
    "A single seed drifts down the river, carrying the memory of an entire forest.",
    "Slowly the glacier moves, grinding the mountain into sand, one grain after another.",
    "Every autumn the arctic tern leaves its nest and flies toward the far end of the world.",
    "When the storm finally breaks, three ships are missing and the harbour is silent.",
)


class Take:
    def __init__(self, text, folder, name="x.flac", pace=CALM_PACE, **fields):
        self.file = folder / name
        self.words = speak(NarrationSpec(text=text, **fields), self.file, pace=pace)
        self.samples, self.rate = soundfile.read(str(self.file), always_2d=True)
        self.seconds = len(self.samples) / self.rate


@pytest.fixture(scope="module")
def takes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("voice")
    return [Take(line, folder, f"{number}.flac") for number, line in enumerate(LINES)]


def sounds_of(text):
    return " ".join(word.phonemes for word in read_words(text))


def test_a_recording_is_48_khz_mono_at_its_level_and_trimmed(takes):
    for take in takes:
        facts = soundfile.info(str(take.file))
        assert (facts.samplerate, facts.channels, facts.subtype) == (SAMPLE_RATE_HZ, 1, "PCM_16")
        assert measure_lufs(take.samples) == pytest.approx(-18, abs=LOUDNESS_LU)
        assert np.max(np.abs(take.samples)) <= CEILING
        heard = np.flatnonzero(np.abs(take.samples[:, 0]) > 0.02)
        assert 0.005 < heard[0] / take.rate < 0.12
        assert 0.005 < (len(take.samples) - heard[-1]) / take.rate < 0.15
        assert np.max(np.abs(take.samples[[0, -1]])) < 1e-3


def test_nothing_is_left_below_the_voice(takes):
    power = np.abs(np.fft.rfft(takes[0].samples[:, 0])) ** 2
    hz = np.fft.rfftfreq(len(takes[0].samples), 1 / SAMPLE_RATE_HZ)
    assert power[hz < 40].sum() < 1e-4 * power.sum()


def test_the_calm_pace_is_the_one_that_plans_are_made_with(takes):
    words, seconds = sum(len(take.words) for take in takes), sum(take.seconds for take in takes)
    assert words / seconds == pytest.approx(WORDS_PER_SECOND, rel=PACE_TOLERANCE)


def test_words_are_those_of_the_text_and_follow_each_other_within_the_recording(takes):
    for take, line in zip(takes, LINES, strict=True):
        assert [word.text for word in take.words] == line.split()
        times = [time for word in take.words for time in (word.start_s, word.end_s)]
        assert times == sorted(times)
        assert times[0] < LONGEST_EDGE_S + 0.05
        assert 0 < take.seconds - times[-1] < LONGEST_EDGE_S + 0.05


def test_each_word_holds_the_sound_of_a_word(takes):
    for take in takes:
        loudest = np.max(np.abs(take.samples))
        for word in take.words:
            piece = take.samples[round(word.start_s * take.rate) : round(word.end_s * take.rate)]
            assert np.max(np.abs(piece)) > 0.05 * loudest, word


def test_pauses_between_words_belong_to_no_word(takes):
    for take in (takes[0], takes[3]):
        pauses = [(one, two) for one, two in itertools.pairwise(take.words) if one.text in {"water,", "moves,", "sand,"}]
        assert pauses
        for one, two in pauses:
            assert two.start_s - one.end_s > 0.08, one
            pause = take.samples[round((one.end_s + 0.02) * take.rate) : round((two.start_s - 0.02) * take.rate)]
            assert np.max(np.abs(pause)) < 0.03, one


def test_a_word_that_hisses_starts_when_the_hiss_does(tmp_path):
    take = Take("In a city a singer saw a sailor near a silver sea.", tmp_path)
    hiss = signal.sosfiltfilt(signal.butter(4, 4500, "highpass", fs=take.rate, output="sos"), take.samples[:, 0])
    power = np.convolve(hiss**2, np.full(480, 1 / 480), "same")
    loud = power > 0.06 * np.percentile(power, 98)
    onsets = np.flatnonzero(loud[1:] & ~loud[:-1]) / take.rate
    wanted = [word for word in take.words if word.text[0] == "s" or word.text == "city"]
    assert len(wanted) == 6
    for word in wanted:
        assert np.min(np.abs(onsets - word.start_s)) < ONSET_TOLERANCE_S, word


def test_equal_words_give_equal_bytes_whatever_stands_before_and_after(tmp_path):
    one = Take(LINES[0], tmp_path, "a.flac")
    two = Take(LINES[0], tmp_path, "b.flac", previous_text="Before.", next_text="After.")
    assert one.file.read_bytes() == two.file.read_bytes()
    assert one.words == two.words


def test_another_take_is_another_performance_of_the_same_words(tmp_path):
    one, two = Take("A whale sings to another.", tmp_path, "a.wav"), Take("A whale sings to another.", tmp_path, "b.wav", take=2)
    assert one.file.read_bytes() != two.file.read_bytes()
    assert [word.text for word in one.words] == [word.text for word in two.words]


def test_several_threads_at_once_give_what_one_gives(tmp_path, takes):
    with ThreadPoolExecutor(4) as threads:
        again = list(threads.map(lambda at: Take(LINES[at % 3], tmp_path, f"{at}.flac"), range(6)))
    for at, take in enumerate(again):
        assert take.file.read_bytes() == takes[at % 3].file.read_bytes()
        assert take.words == takes[at % 3].words


def test_a_slower_pace_takes_longer(tmp_path):
    lengths = [Take(LINES[2], tmp_path, pace=pace).seconds for pace in (1.0, CALM_PACE, 0.6)]
    assert lengths == sorted(lengths)
    assert lengths[2] > 1.3 * lengths[0]


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("In 1848 gold is found.", "In eighteen forty-eight gold is found."),
        ("The 3rd of 21 men.", "The third of twenty-one men."),
        ("It weighs 5 kg.", "It weighs five kilograms."),
        ("St. Helena and Dr. Smith.", "Saint Helena and Doctor Smith."),
        ("Louis XIV rules.", "Louis the fourteenth rules."),
    ],
)
def test_numbers_units_and_titles_are_spoken_in_full(digits, words):
    plain = str.maketrans("", "", "ˈˌ ")
    assert sounds_of(digits).translate(plain) == sounds_of(words).translate(plain)


def test_words_that_are_spelled_out_keep_their_written_form(tmp_path):
    text = "St. Helena lies 1 950 km off — c. 1669, at 4,300 m; it's 20 km/s. “Who?” Nobody..."
    take = Take(text, tmp_path)
    assert [word.text for word in take.words] == text.split()
    assert all(word.end_s > word.start_s for word in take.words if any(sign.isalnum() for sign in word.text))
    number = next(word for word in take.words if word.text == "4,300")
    assert number.end_s - number.start_s > 0.8


def test_a_long_text_is_said_sentence_by_sentence_with_pauses(tmp_path):
    text = " ".join(LINES)
    take = Take(text, tmp_path, pace=1.3)
    assert [word.text for word in take.words] == text.split()
    ends = [at for at, word in enumerate(take.words[:-1]) if word.text.endswith(".")]
    assert len(ends) == len(LINES) - 1
    assert all(take.words[at + 1].start_s - take.words[at].end_s > 0.2 for at in ends)


def test_one_endless_sentence_is_said_in_pieces(tmp_path):
    text = " ".join(f"river number {number} runs down to the sea," for number in range(22))
    take = Take(text, tmp_path, pace=1.5)
    assert [word.text for word in take.words] == text.split()
    assert take.seconds > 30


@pytest.mark.parametrize("language", ["en", "en-US", "en_GB", "EN"])
def test_any_english_is_spoken(tmp_path, language):
    assert len(Take("Good morning.", tmp_path, language=language).words) == 2


@pytest.mark.parametrize("language", ["fr", "de-DE", "enx"])
def test_another_language_is_refused_with_the_way_out(tmp_path, language):
    with pytest.raises(BadSpec, match=rf"speaks English only, not '{language}'.*another narrator"):
        Take("Bonjour.", tmp_path, language=language)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["—", "...", "🙂 🙂", "鯨が歌う", "?!"])
def test_a_text_without_speakable_words_is_refused(tmp_path, text):
    with pytest.raises(BadSpec, match="nothing to say"):
        Take(text, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["x" * 300, "9" * 60, "[a](/b/) * | {c}", "'90s '", "https://example.com/a?b=1", "Hello. — ... 🙂! Bye."]
)
def test_odd_texts_are_spoken_without_failing(tmp_path, text):
    take = Take(text, tmp_path, pace=2.0)
    assert [word.text for word in take.words] == text.split()


def test_time_is_shared_where_written_and_spoken_words_differ():
    spans = [Span(0, 1), Span(1, 2), Span(2, 3), Span(3, 4)]
    shared = share_out(["at", "km/s", "—", "it"], ["at", "kilometers", "per", "it"], spans)
    assert (shared[0], shared[3]) == (Span(0, 1), Span(3, 4))
    assert shared[1].start_s == 1
    assert shared[2].end_s == 3
    assert shared[1].end_s == shared[2].start_s
