"""Products in a bucket that machines share."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from blocks import copies, s3_door, s3_storage
from blocks.errors import BadSpec, ProductMissing, ProviderUnavailable, RateLimited, SetupError
from blocks.s3_storage import S3Credentials, S3Storage
from tests.blocks.served_buckets import BUCKET, KEY_ID, SECRET, Buckets
from tests.finished_files import made

ROOT = Path(__file__).parents[2]
ABSENT = f"{'a' * 64}.png"
HOUR_S = 3600
NO_ONE_LISTENS = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_storage, "PUT_PAUSES_S", (0.0,))


@pytest.fixture
def here(buckets: Buckets, tmp_path: Path) -> S3Storage:
    """One machine's way to the bucket."""
    return buckets.storage(tmp_path / "here")


@pytest.fixture
def there(buckets: Buckets, tmp_path: Path) -> S3Storage:
    """Another machine's, which shares no disk with the first."""
    return buckets.storage(tmp_path / "there")


def files_of(storage: S3Storage) -> list[Path]:
    return [path for path in storage.folder.rglob("*") if path.is_file()]


def test_what_one_machine_stored_another_reads(here: S3Storage, there: S3Storage, tmp_path: Path) -> None:
    address = here.put(made(tmp_path))

    assert there.has(address, 7)
    assert there.open(address).read_bytes() == b"picture"
    assert files_of(there) == [there.open(address)]


def test_the_object_is_what_any_other_program_expects(buckets: Buckets, here: S3Storage, tmp_path: Path) -> None:
    address = here.put(made(tmp_path))

    found = buckets.client.get_object(Bucket=BUCKET, Key=f"products/{address}")

    assert found["Body"].read() == b"picture"
    assert found["ContentType"] == "image/png"


def test_a_file_is_fetched_once(buckets: Buckets, here: S3Storage, there: S3Storage, tmp_path: Path) -> None:
    address = here.put(made(tmp_path))
    buckets.log.clear()

    for _ in range(3):
        there.open(address)
        assert there.has(address, 7)
        here.open(address)

    assert buckets.log == [f"GET /{BUCKET}/products/{address}"]


def test_equal_bytes_are_sent_once(buckets: Buckets, here: S3Storage, there: S3Storage, tmp_path: Path) -> None:
    here.put(made(tmp_path))
    there.put(made(tmp_path))

    assert buckets.asked("PUT") == 1
    assert len(buckets.names()) == 1


PUT = """
import sys
from pathlib import Path
from pydantic import SecretStr
from blocks.s3_storage import S3Credentials, S3Storage
url, folder, file, bucket, key_id, secret = sys.argv[1:]
credentials = S3Credentials(access_key_id=key_id, secret_access_key=SecretStr(secret))
storage = S3Storage(bucket=bucket, endpoint_url=url, credentials=credentials, folder=Path(folder))
sys.stdin.readline()
sys.stdout.write(storage.put(Path(file)))
"""


def test_processes_that_store_the_same_at_once_store_it_once(buckets: Buckets, here: S3Storage, tmp_path: Path) -> None:
    files = [made(tmp_path, b"x" * 1_000_000, f"{number}.png") for number in range(2)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PUT, buckets.url, str(here.folder), str(file), BUCKET, KEY_ID, SECRET],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for file in files
    ]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()

    addresses = {process.communicate(timeout=60)[0] for process in processes}

    assert len(addresses) == 1
    assert buckets.names() == [f"products/{address}" for address in addresses]
    assert len(files_of(here)) == 1
    assert not any(file.exists() for file in files)


def test_one_who_comes_second_finds_equal_bytes_and_is_content(buckets: Buckets, here: S3Storage, tmp_path: Path) -> None:
    file = made(tmp_path)
    address = here.put(made(tmp_path, name="first.png"))
    door = here._door

    door.put(f"products/{address}", file, address[:64], once=True)  # as if it had looked before the first was there

    assert buckets.log[-1].endswith(f"{address} *")


