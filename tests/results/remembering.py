"""A flow of one remembered task, run by tests in their own process and in others: `remembering.py SPEC DIARY SECONDS`."""

import asyncio
import hashlib
import os
import sys
import time
from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import CacheKeyFnPolicy
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.transactions import IsolationLevel

from blocks.domain.products import DocumentFacts, Product, Provenance
from blocks.results.locks import PostgresLocks
from blocks.results.table import ResultsTable


def key_of(spec):
    return hashlib.sha256(spec.encode()).hexdigest()


REMEMBERED = CacheKeyFnPolicy(cache_key_fn=lambda _context, inputs: key_of(inputs["spec"])).configure(
    lock_manager=PostgresLocks(), isolation_level=IsolationLevel.SERIALIZABLE
)


@task(cache_policy=REMEMBERED, persist_result=True, result_serializer="json", cache_result_in_memory=False)
def make(spec: str, diary: Path, seconds: float) -> Product:
    """Make a text of the spec, and write a line into the diary that it was done."""
    results = ResultsTable.load("default", _sync=True)
    with diary.open("a") as lines:
        lines.write(f"{os.getpid()}\n")
    time.sleep(seconds)
    file = diary.with_name(f"{key_of(spec)}-{os.getpid()}.txt")
    file.write_text(spec)
    product = Product(
        key=key_of(spec),
        step="text",
        size_bytes=file.stat().st_size,
        address=results.storage.put(file),
        facts=DocumentFacts(),
        provenance=Provenance(maker="local", model="tests", spec=spec),
    )
    results.record(product, None)
    return product


@flow(
    task_runner=ThreadPoolTaskRunner(max_workers=2),
    result_storage="results-table/default",
    persist_result=True,
    result_serializer="json",
)
async def remember(specs: list[str], diary: Path, seconds: float = 0.0) -> list[tuple[str, Product]]:
    """Make all texts; give the name of each task's state and its product."""
    futures = [make.submit(spec, diary, seconds) for spec in specs]
    states = await asyncio.gather(*(asyncio.wrap_future(future.wrapped_future) for future in futures))
    return [(state.name, await state.aresult()) for state in states]


if __name__ == "__main__":
    [(name, product)] = asyncio.run(remember([sys.argv[1]], Path(sys.argv[2]), float(sys.argv[3])))
    sys.stdout.write(f"{name} {product.key}\n")
