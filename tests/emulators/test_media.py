"""What the emulators deliver is real: sizes, lengths, codecs and alignments are measured from the files."""

import threading
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from blocks.media.decode import SAMPLE_RATE_HZ, read_sound
from blocks.media.probe import measure
from tests.emulators import media, quick_media

MP3_FRAME_S = 1152 / 44_100
TEXT = "A fox waits, still as stone, by the frozen river.  In 1848 the ice broke!"


@pytest.fixture(autouse=True)
def nothing_kept(tmp_path, monkeypatch):
    """A folder of its own, so that each test makes what it asks for."""
    monkeypatch.setattr(media, "_folder", lambda: tmp_path)


@pytest.fixture(params=[False, True], ids=["quick", "fine"])
def fine(request):
    return request.param


@pytest.fixture
def measured(tmp_path):
    def measure_bytes(content, suffix):
        file = tmp_path / f"measured.{suffix}"
        file.write_bytes(content)
        return measure(file)

    return measure_bytes


def decode(png):
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)


def test_a_picture_has_the_exact_size_and_no_alpha(fine, measured):
    facts = measured(media.picture("a river at dawn", 688, 384, fine=fine), "png")

    assert (facts.width_px, facts.height_px, facts.has_alpha) == (688, 384, False)


def test_a_picture_carries_no_metadata(fine):
    png = media.picture("a river at dawn", 344, 192, fine=fine)

    assert b"tEXt" not in png
    assert b"iTXt" not in png


def test_a_subject_stands_on_the_colour_that_was_ordered(fine):
    seen = decode(media.picture("a red deer", 256, 256, ground="#00ff00", fine=fine)).astype(int)
    is_ground = (np.abs(seen - (0, 255, 0)) < 24).all(axis=2)

    assert is_ground[:8].mean() > 0.95
    assert 0.1 < 1 - is_ground.mean() < 0.8


def test_another_prompt_gives_another_picture(fine):
    first, second = (decode(media.picture(words, 344, 192, fine=fine)).astype(int) for words in ("a river", "a desert at night"))

    assert np.abs(first - second).mean() > 5


def test_another_reference_gives_another_picture(fine):
    assert media.picture("a fox", 128, 128, references=(b"a",), fine=fine) != media.picture(
        "a fox", 128, 128, references=(b"b",), fine=fine
    )


def test_a_clip_is_silent_h264_of_the_exact_length_and_size(fine, measured):
    still = media.picture("a river", 344, 192)

    facts = measured(media.clip(still, 2, width_px=320, height_px=180, fine=fine), "mp4")

    assert (facts.codec, facts.has_sound, facts.rate) == ("h264", False, "24")
    assert (facts.frames, facts.width_px, facts.height_px) == (48, 320, 180)


def test_a_clip_has_its_index_before_its_pictures(fine):
    clip = media.clip(media.picture("a river", 344, 192), 1, width_px=320, height_px=180, fine=fine)

    assert 0 < clip.index(b"moov") < clip.index(b"mdat")


def test_a_clip_moves_and_begins_with_its_still(tmp_path, fine):
    still = media.picture("a river", 320, 180)
    (tmp_path / "clip.mp4").write_bytes(media.clip(still, 1, width_px=320, height_px=180, fine=fine))
    film = cv2.VideoCapture(str(tmp_path / "clip.mp4"))
    frames = [film.read()[1].astype(int) for _ in range(24)]

    assert np.abs(frames[0] - decode(still)).mean() < 12
    assert np.abs(frames[0] - frames[12]).max() > 40


def test_a_clip_begins_with_a_jpeg_as_with_a_png(measured):
    jpeg = cv2.imencode(".jpg", decode(media.picture("a river", 320, 180)))[1].tobytes()

    assert measured(media.clip(jpeg, 1, width_px=320, height_px=180), "mp4").frames == 24


