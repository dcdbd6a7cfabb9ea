"""Who reads the batches: processes of this machine, or those of a Dask cluster. The result is the same."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import msgspec

from painpath.screening.corpus.batch import Item, Job, screen_batch

Batch = tuple[int, tuple[Item, ...]]
AHEAD = 2
"""Batches that wait for each process: enough to keep it busy, few enough for memory to stay flat."""


class ClusterError(Exception):
    """The cluster cannot be used. The message says what to do."""


def here(batches: list[Batch], job: Job, jobs: int) -> Iterator[tuple[int, bytes]]:
    """The rows of each batch as it is done, by this many processes.

    A file that brings its process down costs that process: its batch is read again, each file in a process of its own.
    """
    todo = iter(batches)
    context = get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context)
    running: dict[Future[bytes], Batch] = {}
    lost: list[Batch] = []
    try:
        while True:
            while not lost and len(running) < jobs * AHEAD and (batch := next(todo, None)):
                try:
                    running[pool.submit(screen_batch, batch[1], job)] = batch
                except BrokenProcessPool:
                    lost.append(batch)
            done = wait(running, return_when=FIRST_COMPLETED).done if running else set()
            for future in done:
                batch = running.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    lost.append(batch)
                else:
                    yield batch[0], future.result()
            if lost and not running:
                pool.shutdown(wait=False, cancel_futures=True)
                pool = ProcessPoolExecutor(jobs, mp_context=context)
                for number, items in sorted(lost, key=_number):
                    yield number, screen_batch(items, msgspec.structs.replace(job, careful=True))
                lost = []
            elif not done:
                return
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _number(batch: Batch) -> int:
    return batch[0]


def cluster(batches: list[Batch], job: Job, scheduler: str) -> Iterator[tuple[int, bytes]]:
    """The rows of each batch as it is done, by the workers of a Dask cluster, which need not see the folder.

    Raises ClusterError when `distributed` is not installed or the scheduler does not answer.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise ClusterError("A cluster needs the extra `cluster`: install painpath[cluster], then try again.") from None
    try:
        client = Client(scheduler, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"The scheduler {scheduler} does not answer. Check its address. ({error})") from None
    with client:
        workers = sum(client.nthreads().values()) or 1
        todo = iter(batches)
        running = as_completed(loop=client.loop)
        numbers: dict[object, int] = {}

        def more() -> None:
            while len(numbers) < workers * AHEAD and (batch := next(todo, None)):
                number, items = batch
                future = client.submit(screen_batch, _with_bytes(items), job, pure=False, retries=2)
                numbers[future.key] = number
                running.add(future)

        more()
        for future in running:
            number = numbers.pop(future.key)
            rows = future.result()
            future.release()
            more()
            yield number, rows


def _with_bytes(items: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple(_sent(item) for item in items)


def _sent(item: Item) -> Item:
    try:
        return Item(item.name, data=Path(item.path).read_bytes())
    except OSError:
        return item  # the worker says why it cannot be read