def test_a_store_that_knows_no_conditions_is_good_enough(
    buckets: Buckets, here: S3Storage, there: S3Storage, tmp_path: Path
) -> None:
    buckets.knows_conditions = False
    address = here.put(made(tmp_path))

    assert there.open(address).read_bytes() == b"picture"


def test_an_object_of_another_size_is_replaced(buckets: Buckets, here: S3Storage, there: S3Storage, tmp_path: Path) -> None:
    address = here.put(made(tmp_path))
    buckets.client.put_object(Bucket=BUCKET, Key=f"products/{address}", Body=b"pic")

    assert not there.has(address, 7)
    there.put(made(tmp_path))

    assert buckets.client.get_object(Bucket=BUCKET, Key=f"products/{address}")["Body"].read() == b"picture"


def test_a_large_file_goes_in_parts(
    buckets: Buckets, here: S3Storage, there: S3Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_door, "IN_PARTS_FROM_BYTES", 5_300_000)
    monkeypatch.setattr(s3_door, "_PART_BYTES", 5_300_000)
    content = os.urandom(11_000_000)

    address = here.put(made(tmp_path, content, "film.mp4"))

    assert there.open(address).read_bytes() == content
    assert buckets.asked("PUT") == 3


@pytest.mark.parametrize("damage", [b"pict", b"PICTURE"])
def test_a_copy_that_was_damaged_is_fetched_again(here: S3Storage, tmp_path: Path, damage: bytes) -> None:
    address = here.put(made(tmp_path))
    here.open(address).write_bytes(damage)

    assert here.open(address).read_bytes() == b"picture"


