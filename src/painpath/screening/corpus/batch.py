"""A batch of files read against one pathway or two: the piece of work that processes and machines share."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

from painpath import documents, pathway
from painpath.documents.model import DocumentText
from painpath.pathway.model import Pathway
from painpath.screening.comparing import AlertDifference, Difference, alert_differences, differences
from painpath.screening.model import CriterionScreening
from painpath.screening.screener import screen_each


class Item(msgspec.Struct, frozen=True):
    """A file: its name within the folder, and where it is, or its bytes for a machine that cannot see the folder."""

    name: str
    path: str = ""
    data: bytes | None = None


class Job(msgspec.Struct, frozen=True):
    """How every file of a run is read. `today` is fixed at its beginning, so that a run over midnight is one run."""

    digests: tuple[str, ...]
    """Of the pathway, or of the two that are compared, the present one first."""
    today: date
    written_on: date | None = None
    careful: bool = False
    """Each file in a process of its own: after one of them has brought a process down."""


Given = tuple[bytes, ...]
"""The pathways of a job as `pathway.encode` writes them. A draft is nowhere but with whoever asks, so they are sent: to
each process or machine once, not with each batch."""
Work = Callable[[tuple[Item, ...], Job, Given], bytes]
"""What is done with a batch: its rows as JSON, one a line, in the order of its files. The same bytes everywhere."""


class Row(msgspec.Struct, frozen=True):
    """What the table holds of one file: a screening, or why it could not be read."""

    document: str
    error: str | None = None
    written_on: date | None = None
    writer: str | None = None
    criteria: tuple[CriterionScreening, ...] = ()
    alerts: tuple[object, ...] = ()
    unread: tuple[object, ...] = ()


class Compared(msgspec.Struct, frozen=True):
    """What differs for one file between the two pathways of a job, or why it could not be read."""

    document: str
    alerts: tuple[AlertDifference, ...]
    """Never left out, not even of a file that could not be read: rows that a run before this wrote are not taken for
    letters without any."""
    error: str | None = None
    written_on: date | None = None
    changes: tuple[Difference, ...] = ()
    unread: tuple[object, ...] = ()


def screen_batch(items: tuple[Item, ...], job: Job, given: Given) -> bytes:
    """Each file screened with the one pathway that is given."""
    return _rows(_screened(item, job, *_pathways(given)) for item in items)


def compare_batch(items: tuple[Item, ...], job: Job, given: Given) -> bytes:
    """Each file opened once, screened with both pathways that are given, and the screenings compared."""
    return _rows(_compared(item, job, *_pathways(given)) for item in items)


def _rows(rows: Iterable[Row | Compared]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


@lru_cache(maxsize=2)
def _pathways(given: Given) -> tuple[Pathway, ...]:
    """Decoded once in each process: their lexicon is known by their being the same objects."""
    return tuple(map(pathway.decode, given))


def _screened(item: Item, job: Job, service: Pathway) -> Row:
    letter = _letter(item, job)
    if isinstance(letter, str):
        return Row(item.name, error=letter)
    (found,) = screen_each(letter, (service,), written_on=job.written_on, today=job.today)
    return Row(
        document=item.name,
        written_on=found.written_on,
        writer=found.writer.value,
        criteria=found.criteria,
        alerts=found.alerts,
        unread=found.unread,
    )


def _compared(item: Item, job: Job, before: Pathway, after: Pathway) -> Compared:
    letter = _letter(item, job)
    if isinstance(letter, str):
        return Compared(item.name, (), error=letter)
    found = screen_each(letter, (before, after), written_on=job.written_on, today=job.today)
    alerts = alert_differences(*found)
    return Compared(item.name, alerts, None, found[0].written_on, differences(*found), letter.unread)


def _letter(item: Item, job: Job) -> DocumentText | str:
    """The text of a file, or the sentence that says why it cannot be read."""
    try:
        data = Path(item.path).read_bytes() if item.data is None else item.data
        return (documents.read_limited if job.careful else documents.read)(data, item.name)
    except documents.DocumentError as error:
        return error.sentence
    except OSError as error:
        return f"The file cannot be opened: {error.strerror}. Check that you may read it."
