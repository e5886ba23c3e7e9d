"""Clips made of stills: exact, smooth, true to the picture, and never empty at the border."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from blocks.domain.specs import ClipSpec
from blocks.domain.storyboard import CameraMove
from blocks.errors import MediaError
from blocks.media.animation import animate_still
from blocks.media.ffmpeg import run_ffmpeg
from blocks.media.nearness import Nearness, save_still

WIDTH, HEIGHT = 320, 180
CLEAR_NOON = "A bare plain under a clear sky at noon."
JITTER_TOLERANCE_PX = 0.1
"""How far the picture may be from an even path; a whole-pixel camera would be off by 0.3 and more."""
COLOUR_TOLERANCE = 2.0
"""Mean difference of clip and seed in steps of 255."""
BORDER_TOLERANCE = 30
"""Steps a border pixel may differ from the seed's own brightness after coding."""

Frames = npt.NDArray[np.uint8]


def clip_spec(move: CameraMove = CameraMove.STATIC, seconds: int = 1, atmosphere: str = CLEAR_NOON, rate: str = "24") -> ClipSpec:
    return ClipSpec(
        seed="0" * 64 + ".png", prompt="It stands still.", camera_move=move, atmosphere=atmosphere, seconds=seconds, rate=rate
    )


def landscape(width: int = WIDTH, height: int = HEIGHT) -> tuple[Frames, Frames]:
    """Paint a textured sky, woods, ground and a tree trunk in front."""
    generator = np.random.default_rng(7)
    texture = cv2.GaussianBlur(generator.normal(0, 90, (height, width)).astype(np.float32), (0, 0), 2.2)
    picture = np.empty((height, width, 3), np.float32)
    nearness = np.zeros((height, width), np.uint8)
    for top, colour, near in (
        (0.0, (120, 150, 200), Nearness.SKY),
        (0.45, (90, 100, 80), Nearness.WOODS),
        (0.6, (120, 110, 70), Nearness.GROUND),
    ):
        picture[int(top * height) :] = colour
        nearness[int(top * height) :] = near
    picture += texture[..., None]
    trunk = slice(width // 8, width // 8 + width // 20)
    picture[:, trunk] = 20 + texture[:, trunk, None] * 0.3
    nearness[:, trunk] = Nearness.FOREGROUND
    return np.clip(picture, 0, 255).astype(np.uint8), nearness


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    file = tmp_path / "seed.png"
    save_still(file, *landscape())
    return file


@pytest.fixture
def plain_seed(tmp_path: Path) -> Path:
    file = tmp_path / "plain.png"
    save_still(file, landscape()[0])
    return file


def read_frames(clip: Path) -> Frames:
    """Read all frames as RGB."""
    with av.open(str(clip)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def read_luma(clip: Path) -> Frames:
    with av.open(str(clip)) as container:
        return np.stack([frame.to_ndarray(format="gray") for frame in container.decode(video=0)])


def shift_between(first: Frames, second: Frames) -> tuple[float, float]:
    """Measure how far the picture moved, right and down, in pixels."""
    window = cv2.createHanningWindow(first.shape[::-1], cv2.CV_32F)
    (right, down), _ = cv2.phaseCorrelate(first.astype(np.float32), second.astype(np.float32), window)
    return right, down


@pytest.mark.parametrize(("rate", "frames"), [("24", 24), ("30000/1001", 30)])
def test_a_clip_has_exactly_the_frames_asked_for(seed: Path, tmp_path: Path, rate: str, frames: int) -> None:
    animate_still(clip_spec(rate=rate), seed, tmp_path / "clip.mp4")
    with av.open(str(tmp_path / "clip.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video"]
        times = [frame.pts for frame in container.decode(video=0)]
    assert len(times) == frames
    assert len(set(np.diff(times))) == 1


def test_a_clip_is_h264_high_of_the_seeds_size_and_tagged_bt709(seed: Path, tmp_path: Path) -> None:
    animate_still(clip_spec(), seed, tmp_path / "clip.mp4")
    with av.open(str(tmp_path / "clip.mp4")) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        next(container.decode(stream))
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (context.width, context.height) == (WIDTH, HEIGHT)
        assert stream.average_rate == 24
        assert {context.color_primaries, context.color_trc, context.colorspace} == {1}
        assert context.color_range == 1


def test_the_same_spec_and_seed_give_the_same_bytes(seed: Path, tmp_path: Path) -> None:
    spec = clip_spec(CameraMove.TRACK_LEFT, atmosphere="Snowfall over a misty meadow at dusk.")
    animate_still(spec, seed, tmp_path / "one.mp4")
    animate_still(spec, seed, tmp_path / "two.mp4")
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_another_take_moves_otherwise(seed: Path, tmp_path: Path) -> None:
    spec = clip_spec(atmosphere="Snowfall over a meadow.")
    animate_still(spec, seed, tmp_path / "one.mp4")
    animate_still(spec.model_copy(update={"take": 2}), seed, tmp_path / "two.mp4")
    assert (tmp_path / "one.mp4").read_bytes() != (tmp_path / "two.mp4").read_bytes()


@pytest.mark.parametrize("move", list(CameraMove))
def test_no_border_ever_shows(move: CameraMove, tmp_path: Path) -> None:
    picture, nearness = landscape()
    # The rim is red and must stay out of sight; all else is grey, so that anything red or empty gives itself away.
    picture[:] = 180
    picture[[0, 1, -2, -1]] = picture[:, [0, 1, -2, -1]] = (255, 0, 0)
    save_still(tmp_path / "rim.png", picture, nearness)
    animate_still(clip_spec(move, seconds=2), tmp_path / "rim.png", tmp_path / "clip.mp4")
    frames = read_frames(tmp_path / "clip.mp4").astype(np.int16)
    assert np.abs(frames - 180).max() < BORDER_TOLERANCE


def test_a_push_in_enlarges_and_a_pull_back_undoes_it(plain_seed: Path, tmp_path: Path) -> None:
    for move, sign in ((CameraMove.PUSH_IN, 1), (CameraMove.PULL_BACK, -1)):
        animate_still(clip_spec(move, seconds=2), plain_seed, tmp_path / "clip.mp4")
        luma = read_luma(tmp_path / "clip.mp4")
        half = WIDTH // 2
        left, _ = shift_between(luma[0][:, :half], luma[-1][:, :half])
        right, _ = shift_between(luma[0][:, half:], luma[-1][:, half:])
        assert sign * (right - left) > 2


@pytest.mark.parametrize(
    ("move", "right", "down"),
    [
        (CameraMove.PAN_LEFT, 1, 0),
        (CameraMove.PAN_RIGHT, -1, 0),
        (CameraMove.TRACK_LEFT, 1, 0),
        (CameraMove.TRACK_RIGHT, -1, 0),
        (CameraMove.TILT_UP, 0, 1),
        (CameraMove.TILT_DOWN, 0, -1),
        (CameraMove.CRANE_UP, 0, 1),
    ],
)
def test_the_picture_moves_against_the_camera(move: CameraMove, right: int, down: int, plain_seed: Path, tmp_path: Path) -> None:
    animate_still(clip_spec(move), plain_seed, tmp_path / "clip.mp4")
    luma = read_luma(tmp_path / "clip.mp4")
    across, along = shift_between(luma[0], luma[-1])
    assert across * right + along * down > 2
    assert abs(across * down) + abs(along * right) < 1


@pytest.mark.parametrize("move", [CameraMove.TRACK_LEFT, CameraMove.PAN_LEFT, CameraMove.PUSH_IN])
def test_near_things_move_more_than_far_ones(move: CameraMove, seed: Path, tmp_path: Path) -> None:
    animate_still(clip_spec(move, seconds=2), seed, tmp_path / "clip.mp4")
    luma = read_luma(tmp_path / "clip.mp4")
    trunks = [int(np.argmin(cv2.blur(frame[:70], (WIDTH // 20, 1)).mean(axis=0))) for frame in (luma[0], luma[-1])]
    sky, _ = shift_between(luma[0][:70, WIDTH // 3 :], luma[-1][:70, WIDTH // 3 :])
    ground, _ = shift_between(luma[0][150:, WIDTH // 3 :], luma[-1][150:, WIDTH // 3 :])
    trunk = trunks[1] - trunks[0]
    if move is CameraMove.PUSH_IN:
        assert trunk < -2
    else:
        assert trunk > ground + 1 > sky + 2 > 2


def test_a_pan_runs_without_jitter(plain_seed: Path, tmp_path: Path) -> None:
    animate_still(clip_spec(CameraMove.PAN_RIGHT, seconds=2), plain_seed, tmp_path / "clip.mp4")
    luma = read_luma(tmp_path / "clip.mp4")
    way = np.array([shift_between(luma[0], frame)[0] for frame in luma])
    number = np.arange(way.size)
    even = np.polynomial.Polynomial.fit(number, way, 5)(number)
    assert np.ptp(way) > 4
    assert np.sqrt(np.mean((way - even) ** 2)) < JITTER_TOLERANCE_PX


@pytest.mark.parametrize("move", [CameraMove.STATIC, CameraMove.PUSH_IN])
def test_no_clip_ever_freezes(move: CameraMove, tmp_path: Path) -> None:
    # A smooth dark picture is the hardest case: little in it can be seen to move.
    rows = np.linspace(70, 20, HEIGHT, dtype=np.float32)[:, None, None]
    picture = np.broadcast_to(rows, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    save_still(tmp_path / "smooth.png", picture)
    spec = clip_spec(move, seconds=4, atmosphere="A clear night.")
    animate_still(spec, tmp_path / "smooth.png", tmp_path / "clip.mp4")
    said = run_ffmpeg(
        ["-i", tmp_path / "clip.mp4", "-vf", "freezedetect=n=-60dB:d=1.0", "-f", "null", "-"], what="look for frozen pictures"
    )
    assert "freeze_start" not in said


def test_the_freeze_detector_finds_a_frozen_clip(tmp_path: Path) -> None:
    said = run_ffmpeg(
        ["-f", "lavfi", "-i", "color=gray:s=320x180:r=24:d=3", "-vf", "freezedetect=n=-60dB:d=1.0", "-f", "null", "-"],
        what="look for frozen pictures",
    )
    assert "freeze_start" in said


@pytest.mark.parametrize("labelled", [True, False])
def test_a_clip_keeps_the_colours_of_its_seed(labelled: bool, tmp_path: Path) -> None:
    picture, nearness = landscape()
    picture[: HEIGHT // 3, WIDTH // 2 :] = (200, 40, 30)
    picture[HEIGHT // 3 : HEIGHT // 2, WIDTH // 2 :] = (30, 60, 190)
    save_still(tmp_path / "colour.png", picture, nearness if labelled else None)
    animate_still(clip_spec(), tmp_path / "colour.png", tmp_path / "clip.mp4")
    frame = read_frames(tmp_path / "clip.mp4")[12].astype(np.float64)
    for patch in (slice(2 * WIDTH // 3, WIDTH - 30), slice(WIDTH // 4, WIDTH // 2 - 10)):
        seen, given = (one[20:50, patch].mean(axis=(0, 1)) for one in (frame, picture.astype(np.float64)))
        assert np.abs(seen - given).max() < COLOUR_TOLERANCE


def test_nothing_nearer_leaves_its_ghost_behind(tmp_path: Path) -> None:
    """A bright trunk before a dark wood: what is uncovered when it moves is as dark as the wood."""
    picture, nearness = landscape()
    picture[:] = 40
    trunk = nearness == Nearness.FOREGROUND
    picture[trunk] = 230
    save_still(tmp_path / "trunk.png", picture, nearness)
    animate_still(clip_spec(CameraMove.TRACK_LEFT, seconds=2), tmp_path / "trunk.png", tmp_path / "clip.mp4")
    for frame in read_luma(tmp_path / "clip.mp4")[[0, -1]]:
        bright = np.flatnonzero(frame[40] > 60)
        assert np.ptp(bright) < 1.3 * trunk[40].sum() + 4


def test_a_figure_keeps_its_feet_on_the_ground(tmp_path: Path) -> None:
    picture, nearness = landscape()
    feet = 150
    nearness[:, : WIDTH // 3] = np.where(nearness[:, : WIDTH // 3] == Nearness.FOREGROUND, 0, nearness[:, : WIDTH // 3])
    picture[feet - 60 : feet, 150:170] = 10
    nearness[feet - 60 : feet, 150:170] = Nearness.FIGURE
    # A mark on the ground beside the feet must move with them.
    picture[feet - 4 : feet, 180:184] = 255
    save_still(tmp_path / "figure.png", picture, nearness)
    animate_still(clip_spec(CameraMove.TRACK_RIGHT, seconds=2), tmp_path / "figure.png", tmp_path / "clip.mp4")
    gaps = []
    for frame in read_luma(tmp_path / "clip.mp4")[[0, -1]]:
        foot_line = cv2.resize(frame[130:165], None, fx=1, fy=1).astype(np.int16)
        mark = np.unravel_index(int(foot_line.argmax()), foot_line.shape)[1]
        edge = np.flatnonzero(foot_line[10] < 30).max()
        gaps.append(int(mark) - int(edge))
    assert abs(gaps[0] - gaps[1]) <= 2


def test_a_damaged_seed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "seed.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing of a picture")
    with pytest.raises(MediaError, match="damaged"):
        animate_still(clip_spec(), tmp_path / "seed.png", tmp_path / "clip.mp4")
    assert not (tmp_path / "clip.mp4").exists()


def test_a_tiny_seed_is_refused(tmp_path: Path) -> None:
    save_still(tmp_path / "seed.png", np.zeros((20, 40, 3), np.uint8))
    with pytest.raises(MediaError, match="40x20"):
        animate_still(clip_spec(), tmp_path / "seed.png", tmp_path / "clip.mp4")


def test_layers_of_another_size_are_refused(tmp_path: Path) -> None:
    save_still(tmp_path / "seed.png", landscape()[0], np.zeros((90, 160), np.uint8))
    with pytest.raises(MediaError, match="another size"):
        animate_still(clip_spec(), tmp_path / "seed.png", tmp_path / "clip.mp4")
