"""The pathway in force, and the pathway that a decision was made with.

What was published in the browser and whose day has come is in force; while nothing was, the folder on disk is.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import NamedTuple

from django.db import connection, transaction

from painpath import clock, pathway
from painpath.accounts.models import Service
from painpath.accounts.scope import service_at
from painpath.pathway import Pathway
from painpath.referrals.models import PathwayPublication, PathwayVersion

log = logging.getLogger(__name__)


class Published(NamedTuple):
    """One publication, without its content."""

    from_date: date
    pk: int
    version: int
    digest: str


class _Known(NamedTuple):
    """What this process knows of the publications of a service, to come ones too."""

    publications: int
    rows: tuple[Published, ...]


_known: dict[int, _Known] = {}
"""By number of the service. It holds while the service's row, which every request reads, says the same number,
which the database gives anew to each publication and withdrawal: so every process sees either with its next request,
and the change at midnight, and asks nothing more for it."""
_whole: dict[str, Pathway] = {}
"""By digest: what is or was in force by publication."""


def in_force(service: Service) -> tuple[Pathway, PathwayVersion]:
    """The service's published pathway as it is today, and its row, made at first use.

    Of what was published in the browser and whose day has come, what was approved last; else the folder on disk. While
    that has mistakes, the last version without any stays in force: a letter must not be turned away for a slip in a
    file. Raises `pathway.PathwayError` when there is none (`painpath pathway lint` lists them).
    """
    if (row := publication(service.pk)) is not None:
        return _content(row), PathwayVersion.objects.defer("content").get(pk=row.version)
    try:
        current = pathway.load(pathway.find(service.slug))
    except pathway.PathwayError:
        # Of what was published in the browser nothing is in force here: it is to come, or was withdrawn.
        last = PathwayVersion.objects.filter(service=service, publications__isnull=True).last()
        if last is None:
            raise
        log.error("the published pathway has mistakes; the last version without any is used")
        return of(last), last
    # A version that is there is neither fetched nor encoded again: its content is a quarter of a megabyte.
    row_of_folder, _ = PathwayVersion.objects.defer("content").get_or_create(
        service=service,
        pathway=current.name,
        digest=current.digest,
        defaults={"label": current.version, "content": partial(pathway.encode, current)},
    )
    return current, row_of_folder


def publication(service_id: int, on: date | None = None) -> Published | None:
    """The publication in force today, or on another day as things stand; None where the folder on disk is. Asks the
    database once after each change.

    What was approved last holds, from its day. It was begun from what was approved before, words that were still to
    come too: were those to follow on their own day, they would undo it.
    """
    day = on or clock.today()
    return next((row for row in reversed(publications(service_id)) if row.from_date <= day), None)


def to_come(service_id: int, *, without: int | None = None) -> tuple[Published, ...]:
    """What will be in force one day, in the order of those days: whatever was approved later begins later. `without`
    is the number of a publication that is thought away."""
    found: list[Published] = []
    for row in reversed([row for row in publications(service_id) if row.pk != without]):
        if row.from_date <= clock.today():
            break
        if not found or row.from_date < found[-1].from_date:
            found.append(row)
    return tuple(reversed(found))


def publications(service_id: int) -> tuple[Published, ...]:
    """Every publication of a service that is not withdrawn, to come ones too, in the order in which they were
    approved."""
    counted = Service.seen.get(service_id)
    known = _known.get(service_id)
    if counted == 0:
        return ()
    if known is not None and known.publications == counted:
        return known.rows
    rows = PathwayPublication.objects.filter(service_id=service_id).order_by("pk").values_list(
        "from_date", "pk", "version_id", "version__digest", "withdrawal", "service__publications"
    )  # fmt: skip
    found = list(rows)
    if not found and counted:  # asked outside the scope of the service: that says nothing
        return ()
    holds = tuple(Published(*row[:4]) for row in found if row[4] is None)
    fresh = _Known(max((row[-1] for row in found), default=0), holds)
    _known[service_id] = fresh
    Service.seen[service_id] = fresh.publications
    return fresh.rows


def known(slug: str) -> Pathway | None:
    """What was published in the browser and is in force, where this process has it already: it asks nothing, for pages
    that say that something went wrong."""
    found = _known.get(Service.at.get(slug, 0))
    row = next((one for one in reversed(found.rows) if one.from_date <= clock.today()), None) if found else None
    return _whole.get(row.digest) if row else None


def ask_again(service_id: int) -> None:
    """Something was published or withdrawn just now, in this transaction: this process asks the database next time."""
    Service.seen.pop(service_id, None)
    _known.pop(service_id, None)


def _content(row: Published) -> Pathway:
    """The published pathway, word for word. What an older program did not keep yet is taken from the folder on disk."""
    if row.digest not in _whole:
        data = bytes(PathwayVersion.objects.values_list("content", flat=True).get(pk=row.version))
        try:
            _whole[row.digest] = pathway.decode(data)
        except pathway.PathwayError:
            name = PathwayVersion.objects.values_list("pathway", flat=True).get(pk=row.version)
            newest = pathway.load(pathway.find(name))
            _whole[row.digest] = pathway.complete(data, newest, newest_crisis=False)
    return _whole[row.digest]


_decoded: dict[str, tuple[int | None, Pathway]] = {}
"""By digest: few, and each a quarter of a megabyte that no page should fetch twice; with the publication that was in
force, since whom to call in a crisis comes from the newest."""


def of(version: PathwayVersion) -> Pathway:
    """The pathway exactly as it was in `version`. Its content is fetched once a process: queries may defer it."""
    row = publication(version.service_id)
    if row is not None and row.digest == version.digest:
        return _content(row)
    newest = row.pk if row is not None else None
    known = _decoded.get(version.digest)
    if known is None or known[0] != newest:
        _decoded[version.digest] = known = newest, _decode(version, row)
    return known[1]


def as_kept(version: PathwayVersion) -> Pathway:
    """The pathway as it was, whom to call in a crisis too: to be read and compared, not to be used."""
    try:
        return pathway.decode(bytes(version.content))
    except pathway.PathwayError:  # an older program kept less
        return of(version)


def as_asked(service: Service, digest: str, now: Pathway) -> Pathway:
    """The version that a page was made of and that stands in its form; `now` where that is the same, or none that this
    service has had. What is published changes at midnight, while a form lies open."""
    if not digest or digest == now.digest:
        return now
    with _address(service.slug):
        version = PathwayVersion.objects.filter(service_id=service.pk, digest=digest).defer("content").first()
        return of(version) if version is not None else now


def _decode(version: PathwayVersion, row: Published | None) -> Pathway:
    try:
        newest = pathway.load(pathway.find(version.pathway)) if row is None else _content(row)
    except pathway.PathwayError:  # the files have mistakes just now
        return pathway.decode(bytes(version.content))
    return newest if newest.digest == version.digest else pathway.complete(bytes(version.content), newest)


def published(slug: str) -> Pathway:
    """The published pathway of the service with this slug, for pages that see no record.

    While the files have mistakes, the last one that this process could read. Raises `pathway.PathwayError`.
    """
    if (by_people := _published_by_people(slug)) is not None:
        return by_people
    try:
        _published[slug] = pathway.load(pathway.find(slug))
    except pathway.PathwayError:
        if slug not in _published:
            raise
        log.error("the published pathway has mistakes; the last one that could be read is shown")
    return _published[slug]


_published: dict[str, Pathway] = {}


def _published_by_people(slug: str) -> Pathway | None:
    """What was published in the browser and is in force. No query while nothing was, or once this process knows it."""
    service_id = Service.at.get(slug)
    if service_id is None:
        found = service_at(slug)
        service_id = found.pk if found is not None else None
    if service_id is None or Service.seen.get(service_id) == 0:
        return None
    if (known := _known.get(service_id)) is not None and known.publications == Service.seen.get(service_id):
        row = publication(service_id)
        if row is None or row.digest in _whole:
            return None if row is None else _whole[row.digest]
    with _address(slug):
        row = publication(service_id)
        return _content(row) if row is not None else None


@contextmanager
def _address(slug: str) -> Iterator[None]:
    """What the service of this public address publishes can be seen, and nothing else (see `scope.service_at`)."""
    inside = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('painpath.address', %s, true)", [slug])
        yield
        if inside:
            cursor.execute("SELECT set_config('painpath.address', '', true)")
