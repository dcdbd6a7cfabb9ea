"""The pathway in force, and the pathway that a decision was made with."""

import logging
from functools import partial

from painpath import pathway
from painpath.accounts.models import Service
from painpath.pathway import Pathway
from painpath.referrals.models import PathwayVersion

log = logging.getLogger(__name__)


def in_force(service: Service) -> tuple[Pathway, PathwayVersion]:
    """The service's published pathway as it is today, and its row, made at first use.

    While the published data has mistakes, the last version without any stays in force: a letter must not be turned
    away for a slip in a file. Raises `pathway.PathwayError` when there is none (`painpath pathway lint` lists them).
    """
    try:
        current = pathway.load(pathway.find(service.slug))
    except pathway.PathwayError:
        last = PathwayVersion.objects.filter(service=service).last()
        if last is None:
            raise
        log.error("the published pathway has mistakes; the last version without any is used")
        return of(last), last
    # A version that is there is neither fetched nor encoded again: its content is a quarter of a megabyte.
    row, _ = PathwayVersion.objects.defer("content").get_or_create(
        service=service,
        pathway=current.name,
        digest=current.digest,
        defaults={"label": current.version, "content": partial(pathway.encode, current)},
    )
    return current, row


_decoded: dict[str, Pathway] = {}
"""By digest: few, and each a quarter of a megabyte that no page should fetch twice."""


def of(version: PathwayVersion) -> Pathway:
    """The pathway exactly as it was in `version`. Its content is fetched once a process: queries may defer it."""
    if version.digest not in _decoded:
        _decoded[version.digest] = _decode(version)
    return _decoded[version.digest]


def _decode(version: PathwayVersion) -> Pathway:
    try:
        newest = pathway.load(pathway.find(version.pathway))
    except pathway.PathwayError:  # the files have mistakes just now
        return pathway.decode(bytes(version.content))
    return newest if newest.digest == version.digest else pathway.complete(bytes(version.content), newest)


def published(slug: str) -> Pathway:
    """The published pathway of the service with this slug, for pages that see no record.

    While the files have mistakes, the last one that this process could read. Raises `pathway.PathwayError`.
    """
    try:
        _published[slug] = pathway.load(pathway.find(slug))
    except pathway.PathwayError:
        if slug not in _published:
            raise
        log.error("the published pathway has mistakes; the last one that could be read is shown")
    return _published[slug]


_published: dict[str, Pathway] = {}
