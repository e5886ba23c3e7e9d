"""What FFmpeg is asked is kept as approved: an encoder setting that changes makes every stored clip differ from every new one."""

import tempfile
from fractions import Fraction
from pathlib import Path

import pytest

from blocks.domain.cut_list import Cue, Label
from blocks.domain.specs import ConformSpec
from blocks.media.captions import write_ass
from blocks.media.ffmpeg import run_ffmpeg
from blocks.media.recipes import FONTS, clip_encoder_arguments, conform_arguments, escaped, sound_arguments, ticks_a_second

GOLDEN = Path(__file__).parents[1] / "golden" / "recipes.txt"
SPEC = ConformSpec(clip="0" * 64 + ".mp4", width_px=1920, height_px=1080, rate="24", frames=100)


LABEL_GOLDEN = GOLDEN.with_name("label.ass")


def captioned(text: str, label: Label | None = None) -> ConformSpec:
    cue = Cue(start_frame=0, end_frame=5, lines=(text,))
    return SPEC.model_copy(update={"width_px": 320, "height_px": 180, "cues": (cue,), "label": label})


def _labelled(place: Path) -> str:
    label = Label(text="Made with {AI}", start_frame=0, end_frame=40, fades_out=False)
    write_ass(place / "label.ass", captioned("Hello", label))
    return (place / "label.ass").read_text(encoding="utf-8")


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


def test_what_is_drawn_into_a_clip_is_what_was_approved(tmp_path):
    assert _labelled(tmp_path) == LABEL_GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("rate", ["12", "24", "25", "30", "50", "60", "24000/1001", "30000/1001"])
def test_every_frame_starts_at_a_whole_tick(rate):
    assert (ticks_a_second(Fraction(rate)) / Fraction(rate)).denominator == 1


def test_paths_of_any_spelling_reach_the_caption_filter(tmp_path):
    folder = tmp_path / "it's [a] folder: b, c; 100% \\ d"
    folder.mkdir()
    write_ass(folder / "captions.ass", captioned("Hello"))
    said = run_ffmpeg(
        ["-f", "lavfi", "-i", "color=s=320x180:r=24:d=0.2",
         "-vf", f"ass=filename={escaped(folder / 'captions.ass')}:fontsdir={escaped(FONTS)}", "-f", "null", "-"],
        what="draw captions",
    )  # fmt: skip
    assert "SourceSansPro-Semibold" in said


def test_captions_cannot_smuggle_style_commands(tmp_path):
    write_ass(tmp_path / "a.ass", captioned("{\\b1}Hi"))
    assert "(/b1)Hi" in (tmp_path / "a.ass").read_text()


if __name__ == "__main__":
    GOLDEN.write_text(_recipes())
    with tempfile.TemporaryDirectory() as folder:
        LABEL_GOLDEN.write_text(_labelled(Path(folder)), encoding="utf-8")