def test_every_character_of_a_speech_is_aligned_in_order(fine):
    speech = media.speech(TEXT, fine=fine)

    assert "".join(speech.characters) == TEXT
    assert len(speech.starts_s) == len(speech.ends_s) == len(TEXT)
    assert all(start <= end for start, end in zip(speech.starts_s, speech.ends_s, strict=True))
    assert all(end <= start for end, start in zip(speech.ends_s, speech.starts_s[1:], strict=False))


def test_a_speech_lasts_as_long_as_its_alignment(fine, measured):
    speech = media.speech(TEXT, fine=fine)
    facts = measured(speech.audio, "mp3")

    assert (facts.sample_rate_hz, facts.channels) == (44_100, 1)
    assert facts.samples / 44_100 == pytest.approx(speech.ends_s[-1], abs=0.1)


def test_a_comma_is_silent_and_a_word_is_heard(tmp_path):
    speech = media.speech(TEXT)
    (tmp_path / "speech.mp3").write_bytes(speech.audio)
    sound = read_sound(tmp_path / "speech.mp3", 1)[:, 0]

    def loudness(character):
        at = TEXT.index(character)
        middle = (speech.starts_s[at] + speech.ends_s[at]) / 2
        return np.abs(sound[round((middle - 0.01) * SAMPLE_RATE_HZ) : round((middle + 0.01) * SAMPLE_RATE_HZ)]).max()

    assert loudness(",") < 0.1 * loudness("o")


def test_a_speech_has_some_fifteen_characters_a_second():
    assert len(TEXT) / media.speech(TEXT).ends_s[-1] == pytest.approx(14, abs=2)


def test_speed_shortens_a_speech():
    assert media.speech(TEXT, speed=1.2).ends_s[-1] == pytest.approx(media.speech(TEXT).ends_s[-1] / 1.2, abs=0.01)


def test_a_text_that_the_offline_voice_cannot_say_is_sounded_all_the_same():
    assert media.speech("...", fine=True).ends_s[-1] > 0.5


@pytest.mark.parametrize("seconds", [0.5, 1, 3.3])
def test_an_ambience_has_its_length_to_a_frame_and_is_stereo(seconds, fine, measured):
    facts = measured(media.ambience("wind over grass", seconds, fine=fine), "mp3")

    assert (facts.sample_rate_hz, facts.channels) == (44_100, 2)
    assert facts.samples / 44_100 == pytest.approx(seconds, abs=2 * MP3_FRAME_S)
    assert facts.loudness_lufs > -40


@pytest.mark.parametrize(
    "make",
    [
        lambda: quick_media.picture("a river", (128, 72), None),
        lambda: quick_media.picture("a fox", (128, 72), "#ff00ff"),
        lambda: quick_media.clip(quick_media.picture("a river", (128, 72), None), 1, (128, 72), "slow"),
        lambda: quick_media.speech(TEXT, 1.0)[0],
        lambda: quick_media.ambience("wind", 1.0),
    ],
    ids=["place", "subject", "clip", "speech", "ambience"],
)
def test_equal_arguments_give_equal_bytes_without_the_cache(make):
    assert make() == make()


def test_what_was_made_once_is_not_made_again(monkeypatch):
    first = media.ambience("wind", 1)
    monkeypatch.setattr(quick_media, "ambience", lambda *_: pytest.fail("it was made again"))

    assert media.ambience("wind", 1) == first


def test_no_more_than_two_are_made_at_once(monkeypatch):
    busy, peak, lock, met = 0, 0, threading.Lock(), threading.Barrier(2)

    def make(prompt, _seconds):
        nonlocal busy, peak
        with lock:
            busy += 1
            peak = max(peak, busy)
        met.wait(timeout=10)
        with lock:
            busy -= 1
        return prompt.encode()

    monkeypatch.setattr(quick_media, "ambience", make)
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda number: media.ambience(f"wind {number}", 1), range(8)))

    assert peak == media.MOST_ENCODES
    assert made == [f"wind {number}".encode() for number in range(8)]


def test_nothing_half_written_stays_in_the_cache(tmp_path, monkeypatch):
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: media.ambience("wind", 1), range(16)))

    assert len(made) == 1
    assert [file.read_bytes() for file in tmp_path.iterdir()] == list(made)
