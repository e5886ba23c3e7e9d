"""A cut list becomes a film: sound on the sample, loudness, captions, timeline, the same bytes again."""

import errno
from itertools import pairwise

import av
import numpy as np
import opentimelineio as otio
import pytest
import soundfile

from blocks.domain.captions import cue_film
from blocks.domain.conforming import conform_spec
from blocks.domain.cut_list import INTRO, SAMPLE_RATE_HZ, Bed, Levels, Line, with_conformed
from blocks.domain.editing import Footage, build_cut_list
from blocks.errors import MediaError, ProductMissing
from blocks.media.conform import conform_clip
from blocks.media.decode import read_sound
from blocks.media.ffmpeg import run_ffmpeg
from blocks.media.loudness import PeakMeter, measure_loudness
from blocks.media.master import assemble_master
from blocks.media.mix import level_mix, levelled, mix_sound
from tests.media.film_set import (
    FLASH_FRAME,
    PACE,
    Store,
    cut_small_film,
    film_24,
    luma_of_frames,
    record_ambience,
    record_voice,
    shoot_clip,
    write_board,
)

SYNC_TOLERANCE_S = 0.003


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(tmp_path_factory.mktemp("a store"))


@pytest.fixture(scope="module")
def cut_list(store):
    return cut_small_film(store)


@pytest.fixture(scope="module")
def files(store, cut_list, tmp_path_factory):
    return assemble_master(cut_list, store.open, tmp_path_factory.mktemp("a film's folder"), "film")


def _true_peak(sound):
    meter = PeakMeter(2)
    meter.hear(sound)
    return meter.true_peak_dbtp()


def _keep_sound(store, name, sound, rate_hz=SAMPLE_RATE_HZ):
    file = store.folder / f"{name}.wav"
    soundfile.write(file, sound.astype(np.float32), rate_hz, subtype="FLOAT")
    return store.keep(file)


def _mixed(cut_list, store, folder):
    file = mix_sound(cut_list, store.open, folder / "mix.f32").file
    return np.frombuffer(file.read_bytes(), np.float32).reshape(-1, 2)


def test_every_beep_sounds_with_its_flash(store, tmp_path):
    """Flash and beep are found in the finished film by eye and ear alone, without its cut list."""
    lengths = (1.31, 1.0, 1.77, 1.13, 1.49)
    beeps = []
    for number, seconds in enumerate(lengths, 1):
        at = np.arange(round(seconds * 24_000)) / 24_000
        beeps.append(_keep_sound(store, f"beep-{number}", 0.5 * np.sin(2 * np.pi * 1000 * at) * (at < 0.1), 24_000))
    footage = Footage(
        clips=tuple(shoot_clip(store, 70 + number, 20 + number) for number in range(5)),
        recordings=tuple(beeps),
        effects=(record_ambience(store, 0.8, 20),) * 5,
    )
    cut_list = build_cut_list(write_board(["Beep."] * 5), footage, film_24(), PACE)
    film = assemble_master(cut_list, store.open, tmp_path, "film").film
    luma = luma_of_frames(film)
    flashes = [number / 24 for number, value in enumerate(luma) if value > 200]
    sound = np.abs(read_sound(film, 2)).max(axis=1)
    loud = np.flatnonzero(sound > 0.25 * sound.max()) / SAMPLE_RATE_HZ
    heard = [float(loud[0]), *(float(after) for before, after in pairwise(loud) if after - before > 0.5)]
    assert len(flashes) == len(heard) == 5
    assert len({round(flash - start / 24, 6) for flash, start in zip(flashes, cut_list.starts, strict=True)}) == 1
    assert np.abs(np.array(flashes) - np.array(heard)).max() < SYNC_TOLERANCE_S
    assert flashes[0] == FLASH_FRAME / 24