def test_a_damaged_copy_of_an_earlier_process_is_noticed(
    here: S3Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = here.put(made(tmp_path))
    here.open(address).write_bytes(b"PICTURE")
    monkeypatch.setattr(copies, "_seen_whole", {})

    assert here.open(address).read_bytes() == b"picture"


def test_an_object_that_is_gone_is_missing_and_is_made_anew(
    buckets: Buckets, here: S3Storage, there: S3Storage, tmp_path: Path
) -> None:
    address = here.put(made(tmp_path))
    buckets.client.delete_object(Bucket=BUCKET, Key=f"products/{address}")

    assert not there.has(address, 7)
    with pytest.raises(ProductMissing, match=f"{address} is gone from the bucket {BUCKET}.*run the film again") as missing:
        there.open(address)
    assert missing.value.path.name == address


def test_an_object_with_other_bytes_is_never_read_as_the_product(
    buckets: Buckets, here: S3Storage, there: S3Storage, tmp_path: Path
) -> None:
    address = here.put(made(tmp_path))
    buckets.client.put_object(Bucket=BUCKET, Key=f"products/{address}", Body=b"PICTURE")

    with pytest.raises(ProductMissing, match="delete it there, then run the film again"):
        there.open(address)
    assert files_of(there) == []


def test_a_bucket_that_is_gone_does_not_look_like_one_whose_files_are(buckets: Buckets, tmp_path: Path) -> None:
    storage = buckets.storage(tmp_path / "copies", bucket="another-bucket")
    file = made(tmp_path)

    for ask in (lambda: storage.has(ABSENT, 7), lambda: storage.open(ABSENT), lambda: storage.put(file), storage.check):
        with pytest.raises(SetupError, match=r"the bucket another-bucket .*does not exist: make it"):
            ask()
    assert file.exists()


def test_a_refused_key_is_named_and_never_shown(buckets: Buckets, here: S3Storage, tmp_path: Path) -> None:
    file = made(tmp_path)
    buckets.check_keys()

    for ask in (lambda: here.has(ABSENT, 7), lambda: here.open(ABSENT), lambda: here.put(file)):
        with pytest.raises(SetupError, match="refuses the key: put the right one into the block S3 Credentials") as refused:
            ask()
        assert SECRET not in str(refused.value)
        assert SECRET not in repr(refused.value.__cause__)
        assert str(pickle.loads(pickle.dumps(refused.value))) == str(refused.value)
    assert file.exists()


def test_without_a_key_and_without_a_role_it_says_so(buckets: Buckets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(SetupError, match="put a key into the block S3 Credentials"):
        buckets.storage(tmp_path / "copies", credentials=S3Credentials()).has(ABSENT, 7)


def test_the_machines_own_key_is_used_when_the_block_has_none(
    buckets: Buckets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-the-machine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "its secret")
    storage = buckets.storage(tmp_path / "copies", credentials=S3Credentials(), region="eu-central-1")

    assert "of-the-machine" in storage.link(ABSENT, 60)


def test_a_store_that_is_away_may_answer_later(buckets: Buckets, tmp_path: Path) -> None:
    storage = buckets.storage(tmp_path / "copies", endpoint_url=NO_ONE_LISTENS)

    with pytest.raises(ProviderUnavailable, match=r"the bucket films at http://127.0.0.1:9 does not answer"):
        storage.has(ABSENT, 7)


@pytest.mark.parametrize(("status", "error"), [(503, ProviderUnavailable), (429, RateLimited), (500, ProviderUnavailable)])
def test_a_store_in_trouble_may_answer_later(buckets: Buckets, here: S3Storage, status: int, error: type[Exception]) -> None:
    buckets.status = status

    with pytest.raises(error):
        here.open(ABSENT)


@pytest.mark.parametrize("says", [b"404 page not found\n", b"", b"<html><body><p>Nothing here</p></body></html>"])
def test_whatever_stands_before_the_bucket_cannot_say_that_a_file_is_gone(
    buckets: Buckets, here: S3Storage, there: S3Storage, tmp_path: Path, says: bytes
) -> None:
    address = here.put(made(tmp_path))
    file = made(tmp_path, b"another")
    buckets.status, buckets.says = 404, says

    for ask in (lambda: there.has(address, 7), lambda: there.open(address), lambda: there.put(file), there.check):
        with pytest.raises(ProviderUnavailable, match="something that is no bucket answered 404 at the bucket films"):
            ask()
    buckets.status = 0
    assert there.open(address).read_bytes() == b"picture"
    assert file.exists()


def test_a_file_is_sent_again_before_it_is_given_up(
    buckets: Buckets, here: S3Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_storage, "PUT_PAUSES_S", (0.1,))
    monkeypatch.setattr(s3_storage.time, "sleep", lambda _: setattr(buckets, "status", 0))
    file = made(tmp_path)
    buckets.status = 500

    address = here.put(file)

    assert buckets.names() == [f"products/{address}"]


def test_a_file_that_could_not_be_sent_stays(buckets: Buckets, here: S3Storage, tmp_path: Path) -> None:
    file = made(tmp_path)
    buckets.status = 503

    with pytest.raises(ProviderUnavailable):
        here.put(file)

    assert file.read_bytes() == b"picture"
    assert not here.folder.exists()


def used(file: Path, hours_ago: float) -> None:
    os.utime(file, (time.time() - hours_ago * HOUR_S, file.stat().st_mtime))


def test_the_longest_unused_copies_give_way(buckets: Buckets, tmp_path: Path) -> None:
    storage = buckets.storage(tmp_path / "copies", cache_gb=25e-9)
    old, older, recent, linked = (storage.put(made(tmp_path, letter * 10)) for letter in (b"a", b"b", b"c", b"d"))
    os.link(storage.open(linked), tmp_path / "in a film.png")
    for address, hours_ago in ((old, 2), (older, 3), (recent, 0.5), (linked, 9)):
        used(storage.folder / address[:2] / address, hours_ago)

    newest = storage.put(made(tmp_path, b"e" * 10))

    assert {file.name for file in files_of(storage)} == {recent, linked, newest}
    assert storage.open(older).read_bytes() == b"b" * 10


def test_copies_in_use_stay_whatever_the_limit(buckets: Buckets, tmp_path: Path) -> None:
    storage = buckets.storage(tmp_path / "copies", cache_gb=1e-9)
    addresses = {storage.put(made(tmp_path, letter * 10)) for letter in (b"a", b"b", b"c")}

    assert {file.name for file in files_of(storage)} == addresses


class Overtaken(copies.Copies):
    """Copies of which another process takes one into use just after all were listed."""

    taken: Path

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        yield from super()._files()
        used(self.taken, 0)


def test_a_copy_that_another_process_takes_into_use_meanwhile_stays(here: S3Storage, tmp_path: Path) -> None:
    taken, unused = (here.open(here.put(made(tmp_path, letter * 10))) for letter in (b"a", b"b"))
    used(taken, 9)
    used(unused, 8)
    newest = made(tmp_path, b"c" * 10)

    Overtaken(folder=here.folder, limit_bytes=25, taken=taken).keep(f"{'c' * 64}.png", newest)

    assert taken.exists()
    assert not unused.exists()


def test_asking_for_a_copy_is_a_use(buckets: Buckets, tmp_path: Path) -> None:
    storage = buckets.storage(tmp_path / "copies", cache_gb=1e-9)
    address = storage.put(made(tmp_path))
    used(storage.folder / address[:2] / address, 5)
    storage.open(address)

    storage.put(made(tmp_path, b"another"))

    assert storage.open(address) in files_of(storage)


def test_what_killed_processes_left_half_fetched_is_cleared_away(here: S3Storage, tmp_path: Path) -> None:
    address = here.put(made(tmp_path))
    rest = here.folder / address[:2] / ".rest"
    rest.write_bytes(b"half")
    os.utime(rest, (0, time.time() - 2 * HOUR_S))

    here.put(made(tmp_path, b"another"))

    assert not rest.exists()


def test_a_folder_for_copies_that_cannot_be_made_is_one_clear_error(buckets: Buckets, here: S3Storage, tmp_path: Path) -> None:
    address = here.put(made(tmp_path))
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(SetupError, match="choose another folder for copies"):
        buckets.storage(tmp_path / "taken").open(address)


def test_a_product_counts_as_stored_even_where_no_copy_can_be_kept(buckets: Buckets, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    buckets.storage(tmp_path / "taken").put(made(tmp_path))

    assert len(buckets.names()) == 1


def test_a_link_lets_people_read_the_file_without_a_key(here: S3Storage, tmp_path: Path) -> None:
    link = here.link(here.put(made(tmp_path)), 60)

    with urllib.request.urlopen(link) as answer:
        assert answer.read() == b"picture"
    assert "X-Amz-Expires=60&" in link
    assert SECRET not in link


@pytest.mark.parametrize("seconds", [0, -1, 604_801])
def test_a_link_lasts_a_week_at_most(here: S3Storage, seconds: int) -> None:
    with pytest.raises(BadSpec, match="choose 1 to 604800"):
        here.link(ABSENT, seconds)


@pytest.mark.parametrize("prefix", ["", "a/b", "/a/b/"])
def test_products_lie_under_the_prefix(buckets: Buckets, tmp_path: Path, prefix: str) -> None:
    address = buckets.storage(tmp_path / "copies", prefix=prefix).put(made(tmp_path))

    assert buckets.names() == ["/".join(filter(None, [prefix.strip("/"), address]))]


@pytest.mark.parametrize("url", ["s3.example", "ftp://s3.example", "https://key:secret@s3.example", "https://"])
def test_an_endpoint_is_an_address_without_a_key(url: str) -> None:
    with pytest.raises(ValidationError, match="write the address of the store"):
        S3Storage(bucket=BUCKET, endpoint_url=url)


@pytest.mark.parametrize("fields", [{"access_key_id": "id"}, {"secret_access_key": SecretStr("secret")}])
def test_half_a_key_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="both the id of the key and its secret"):
        S3Credentials(**fields)


def test_two_threads_may_fetch_the_same_file(here: S3Storage, there: S3Storage, tmp_path: Path) -> None:
    address = here.put(made(tmp_path, b"y" * 2_000_000))

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(there.open, [address] * 8))

    assert [file.stat().st_size for file in found] == [2_000_000]
    assert len(files_of(there)) == 1
