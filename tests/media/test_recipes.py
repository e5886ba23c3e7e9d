"""What FFmpeg is asked is kept as approved: an encoder setting that changes makes every stored clip differ from every new one."""

from fractions import Fraction
from pathlib import Path

import pytest

from blocks.domain.cut_list import Cue
from blocks.domain.specs import ConformSpec
from blocks.media.captions import write_ass
from blocks.media.ffmpeg import run_ffmpeg
from blocks.media.recipes import FONTS, clip_encoder_arguments, conform_arguments, escaped, sound_arguments, ticks_a_second

GOLDEN = Path(__file__).parents[1] / "golden" / "recipes.txt"
SPEC = ConformSpec(clip="0" * 64 + ".mp4", width_px=1920, height_px=1080, rate="24", frames=100)


def _recipes():
    recipes = {
        "clip 24": clip_encoder_arguments("24"),
        "clip 30000/1001": clip_encoder_arguments("30000/1001"),
        "conform": conform_arguments(Path("a clip.mp4"), SPEC, captions=None, matrix="bt709"),
        "sound": sound_arguments(None, "eng"),
        "sound with captions": sound_arguments(Path("film.srt"), "deu"),
    }
    return "".join(f"{name}:\n  " + " ".join(map(str, arguments)) + "\n" for name, arguments in recipes.items())


def test_the_recipes_are_those_that_were_approved():
    assert _recipes() == GOLDEN.read_text()


@pytest.mark.parametrize("rate", ["12", "24", "25", "30", "50", "60", "24000/1001", "30000/1001"])
def test_every_frame_starts_at_a_whole_tick(rate):
    assert (ticks_a_second(Fraction(rate)) / Fraction(rate)).denominator == 1


def test_paths_of_any_spelling_reach_the_caption_filter(tmp_path):
    folder = tmp_path / "it's [a] folder: b, c; 100% \\ d"
    folder.mkdir()
    write_ass(folder / "captions.ass", [Cue(start_frame=0, end_frame=5, lines=("Hello",))], Fraction(24), 320, 180)
    said = run_ffmpeg(
        ["-f", "lavfi", "-i", "color=s=320x180:r=24:d=0.2",
         "-vf", f"ass=filename={escaped(folder / 'captions.ass')}:fontsdir={escaped(FONTS)}", "-f", "null", "-"],
        what="draw captions",
    )  # fmt: skip
    assert "SourceSansPro-Semibold" in said


def test_captions_cannot_smuggle_style_commands(tmp_path):
    write_ass(tmp_path / "a.ass", [Cue(start_frame=0, end_frame=5, lines=("{\\b1}Hi",))], Fraction(24), 320, 180)
    assert "(/b1)Hi" in (tmp_path / "a.ass").read_text()


if __name__ == "__main__":
    GOLDEN.write_text(_recipes())
