"""Storyboards as files: read whole or refused with everything that is wrong, written so that they read back."""

import json
from pathlib import Path

import pytest
import yaml

from blocks.domain.storyboard import CameraMove, Storyboard
from blocks.domain.storyboard_file import dump_storyboard, storyboard_schema
from blocks.errors import BadSpec
from blocks.storyboard_files import MAX_FILE_BYTES, load_storyboard, parse_storyboard

DOCS = Path(__file__).parents[2] / "docs"
SHORT = (DOCS / "samples" / "short.yaml").read_text()

MOVES = ", ".join(f"'{move}'" for move in list(CameraMove)[:-1]) + f" or '{CameraMove.CRANE_UP}'"
AMBIENCE = "an effect holds only sounds of the place, no music and no speech"


def problems_of(text: str, name: str = "film.yaml") -> list[str]:
    with pytest.raises(BadSpec) as caught:
        parse_storyboard(text, name)
    return [str(problem) for problem in caught.value.problems]


def edited(*edits: tuple[str, str]) -> str:
    text = SHORT
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_ten_mistakes_give_ten_messages_each_with_place_and_rule():
    text = edited(
        ("  language: en\n", "  language: English\n"),
        ("    - wind-carved sand\n", ""),
        ("  style_pack: silhouette\n", "  stylepack: silhouette\n"),
        ("    variation_of: camel-core\n", "    variation_of: camel-cor\n"),
        ("- {asset: camel-core, scale: 0.22, x: 0.64, y: 0.84}", "- {asset: camel-cores, scale: 0.22, x: 0.64, y: 0.84}"),
        ("    camera_move: crane up\n", "    camera_move: fly over\n"),
        ("narration: So one scout walks ahead alone, to", "narration: So our scout walks ahead alone, to"),
        ("a gale rising and falling, blowing sand", "violin music, blowing sand"),
        (
            "narration: Then, on the seventh night, fires tremble on the horizon. The water has come to them.",
            "narration: Then, on the seventh night, small fires tremble on the far horizon. The water has come to them.",
        ),
        ("      kind: composite\n      background: last-dune\n", "      kind: straight\n      background: last-dune\n"),
    )
    found = problems_of(text)
    assert found == [
        "video: language is 'English'; write a language tag such as en, en-GB or de [language]",
        "research: 4 different textures are named; name exactly 5 materials, each once [textures]",
        "style: the key stylepack is unknown; did you mean style_pack? [unknown-key]",
        "asset camel-resting: it varies camel-cor, and no asset has that id; did you mean camel-core? [core-exists]",
        "scene 1: its seed names the asset camel-cores, which does not exist; did you mean camel-core? [asset-exists]",
        f"scene 4: camera_move is 'fly over'; it must be one of {MOVES} [bad-value]",
        "scene 5: its narration says 'our'; tell it in the third person [narration-person]",
        f"scene 6: its effect prompt asks for violin; {AMBIENCE} [effect-ambience]",
        "scene 7: its narration has 18 words; write 8 to 16 [narration-words]",
        "scene 8: seed.kind is 'straight'; it must be one of 'direct', 'composite', 'split', 'generated' [bad-value]",
    ]


