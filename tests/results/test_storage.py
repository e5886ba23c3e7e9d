import errno
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from blocks.errors import BadSpec, ProductMissing, SetupError
from blocks.storage import LocalStorage, sha256_of
from tests.finished_files import made

ROOT = Path(__file__).parents[2]
MEMORY_DISK = Path("/dev/shm")


@pytest.fixture
def storage(tmp_path):
    return LocalStorage(folder=tmp_path / "products")


def stored(storage):
    return [path for path in storage.folder.rglob("*") if path.is_file()]


def test_a_tilde_is_the_home_of_whoever_runs_it(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))

    storage = LocalStorage.model_validate({"folder": "~/products"})

    assert storage.folder == tmp_path / "products"
    assert storage.store_name == f"local:{tmp_path}/products"


def test_a_file_moves_into_the_store_under_the_hash_of_its_bytes(storage, tmp_path):
    file = made(tmp_path, name="made.PNG")
    digest = sha256_of(file)
    address = storage.put(file)
    assert address == f"{digest}.png"
    assert not file.exists()
    assert storage.open(address).read_bytes() == b"picture"


def test_equal_bytes_are_stored_once(storage, tmp_path):
    assert storage.put(made(tmp_path, name="a.png")) == storage.put(made(tmp_path, name="b.png"))
    assert len(stored(storage)) == 1


@pytest.mark.skipif(not MEMORY_DISK.is_dir(), reason="needs a second disk")
def test_a_file_from_another_disk_leaves_only_itself_in_the_store(storage):
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as other_disk:
        address = storage.put(made(Path(other_disk)))
        assert list(Path(other_disk).iterdir()) == []
    assert [path.name for path in stored(storage)] == [address]


PUT_FROM_ANOTHER_VOLUME = """
mount --bind "$1" "$1" && mount --bind "$2" "$2" || exit 77
exec "$3" -c 'import sys; from pathlib import Path; from blocks.storage import LocalStorage
sys.stdout.write(LocalStorage(folder=Path(sys.argv[1])).put(Path(sys.argv[2]) / "made.png"))' "$1" "$2"
"""
NO_VOLUMES = 77


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs mounts of its own")
def test_a_file_from_another_volume_of_the_same_disk_moves_into_the_store(storage, tmp_path):
    bench = tmp_path / "bench"
    for volume in (storage.folder, bench):
        volume.mkdir()
    made(bench, name="made.png")
    in_mounts_of_its_own = ["unshare", "--map-root-user", "--mount", "sh", "-c", PUT_FROM_ANOTHER_VOLUME, "put"]
    command = [*in_mounts_of_its_own, storage.folder, bench, sys.executable]
    put = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if put.returncode == NO_VOLUMES or "unshare failed" in put.stderr:
        pytest.skip("this machine lets nobody mount a volume")
    assert (put.returncode, put.stderr) == (0, "")
    assert storage.open(put.stdout).read_bytes() == b"picture"
    assert [path.name for path in stored(storage)] == [put.stdout]
    assert list(bench.iterdir()) == []


def test_a_file_is_there_only_with_the_size_it_was_stored_with(storage, tmp_path):
    address = storage.put(made(tmp_path))
    assert storage.has(address, 7)
    assert not storage.has(address, 8)
    storage.open(address).unlink()
    assert not storage.has(address, 7)


def test_a_stored_file_that_was_cut_short_is_replaced(storage, tmp_path):
    address = storage.put(made(tmp_path))
    os.truncate(storage.open(address), 3)
    storage.put(made(tmp_path))
    assert storage.has(address, 7)


def test_a_file_that_is_gone_says_how_to_get_it_back(storage, tmp_path):
    address = storage.put(made(tmp_path))
    storage.open(address).unlink()
    with pytest.raises(ProductMissing, match="run the film again") as missing:
        storage.open(address)
    assert missing.value.path.name == address


@pytest.mark.parametrize("address", ["../../etc/passwd", "/etc/passwd", f"{'a' * 64}.png/../../x", f"{'A' * 64}.png", ""])
def test_no_address_leads_out_of_the_store(storage, address):
    with pytest.raises(BadSpec, match="no address of a stored file"):
        storage.open(address)


def test_a_file_without_a_suffix_is_refused_and_stays(storage, tmp_path):
    file = made(tmp_path, name="nameless")
    with pytest.raises(BadSpec):
        storage.put(file)
    assert file.exists()


PUT_ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from blocks.errors import SetupError
from blocks.storage import LocalStorage
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    LocalStorage(folder=Path(sys.argv[1])).put(Path(sys.argv[2]))
except SetupError as error:
    sys.stdout.write(str(error))
"""


@pytest.mark.skipif(not MEMORY_DISK.is_dir(), reason="needs a second disk")
def test_a_disk_that_takes_no_more_is_one_clear_error_and_loses_nothing(storage):
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as other_disk:
        file = made(Path(other_disk), content=b"x" * 5000)
        command = [sys.executable, "-c", PUT_ON_A_FULL_DISK, str(storage.folder), str(file)]
        told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
        assert os.strerror(errno.EFBIG) in told
        assert "MB are free: make room" in told
        assert file.exists()
    assert stored(storage) == []


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(SetupError, match="choose another folder"):
        LocalStorage(folder=tmp_path / "taken").put(made(tmp_path))
