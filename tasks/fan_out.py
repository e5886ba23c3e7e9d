"""Making many items at once, telling how far they are, and failing only after all have had their chance."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar, cast

from prefect import Task, get_run_logger
from prefect.client.schemas.objects import State
from prefect.context import SyncClientContext, TagsContext
from prefect.futures import PrefectConcurrentFuture, PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from blocks.domain.frozen import Frozen
from blocks.domain.products import Product
from blocks.domain.stages import Step
from blocks.domain.time import clock
from blocks.errors import StudioError, TransientError
from blocks.studio import Studio
from tasks.books import Failure, note_progress, stop_film
from tasks.generation import Makes
from tasks.progress import Progress
from tasks.retries import RetryDelays

_AT_ONCE = 16

S = TypeVar("S", bound=Frozen)
M = TypeVar("M", bound=Makes)
R = TypeVar("R")


class Order(Frozen, Generic[S]):
    """One item to make."""

    item: str
    """What people call it: `clip 3`, `asset fox-core`."""
    name: str | None
    """Its name in the film's folder, without suffix; None keeps it out of there."""
    spec: S


async def make_all(
    step: Step, making: Task[[S, M, Studio], Product], orders: Sequence[Order[S]], maker: M, studio: Studio
) -> dict[str, Product]:
    """Make every item and lay it out in the film's folder.

    One failed item does not stop the others: what can be finished is finished, and is remembered by the next run.

    Returns:
        the products by item, in the order of `orders`.

    Raises:
        StudioError: the first failure, after all items ended; every failure is in the film's error log.
    """
    with untagged_tasks():
        waits = studio.channel.retry_waits_s
        # The block's name alone would be asked for twice by each task run.
        patient = making.with_options(retries=len(waits), retry_delay_seconds=RetryDelays(waits), result_storage=studio.results)
        progress = Progress(step, len(orders), studio)
        futures = {
            order.item: patient.with_options(task_run_name=order.item, retry_condition_fn=progress.condition(order.item)).submit(
                order.spec, maker, studio
            )
            for order in orders
        }
        await _tell_progress(progress, futures, studio)
    results = [await (await _end_of(future)).aresult(raise_on_failure=False) for future in futures.values()]
    made = {order.item: result for order, result in zip(orders, results, strict=True) if isinstance(result, Product)}
    if failures := [
        Failure(item=order.item, error=result, attempt=progress.attempt_of(order.item))
        for order, result in zip(orders, results, strict=True)
        if isinstance(result, BaseException)
    ]:
        raise await stop_film(studio, step, failures)
    await lay_out(step, {order.name: made[order.item] for order in orders if order.name}, studio)
    return made


async def lay_out(step: Step, names: Mapping[str, Product], studio: Studio) -> None:
    """Lay products out in the film's folder; a store that is away is waited for as long as a failed item is.

    Raises:
        StudioError: they cannot be; this is in the film's error log.
    """
    for wait_s in (*studio.channel.retry_waits_s, None):
        try:
            await asyncio.to_thread(studio.place, names)
            break
        except StudioError as error:
            if wait_s is None or not isinstance(error, TransientError):
                raise await stop_film(studio, step, [Failure(item="folder", error=error)]) from error
            get_run_logger().warning("the film's folder waits %s s: %s", wait_s, error)
            await asyncio.sleep(wait_s)


@contextmanager
def untagged_tasks() -> Iterator[None]:
    """Spare the task runs of this context what Prefect 3.8.8 does for each of them.

    Without a client to share, each makes two of its own, at some 60 ms each; and for each set of tags it asks the server for a
    limit by that name. The flow runs carry the tags.
    """
    with SyncClientContext.get_or_create(), TagsContext(current_tags=set()):
        yield


def many_at_once() -> TaskRunner[PrefectFuture[Any]]:
    """Give a stage's runner: many items are under way, each waiting for its own lane or a core; a full lane holds up no other."""
    return cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=_AT_ONCE))


async def make_one(step: Step, making: Task[[S, M, Studio], Product], order: Order[S], maker: M, studio: Studio) -> Product:
    """Make a single item, as `make_all`."""
    made = await make_all(step, making, [order], maker, studio)
    return made[order.item]


async def carry_out(step: Step, doing: Task[[S, M, Studio], R], spec: S, maker: M, studio: Studio) -> R:
    """Do a step that concerns the film as a whole, trying again as `make_all` does.

    Raises:
        StudioError: it could not be done; this is in the film's error log.
    """
    with untagged_tasks():
        waits = studio.channel.retry_waits_s
        patient = doing.with_options(retries=len(waits), retry_delay_seconds=RetryDelays(waits), result_storage=studio.results)
        progress = Progress(step, 1, studio)
        future = patient.with_options(retry_condition_fn=progress.condition("film")).submit(spec, maker, studio)
    result = await (await _end_of(future)).aresult(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise await stop_film(studio, step, [Failure(item="film", error=result, attempt=progress.attempt_of("film"))])
    return result


async def _tell_progress(progress: Progress, futures: Mapping[str, PrefectFuture[Product]], studio: Studio) -> None:
    started = time.monotonic()
    remembered = 0

    async def end_of(item: str) -> bool:
        state = await _end_of(futures[item])
        progress.end(item)
        return state.name == "Cached"

    for ended in asyncio.as_completed([end_of(item) for item in futures]):
        remembered += await ended
        note = f" ({remembered} remembered)" if remembered else ""
        get_run_logger().info("%s%s, %s", progress, note, clock(time.monotonic() - started))
        await note_progress(studio, str(progress))


async def _end_of(future: PrefectFuture[R]) -> State[R]:
    """Wait for the end of a task run without holding up the event loop."""
    state: State[R] = await asyncio.wrap_future(cast("PrefectConcurrentFuture[Any]", future).wrapped_future)
    return state