def test_sound_and_picture_are_equally_long(files, cut_list):
    with av.open(str(files.film)) as container:
        lengths = [float(track.duration * track.time_base) for track in (container.streams.video[0], container.streams.audio[0])]
        assert container.streams.audio[0].codec_context.name == "aac"
        assert container.streams.audio[0].codec_context.sample_rate == SAMPLE_RATE_HZ
    assert lengths == pytest.approx([float(cut_list.frames / cut_list.rate)] * 2, abs=1e-4)


def test_the_film_has_its_loudness_and_stays_under_its_peak(files):
    sound = read_sound(files.film, 2)
    assert measure_loudness([sound], 2) == pytest.approx(-14, abs=0.3)
    assert _true_peak(sound) <= -1


def test_our_loudness_is_that_of_ffmpeg(files):
    said = run_ffmpeg(["-i", files.film, "-af", "ebur128=framelog=quiet", "-f", "null", "-"], what="listen")
    theirs = float(said.rsplit("I:", 1)[1].split()[0])
    assert measure_loudness([read_sound(files.film, 2)], 2) == pytest.approx(theirs, abs=0.1)


@pytest.mark.parametrize("kind", ["clicks", "square", "one short word"])
def test_peaky_sound_reaches_its_loudness_without_passing_the_peak(kind, store, cut_list, tmp_path):
    at = np.arange(2 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    sound = {
        "clicks": np.where(at % 0.1 < 0.002, 0.9, 0.0) * np.sin(2 * np.pi * 3000 * at) + 0.02 * np.sin(2 * np.pi * 300 * at),
        "square": 0.9 * np.sign(np.sin(2 * np.pi * 440 * at)),
        "one short word": 0.7 * np.sin(2 * np.pi * 500 * at) * (at < 0.45),
    }[kind]
    product = _keep_sound(store, kind, sound)
    line = Line(scene=1, recording=product.address, start_sample=12_000, samples=len(sound), text="A.")
    film = assemble_master(cut_list.model_copy(update={"lines": (line,), "beds": ()}), store.open, tmp_path, "film").film
    heard = read_sound(film, 2)
    assert measure_loudness([heard], 2) == pytest.approx(-14, abs=1)
    assert _true_peak(heard) <= -1


def test_a_silent_film_is_not_blown_up(store, cut_list, tmp_path):
    mix = mix_sound(cut_list.model_copy(update={"lines": (), "beds": ()}), store.open, tmp_path / "mix.f32")
    curve = level_mix(mix, -14, -1)
    assert set(b"".join(levelled(mix, curve))) == {0}


def test_the_ambience_sinks_under_the_words_and_comes_back(store, cut_list, tmp_path):
    hum = _keep_sound(store, "hum", np.full((4 * SAMPLE_RATE_HZ, 2), 0.25))
    hush = _keep_sound(store, "hush", np.zeros(SAMPLE_RATE_HZ))
    bed = Bed(scene=1, recording=hum.address, start_sample=0, samples=4 * SAMPLE_RATE_HZ)
    line = Line(scene=1, recording=hush.address, start_sample=SAMPLE_RATE_HZ, samples=SAMPLE_RATE_HZ, text="-")
    levels = Levels(duck_db=-6)
    mixed = _mixed(cut_list.model_copy(update={"lines": (line,), "beds": (bed,), "levels": levels}), store, tmp_path)[:, 0]
    assert mixed[SAMPLE_RATE_HZ // 2] == pytest.approx(0.25)
    assert mixed[SAMPLE_RATE_HZ : 2 * SAMPLE_RATE_HZ] == pytest.approx(0.25 * 10 ** (-6 / 20), rel=1e-4)
    assert mixed[3 * SAMPLE_RATE_HZ] == pytest.approx(0.25)
    assert np.abs(np.diff(mixed[: 4 * SAMPLE_RATE_HZ])).max() < 1e-4, "the change is heard as a click"


def test_an_ambience_that_is_too_short_goes_on_without_a_hole(store, cut_list, tmp_path):
    numbers = np.random.default_rng(5)
    noise = _keep_sound(store, "noise", 0.1 * numbers.standard_normal((SAMPLE_RATE_HZ, 2)))
    bed = Bed(scene=1, recording=noise.address, start_sample=0, samples=cut_list.samples)
    mixed = _mixed(cut_list.model_copy(update={"lines": (), "beds": (bed,)}), store, tmp_path)
    power = np.square(mixed[: len(mixed) // 4800 * 4800, 0]).reshape(-1, 4800).mean(axis=1)
    assert 10 * np.log10(power.max() / power.min()) < 2.5


def test_ambiences_blend_over_the_cut_without_a_dip(store, cut_list, tmp_path):
    mixed = _mixed(cut_list.model_copy(update={"lines": ()}), store, tmp_path)
    for start in cut_list.starts[1:]:
        at = start * 2000
        around = [np.sqrt(np.square(mixed[at + offset : at + offset + 4800]).mean()) for offset in (-14_400, -2400, 9600)]
        assert 20 * np.log10(around[1] / min(around[0], around[2])) > -1.5


def test_the_intro_keeps_its_own_sound(store, tmp_path):
    intro = tmp_path / "intro.mp4"
    run_ffmpeg(
        ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=30:d=1", "-f", "lavfi", "-i", "sine=f=2000:d=1:r=44100", "-c:v", "libx264",
         "-pix_fmt", "yuv420p", "-c:a", "aac", intro],
        what="shoot",
    )  # fmt: skip
    footage = Footage(
        clips=(shoot_clip(store, 60, 30),), recordings=(record_voice(store, 1.2, 30),), effects=(record_ambience(store, 2, 30),),
        intro=store.keep(intro),
    )  # fmt: skip
    cut_list = build_cut_list(write_board(["After the intro."]), footage, film_24(), PACE)
    target = tmp_path / "conformed.mp4"
    conform_clip(conform_spec(cut_list, cut_list.shots[0]), intro, target)
    cut_list = with_conformed(cut_list, {INTRO: store.keep(target).address})
    sound = read_sound(assemble_master(cut_list, store.open, tmp_path, "film").film, 2)[:, 0]
    spectrum = np.abs(np.fft.rfft(sound[4800 : 4800 + 38_400]))
    assert np.argmax(spectrum) * SAMPLE_RATE_HZ / 38_400 == pytest.approx(2000, abs=5)
    assert cut_list.lines[0].start_sample == SAMPLE_RATE_HZ + 12_000


def test_the_same_inputs_give_the_same_film(files, store, cut_list, tmp_path):
    again = assemble_master(cut_list, store.open, tmp_path / "elsewhere", "another name")
    assert again.film.read_bytes() == files.film.read_bytes()
    assert again.captions.read_text() == files.captions.read_text()


def test_nothing_but_the_three_files_is_left(files):
    assert sorted(path.name for path in files.film.parent.iterdir()) == ["film.mp4", "film.otio", "film.srt"]


def test_captions_are_in_the_film_and_beside_it(files, cut_list):
    cues = cue_film(cut_list)
    with av.open(str(files.film)) as container:
        track = container.streams.subtitles[0]
        shown = [packet for packet in container.demux(track) if packet.size > 2]
        assert [bytes(packet)[2:].decode() for packet in shown] == ["\n".join(cue.lines) for cue in cues]
        starts = [float(packet.pts * packet.time_base) for packet in shown]
        assert track.language == "eng"
    assert starts == pytest.approx([cue.start_frame / 24 for cue in cues], abs=0.001)
    assert files.captions.read_text().count(" --> ") == len(cues) == 3


def test_burned_captions_are_seen_and_leave_no_soft_track(store, tmp_path):
    footage = Footage(
        clips=(shoot_clip(store, 70, 31),), recordings=(record_voice(store, 1.5, 31),), effects=(record_ambience(store, 2, 31),)
    )
    board = write_board(["Words that are drawn in white."])
    plain = build_cut_list(board, footage, film_24(), PACE)
    burned = build_cut_list(board, footage, film_24(), PACE, burn_captions=True)
    target = tmp_path / "burned captions' clip.mp4"
    conform_clip(conform_spec(burned, burned.shots[0]), store.open(burned.shots[0].clip), target)
    burned = with_conformed(burned, {1: store.keep(target).address})
    films = [assemble_master(cuts, store.open, tmp_path, name).film for cuts, name in ((plain, "plain"), (burned, "burned"))]
    cue = cue_film(burned)[0]
    feet = []
    for film in films:
        with av.open(str(film)) as container:
            assert len(container.streams.subtitles) == (1 if film is films[0] else 0)
            frames = [frame.to_ndarray()[140:175, 60:260].astype(int) for frame in container.decode(video=0)]
            feet.append((frames[cue.start_frame + 6].max(), frames[2].max()))
    assert feet[1][0] > feet[0][0] + 60, "no white words at the foot of the picture"
    assert abs(feet[1][1] - feet[0][1]) < 30, "the caption is there before its words"


def test_an_editor_can_open_the_timeline(files, cut_list, store):
    timeline = otio.adapters.read_from_file(str(files.timeline))
    assert [(track.name, track.kind) for track in timeline.tracks] == [
        ("Picture", "Video"),
        ("Narration", "Audio"),
        ("Ambience 1", "Audio"),
        ("Ambience 2", "Audio"),
    ]
    picture, narration = timeline.tracks[0], timeline.tracks[1]
    assert picture.duration().to_frames() == cut_list.frames
    assert timeline.duration().to_seconds() == pytest.approx(float(cut_list.frames / cut_list.rate), abs=1e-6)
    clips = list(narration.find_clips())
    starts = [clip.range_in_parent().start_time.value for clip in clips]
    assert starts == [line.start_sample for line in cut_list.lines]
    for clip in (*picture.find_clips(), *clips):
        url = clip.media_reference.target_url
        assert (files.timeline.parent / otio.url_utils.filepath_from_url(url)).is_file()


def test_a_missing_recording_is_named(store, cut_list, tmp_path):
    gone = "1" * 64 + ".wav"

    def open_input(address):
        if address == gone:
            raise ProductMissing(f"{address} is gone")
        return store.open(address)

    lines = (cut_list.lines[0].model_copy(update={"recording": gone}), *cut_list.lines[1:])
    with pytest.raises(ProductMissing, match=gone):
        assemble_master(cut_list.model_copy(update={"lines": lines}), open_input, tmp_path, "film")
    assert not (tmp_path / "film.mp4").exists()


def test_a_recording_that_lost_its_end_is_refused(store, cut_list, tmp_path):
    lines = (*cut_list.lines[:2], cut_list.lines[2].model_copy(update={"samples": cut_list.lines[2].samples + 4800}))
    with pytest.raises(MediaError, match=r"narration of scene 3 .* words would be lost"):
        assemble_master(cut_list.model_copy(update={"lines": lines}), store.open, tmp_path, "film")


def test_a_recording_that_is_no_sound_is_refused_with_its_scene(store, cut_list, tmp_path):
    broken = store.folder / ("2" * 64 + ".wav")
    broken.write_bytes(b"not a sound")
    beds = (cut_list.beds[0].model_copy(update={"recording": broken.name}), *cut_list.beds[1:])
    with pytest.raises(MediaError, match="scene 1: the sound of 222"):
        assemble_master(cut_list.model_copy(update={"beds": beds}), store.open, tmp_path, "film")


def test_a_full_disk_is_said_to_be_full(store, cut_list, tmp_path):
    def open_input(address):
        if address.endswith(".wav"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return store.open(address)

    with pytest.raises(MediaError, match=r"the disk is full: could not write the film film\.mp4\. Free some space"):
        assemble_master(cut_list, open_input, tmp_path, "film")


def test_a_folder_that_cannot_be_made_is_named(store, cut_list, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MediaError, match=r"could not write the film film\.mp4"):
        assemble_master(cut_list, store.open, tmp_path / "file" / "folder", "film")
