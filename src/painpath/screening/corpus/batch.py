"""A batch of files read against a pathway: the piece of work that processes and machines share."""

from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

from painpath import documents, pathway
from painpath.pathway.model import Pathway
from painpath.screening.model import CriterionScreening, Screening
from painpath.screening.screener import screen


class Item(msgspec.Struct, frozen=True):
    """A file: its name within the folder, and where it is, or its bytes for a machine that cannot see the folder."""

    name: str
    path: str = ""
    data: bytes | None = None


class Job(msgspec.Struct, frozen=True):
    """How every file of a run is read. `today` is fixed at its beginning, so that a run over midnight is one run."""

    pathway: str
    digest: str
    today: date
    written_on: date | None = None
    careful: bool = False
    """Each file in a process of its own: after one of them has brought a process down."""


class Row(msgspec.Struct, frozen=True):
    """What the table holds of one file: a screening, or why it could not be read."""

    document: str
    error: str | None = None
    written_on: date | None = None
    writer: str | None = None
    criteria: tuple[CriterionScreening, ...] = ()
    alerts: tuple[object, ...] = ()
    unread: tuple[object, ...] = ()


class OtherVersion(Exception):
    """A machine of the cluster has another version of the pathway. The message says what to do."""


def screen_batch(items: tuple[Item, ...], job: Job) -> bytes:
    """The rows of these files in their order, as JSON, one a line. The same bytes wherever it runs.

    Raises OtherVersion when the pathway here is not the one that the run began with.
    """
    service = _pathway(job.pathway, job.digest)
    return b"".join(msgspec.json.encode(_row(item, service, job)) + b"\n" for item in items)


@lru_cache(maxsize=2)
def _pathway(name: str, digest: str) -> Pathway:
    service = pathway.load(pathway.find(name))
    if service.digest != digest:
        raise OtherVersion(
            f"The pathway {name} is not the same everywhere. Install one version on every machine, then start again."
        )
    return service


def _row(item: Item, service: Pathway, job: Job) -> Row:
    try:
        data = Path(item.path).read_bytes() if item.data is None else item.data
        letter = (documents.read_limited if job.careful else documents.read)(data, item.name)
    except documents.DocumentError as error:
        return Row(item.name, error=error.sentence)
    except OSError as error:
        return Row(item.name, error=f"The file cannot be opened: {error.strerror}. Check that you may read it.")
    found: Screening = screen(letter, service, written_on=job.written_on, today=job.today)
    return Row(
        document=item.name,
        written_on=found.written_on,
        writer=found.writer.value,
        criteria=found.criteria,
        alerts=found.alerts,
        unread=found.unread,
    )
