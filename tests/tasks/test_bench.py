"""The place where makers work."""

import errno
import os

import pytest

from blocks.errors import SetupError
from blocks.studio import Studio


def test_a_full_disk_says_what_to_do_and_leaves_nothing_behind(studio: Studio) -> None:
    folders = []

    def work() -> None:
        with studio.bench() as bench:
            folders.append(bench.folder)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere")

    with pytest.raises(SetupError, match="disk is full at somewhere: make room"):
        work()

    assert not folders[0].exists()


def test_another_error_of_the_system_stays_what_it_is(studio: Studio) -> None:
    with pytest.raises(PermissionError), studio.bench():
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "somewhere")
