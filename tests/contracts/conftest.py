"""What every maker is given: an empty bench over an empty store."""

from pathlib import Path

import pytest

from blocks.capabilities.bench import Bench
from blocks.storage import LocalStorage


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    folder = tmp_path / "bench"
    folder.mkdir()
    return Bench(folder=folder, storage=LocalStorage(folder=tmp_path / "store"))


@pytest.fixture
def other_bench(tmp_path: Path, bench: Bench) -> Bench:
    folder = tmp_path / "other"
    folder.mkdir()
    return Bench(folder=folder, storage=bench.storage)
