"""The house rules that a machine can check and no linter does."""

import ast
import re
from pathlib import Path

import pytest

from blocks.catalog import BLOCK_TYPES

ROOT = Path(__file__).parents[2]
PACKAGES = ("blocks", "tasks", "flows", "deployments")
SOURCES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
MOST_LINES = 400
ONE_SCREEN_LINES = 65


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", SOURCES, ids=name_of)
def test_a_file_has_one_reason_to_be_opened(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("file", [file for file in SOURCES if file.name == "__init__.py"], ids=name_of)
def test_a_package_file_holds_a_docstring_and_nothing_else(file: Path) -> None:
    assert [type(node) for node in ast.parse(file.read_text()).body] == [ast.Expr]


@pytest.mark.parametrize("file", sorted((ROOT / "flows").glob("*.py")), ids=name_of)
def test_a_flow_file_holds_no_classes_but_run_inputs(file: Path) -> None:
    classes = [node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ClassDef)]

    assert classes == (["VerdictForm"] if file.name == "review.py" else [])


@pytest.mark.parametrize("file", [file for file in SOURCES if file.parts[-2] != "capabilities"], ids=name_of)
def test_every_block_that_people_save_is_in_the_catalog(file: Path) -> None:
    """A block says what it is called in Prefect's UI, and setting up makes the types that the catalog lists."""
    named = [
        node.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "_block_type_name" for line in node.body)
    ]

    assert set(named) <= {kind.__name__ for kind in BLOCK_TYPES}


def test_the_whole_line_fits_on_one_screen() -> None:
    assert len((ROOT / "flows/produce.py").read_text().splitlines()) <= ONE_SCREEN_LINES


def test_settings_are_not_read_from_the_environment() -> None:
    allowed = {
        "blocks/media/ffmpeg.py",  # which FFmpeg to use is a fact of the machine, known before any block can be loaded
        "deployments/key_file.py",  # Prefect's server reads the key of the blocks nowhere else
        "deployments/keys.py",
        "deployments/releases.py",  # these two hand this process's environment on to the programs they start
        "deployments/server.py",
    }
    found = {name_of(file) for file in SOURCES if re.search(r"os\.environ|os\.getenv", file.read_text())}

    assert found <= allowed


def test_every_command_of_the_readme_is_a_target_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / "README.md").read_text()))

    assert commands
    assert commands <= targets
