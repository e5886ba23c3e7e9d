"""Clips are joined by their packets, exact to the frame."""

import av
import numpy as np
import pytest

from blocks.domain.conforming import conform_spec, shots_to_conform
from blocks.domain.cut_list import INTRO, OUTRO, Reason, with_conformed
from blocks.domain.editing import MOST_FRAMES_LATE, Footage, build_cut_list, cut_clip
from blocks.errors import MediaError, ProductMissing
from blocks.media.conform import conform_clip
from blocks.media.ffmpeg import render, run_ffmpeg
from blocks.media.join import closed_prefix
from blocks.media.master import assemble_master
from blocks.media.probe import closed_prefixes, measure
from blocks.media.recipes import clip_encoder_arguments
from tests.media.film_set import (
    PACE,
    Store,
    cut_small_film,
    decoded,
    film_24,
    frame_hashes,
    record_ambience,
    record_voice,
    shoot_clip,
    write_board,
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(tmp_path_factory.mktemp("a store"))


@pytest.fixture(scope="module")
def cut_list(store):
    return cut_small_film(store)


@pytest.fixture(scope="module")
def film(store, cut_list, tmp_path_factory):
    return assemble_master(cut_list, store.open, tmp_path_factory.mktemp("a film"), "film").film


def test_prefixes_are_closed_where_the_first_packets_are_the_first_frames():
    assert closed_prefixes([0, 3, 1, 2, 4, 6, 5]) == (1, 4, 5, 7)
    assert closed_prefixes([0, 1, 2]) == (1, 2, 3)
    assert closed_prefixes([]) == ()


def test_every_frame_of_the_film_is_the_frame_of_its_clip(film, store, cut_list):
    wanted = [frame for shot in cut_list.shots for frame in frame_hashes(store.open(shot.clip))[: shot.frames]]
    assert frame_hashes(film) == wanted


def test_frames_follow_each_other_evenly_and_are_all_there(film, cut_list):
    with av.open(str(film)) as container:
        packets = [packet for packet in container.demux(container.streams.video[0]) if packet.size]
    shown = sorted(packet.pts for packet in packets)
    assert len(shown) == cut_list.frames
    assert shown[0] == 0
    assert set(np.diff(shown)) == {512}
    assert set(np.diff([packet.dts for packet in packets])) == {512}
    assert all(packet.dts <= packet.pts for packet in packets)


def test_a_clip_is_cut_at_any_wanted_length_a_few_frames_late_at_most(store):
    clip = shoot_clip(store, 60, seed=11)
    cuts = {wanted: closed_prefix(store.open(clip.address), wanted) for wanted in range(1, 61)}
    assert all(0 <= cut - wanted <= MOST_FRAMES_LATE for wanted, cut in cuts.items())
    assert any(cut > wanted for wanted, cut in cuts.items()), "the clip has no B-frames: nothing was tried"
    assert {cut_clip(clip.facts, film_24(), wanted).frames for wanted in cuts} == set(clip.facts.closed_prefixes)


def test_a_cut_that_is_no_closed_prefix_is_refused(store, cut_list, tmp_path):
    shot = cut_list.shots[0]
    open_cut = next(number for number in range(2, shot.clip_frames) if closed_prefix(store.open(shot.clip), number) != number)
    shots = (shot.model_copy(update={"frames": open_cut}), *cut_list.shots[1:])
    with pytest.raises(MediaError, match="scene 1 cannot be cut after"):
        assemble_master(cut_list.model_copy(update={"shots": shots}), store.open, tmp_path, "film")
    assert not (tmp_path / "film.mp4").exists()


def test_more_frames_than_a_clip_has_are_refused(store, cut_list, tmp_path):
    shots = (*cut_list.shots[:2], cut_list.shots[2].model_copy(update={"frames": 61}))
    with pytest.raises(MediaError, match="scene 3 ended after 60 of 61 frames"):
        assemble_master(cut_list.model_copy(update={"shots": shots}), store.open, tmp_path, "film")


def test_a_clip_from_another_encoder_is_refused_until_it_is_conformed(store, cut_list, tmp_path):
    render(
        ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=24:d=3", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-bf", "0"],
        tmp_path / "other.mp4",
        what="shoot",
    )
    other = store.keep(tmp_path / "other.mp4")
    assert cut_clip(other.facts, film_24(), 40).conform == (Reason.FORMAT,)
    shots = (cut_list.shots[0], cut_list.shots[1].model_copy(update={"clip": other.address, "frames": 40}))
    with pytest.raises(MediaError, match="scene 2 has other headers"):
        assemble_master(cut_list.model_copy(update={"shots": shots, "beds": ()}), store.open, tmp_path, "film")


def test_a_missing_clip_is_named(store, cut_list, tmp_path):
    gone = "0" * 64 + ".mp4"
    shots = (cut_list.shots[0].model_copy(update={"clip": gone}), *cut_list.shots[1:])
    with pytest.raises(ProductMissing, match=gone):
        assemble_master(cut_list.model_copy(update={"shots": shots}), store.open, tmp_path, "film")