def test_a_broken_scene_hides_no_rule_broken_in_its_other_keys():
    found = problems_of(
        edited(
            ("    camera_move: crane up\n", "    camera_move: 7\n"),
            ("narration: From here there is no road, and not enough water to reach the far side.", "narration: Too short."),
        )
    )
    assert [one.split(":")[0] for one in found[:2]] == ["scene 4", "scene 4"]
    assert any("[narration-words]" in one for one in found)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "  target_seconds: 60\n",
            "  target_seconds: soon\n",
            "video: target_seconds is text ('soon'); it must be a whole number [wrong-type]",
        ),
        (
            "  title: The Seventh Night\n",
            "  title: 1352\n",
            "video: title is a number (1352); it must be text; put it in quotes if it looks",
        ),
        (
            "    beat: resolution\n",
            "    beat: ending\n",
            "scene 8: beat is 'ending'; it must be one of 'setup', 'obstacle', 'escalation'",
        ),
        (
            "kind: composite\n      background: last-dune",
            "kind: cover\n      background: last-dune",
            "scene 8: seed.kind is 'cover'; it must be one of 'direct'",
        ),
        (
            "kind: composite\n      background: last-dune",
            "background: last-dune",
            "scene 8: seed.kind is missing; it is one of composite, direct, generated, split",
        ),
        (
            "scale: 0.15, x: 0.68, y: 0.85",
            "scale: -1, x: 0.68, y: 0.85",
            "scene 5: seed.figures.1.scale is -1: input should be greater than 0",
        ),
        ("scale: 0.15, x: 0.68, y: 0.85", "size: 0.15, x: 0.68, y: 0.85", "scene 5: the key seed.figures.1.size is unknown"),
        (
            "  exclusions: [text, watermark, logo, cartoon, extra limbs]",
            "  exclusions: text",
            "style: exclusions is text ('text'); it must be a list",
        ),
        (
            "schema_version: 1\n",
            "schema_version: 2\n",
            "storyboard: schema_version is 2; this program reads version 1 [schema-version]",
        ),
        ("metadata:\n", "meta:\n", "storyboard: metadata is missing; add it [missing-key]"),
        ("metadata:\n", "meta:\n", "storyboard: the key meta is unknown; did you mean metadata? [unknown-key]"),
        (
            "  - id: last-dune\n    kind: environment\n",
            "  - kind: environment\n",
            "asset at place 8: id is missing; add it [missing-key]",
        ),
        ("  language: en\n", "  language: en\n  language: de\n", "the key language is written twice; keep one [key-twice]"),
    ],
)
def test_a_key_or_value_that_does_not_fit_is_said_in_the_authors_words(old: str, new: str, message: str):
    assert any(message in found for found in problems_of(edited((old, new))))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("video: [1, 2\n", "line 2"),
        ("video: a: b\n", "line 1: this is not readable as YAML: mapping values are not allowed here (column 9)"),
        ("a: &x 1\nb: *x\n", "references (*name) are not read"),
        ("a: !!python/object/apply:os.system [ls]\n", "could not determine a constructor"),
        ("when: 2026-13-45\n", "this is not readable as YAML"),
        ("a: \x07\n", "line 1: this is not readable as YAML: this character cannot stand in YAML"),
        ("[" * 1500, "not readable"),
        ("", "there is nothing in it"),
        ("- a\n- b\n", "this is a list"),
        ("just words", "this is text"),
        ("video: 1\nassets: 2\nscenes: no\n", "assets is a number; it must be a list"),
        ("assets: [1, {}]\n", "asset at place 1: it is a number; it must be keys with values below it"),
    ],
)
def test_a_text_that_is_no_storyboard_is_refused_with_the_line(text: str, message: str):
    assert any(message in found for found in problems_of(text))


def test_json_is_read_and_its_errors_name_line_and_column():
    board = parse_storyboard(SHORT, "film.yaml")
    assert parse_storyboard(board.model_dump_json(), "film.json") == board
    assert problems_of('{"video": \n 1,}', "film.json")[0].startswith("line 2: this is not readable as JSON")
    assert any("[key-twice]" in one for one in problems_of('{"video": 1, "video": 2}', "film.json"))


def test_the_message_of_the_error_counts_and_lists_all_findings():
    with pytest.raises(
        BadSpec, match=r"the storyboard film\.yaml has one problem; correct the file and run again, nothing was made\n  - "
    ) as caught:
        parse_storyboard(edited(("  language: en\n", "  language: English\n")), "film.yaml")
    assert len(caught.value.problems) == 1


def test_a_missing_file_a_folder_and_no_text_are_refused_with_the_way_out(tmp_path: Path):
    (tmp_path / "latin.yaml").write_bytes("title: caf\xe9".encode("latin-1"))
    (tmp_path / "large.yaml").write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    for path, message in (
        (tmp_path / "gone.yaml", "is not there; check the path"),
        (tmp_path, "is a folder; name the file in it"),
        (tmp_path / "latin.yaml", "save it as UTF-8"),
        (tmp_path / "large.yaml", "name a storyboard file"),
        (tmp_path / ("x" * 300), "cannot be read"),
    ):
        with pytest.raises(BadSpec, match=message):
            load_storyboard(path)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path):
    (tmp_path / "film.yaml").write_bytes(b"\xef\xbb\xbf" + SHORT.replace("\n", "\r\n").encode())
    assert load_storyboard(tmp_path / "film.yaml") == parse_storyboard(SHORT, "film.yaml")


def test_what_is_written_reads_back_the_same():
    board = parse_storyboard(SHORT, "film.yaml")
    text = dump_storyboard(board)
    assert parse_storyboard(text, "again.yaml") == board
    assert list(yaml.safe_load(text)) == list(Storyboard.model_fields)


def test_the_published_schema_is_current():
    assert (DOCS / "storyboard.schema.json").read_text() == storyboard_schema()
    assert json.loads(storyboard_schema())["properties"].keys() == Storyboard.model_fields.keys()
