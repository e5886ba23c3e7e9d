"""Disks that take no more: a limit on the size of files stops every copy in its middle, as a full disk does."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.finished_files import made

ROOT = Path(__file__).parents[2]
MEMORY_DISK = Path("/dev/shm")
TOO_LARGE = b"x" * 5000

LIMITED = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
place, source = map(Path, sys.argv[1:])
try:
    {act}
except OSError as error:
    sys.stdout.write(error.strerror)
"""
LAY_OUT = """
    from blocks.workspace import lay_out
    lay_out(place, "videos/clip_01.mp4", source)
"""
PUBLISH = """
    from blocks.capabilities.bench import Bench
    from blocks.domain.specs import PublishSpec
    from blocks.domain.storyboard import Metadata
    from blocks.providers.offline import FolderPublisher
    from blocks.storage import LocalStorage
    storage = LocalStorage(folder=source.parent / "products")
    film = storage.put(source)
    spec = PublishSpec(
        channel="demo", slug="a", master=film, film=film, captions=film, metadata=Metadata(title="A", description="A")
    )
    FolderPublisher(folder=place).publish(spec, Bench(place, storage))
"""


def tried(act: str, place: Path, source: Path) -> str:
    command = [sys.executable, "-c", LIMITED.format(act=act), place, source]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


@pytest.mark.skipif(not MEMORY_DISK.is_dir(), reason="needs a second disk")
@pytest.mark.parametrize("act", [LAY_OUT, PUBLISH], ids=["film's folder", "published films"])
def test_a_disk_that_is_full_holds_no_half_copies(tmp_path: Path, act: str) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as other_disk:
        for _ in range(2):
            source = made(Path(other_disk), TOO_LARGE, "film.mp4")

            assert tried(act, tmp_path / "films", source) == os.strerror(errno.EFBIG)

    assert [file for file in (tmp_path / "films").rglob("*") if file.is_file()] == []
