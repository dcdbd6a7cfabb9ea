"""Who reads the batches: processes of this machine, or those of a Dask cluster. The result is the same."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import msgspec

from painpath.screening.corpus.batch import Given, Item, Job, Work

Batch = tuple[int, tuple[Item, ...]]
AHEAD = 2
"""Batches that wait for each process: enough to keep it busy, few enough for memory to stay flat."""

SECONDS = 60
"""That a cluster may take to have its first worker."""


class ClusterError(Exception):
    """The cluster cannot be used. The message says what to do."""


def here(batches: list[Batch], job: Job, given: Given, work: Work, jobs: int) -> Iterator[tuple[int, bytes]]:
    """The rows of each batch as it is done, by this many processes.

    A file that brings its process down costs that process: its batch is read again, each file in a process of its own.
    """
    todo = iter(batches)
    pool = _pool(jobs, given)
    running: dict[Future[bytes], Batch] = {}
    lost: list[Batch] = []
    try:
        while True:
            while not lost and len(running) < jobs * AHEAD and (batch := next(todo, None)):
                try:
                    running[pool.submit(_with_given, batch[1], job, work)] = batch
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
                pool = _pool(jobs, given)
                for number, items in sorted(lost, key=_number):
                    yield number, work(items, msgspec.structs.replace(job, careful=True), given)
                lost = []
            elif not done:
                return
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _pool(jobs: int, given: Given) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_give, initargs=(given,))


_given: list[Given] = []
"""What this process was given when it began."""


def _give(given: Given) -> None:
    _given[:] = [given]


def _with_given(items: tuple[Item, ...], job: Job, work: Work) -> bytes:
    return work(items, job, _given[0])


def _number(batch: Batch) -> int:
    return batch[0]


def cluster(batches: list[Batch], job: Job, given: Given, work: Work, scheduler: str) -> Iterator[tuple[int, bytes]]:
    """The rows of each batch as it is done, by the workers of a Dask cluster.

    They need see neither the folder nor the pathways. Raises ClusterError when `distributed` is not installed or the
    scheduler does not answer.
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
        try:
            client.wait_for_workers(1, timeout=SECONDS)
        except TimeoutError:
            raise ClusterError(f"The scheduler {scheduler} has no worker. Start one, then try again.") from None
        workers = sum(client.nthreads().values())
        todo = iter(batches)
        running = as_completed(loop=client.loop)
        numbers: dict[object, int] = {}
        # A worker keeps what it was sent; one that joins later has it from another.
        sent = client.scatter([given], broadcast=True)[0]

        def more() -> None:
            while len(numbers) < workers * AHEAD and (batch := next(todo, None)):
                number, items = batch
                future = client.submit(work, _with_bytes(items), job, sent, pure=False, retries=2)
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