def test_clips_of_all_lengths_and_sources_have_one_format(store):
    raw = store.folder / "raw.mp4"
    grey = (np.full(320 * 180 * 3 // 2, 100 + number, np.uint8).tobytes() for number in range(30))
    render(
        ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "320x180", "-framerate", "24", "-i", "-", *clip_encoder_arguments("24")],
        raw,
        what="encode",
        stdin=grey,
    )
    assert {shoot_clip(store, 33, seed=12).facts.format, measure(raw).format} == {film_24().fingerprint}


def test_the_values_of_raw_pictures_pass_the_encoder_unchanged(tmp_path):
    target = tmp_path / "raw.mp4"
    frame = np.concatenate([np.full(320 * 180, 60, np.uint8), np.full(160 * 90, 90, np.uint8), np.full(160 * 90, 170, np.uint8)])
    raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "320x180", "-framerate", "24", "-i", "-"]
    render([*raw, *clip_encoder_arguments("24")], target, what="encode", stdin=[frame.tobytes()] * 5)
    with av.open(str(target)) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.color_primaries, codec.color_trc, codec.colorspace, codec.color_range) == (1, 1, 1, 1)
        seen = next(container.decode(video=0)).to_ndarray().ravel()
    assert np.abs(seen.astype(int) - frame).max() <= 1


def test_the_same_frames_give_the_same_clip(store, tmp_path):
    first, again = shoot_clip(store, 30, seed=13), shoot_clip(Store(tmp_path), 30, seed=13)
    assert first.address == again.address


def test_a_clip_that_is_too_short_holds_its_last_frame(store, tmp_path):
    clip = shoot_clip(store, 30, seed=14)
    footage = Footage(clips=(clip,), recordings=(record_voice(store, 2.0, 14),), effects=(record_ambience(store, 2, 14),))
    cut_list = build_cut_list(write_board(["A long line is spoken here."]), footage, film_24(), PACE)
    shot = cut_list.shots[0]
    assert shot.conform == (Reason.HOLD,)
    assert (shot.frames, shot.held_frames) == (66, 36)
    conform_clip(conform_spec(cut_list, shot), store.open(clip.address), tmp_path / "held.mp4")
    frames = decoded(tmp_path / "held.mp4")
    assert len(frames) == 66
    last = decoded(store.open(clip.address))[-1]
    assert all(np.abs(frame - last).mean() < 0.5 for frame in frames[30:])
    assert np.abs(frames[0] - last).mean() > 2, "the clip itself does not move: nothing was tried"


def test_clips_of_other_sizes_and_rates_are_conformed_once_and_fill_the_frame(store, tmp_path):
    intro = shoot_clip(store, 30, seed=15, rate="30", size="200x200")
    outro = shoot_clip(store, 24, seed=16)
    odd = shoot_clip(store, 75, seed=17, rate="25", size="640x360")
    footage = Footage(
        clips=(odd,),
        recordings=(record_voice(store, 1.5, 17),),
        effects=(record_ambience(store, 2, 17),),
        intro=intro,
        outro=outro,
    )
    cut_list = build_cut_list(write_board(["One line is spoken here."]), footage, film_24(), PACE)
    assert [shot.scene for shot in cut_list.shots] == [INTRO, 1, OUTRO]
    assert [shot.scene for shot in shots_to_conform(cut_list)] == [INTRO, 1]
    conformed = {}
    for shot in shots_to_conform(cut_list):
        target = tmp_path / f"{shot.scene}.mp4"
        conform_clip(conform_spec(cut_list, shot), store.open(shot.clip), target)
        product = store.keep(target)
        assert product.facts.format == film_24().fingerprint
        conformed[shot.scene] = product.address
    film = assemble_master(with_conformed(cut_list, conformed), store.open, tmp_path, "film").film
    assert len(frame_hashes(film)) == cut_list.frames == 24 + 54 + 24
    with av.open(str(film)) as container:
        edges = [frame.to_ndarray(format="gray")[:, [0, -1]].mean() for frame in container.decode(video=0)]
    assert min(edges) > 30, "black bars"


def test_a_conformed_picture_keeps_its_colours(tmp_path, store):
    source = tmp_path / "red.mp4"
    red = "color=0xC04020:s=1280x720:r=24:d=0.5,format=gbrp,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
    run_ffmpeg(["-f", "lavfi", "-i", red, "-c:v", "libx264", source], what="paint")
    clip = store.keep(source)
    cut = cut_clip(clip.facts, film_24(), 10)
    assert cut.conform == (Reason.FORMAT,)
    footage = Footage(clips=(clip,), recordings=(record_voice(store, 0.3, 18),), effects=(record_ambience(store, 2, 18),))
    cut_list = build_cut_list(write_board(["Red."]), footage, film_24(), PACE)
    conform_clip(conform_spec(cut_list, cut_list.shots[0]), source, tmp_path / "same.mp4")
    run_ffmpeg(
        ["-i", tmp_path / "same.mp4", "-vf", "scale=in_color_matrix=bt709,format=rgb24", "-frames:v", "1", tmp_path / "red.png"],
        what="look",
    )
    with av.open(str(tmp_path / "red.png")) as container:
        seen = next(container.decode(video=0)).to_ndarray(format="rgb24").reshape(-1, 3).mean(axis=0)
    assert np.abs(seen - (0xC0, 0x40, 0x20)).max() < 3


def test_a_file_that_is_no_clip_cannot_be_conformed(store, tmp_path, cut_list):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film at all")
    spec = conform_spec(cut_list, cut_list.shots[0])
    with pytest.raises(MediaError, match=r"broken\.mp4 cannot be read"):
        conform_clip(spec, broken, tmp_path / "out.mp4")
    with pytest.raises(ProductMissing):
        conform_clip(spec, tmp_path / "gone.mp4", tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()
