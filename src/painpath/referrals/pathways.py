"""The pathway in force, and the pathway that a decision was made with."""

from painpath import pathway
from painpath.accounts.models import Service
from painpath.pathway import Pathway
from painpath.referrals.models import PathwayVersion


def in_force(service: Service) -> tuple[Pathway, PathwayVersion]:
    """The service's published pathway as it is today, and its row, made at first use.

    Raises `pathway.PathwayError` when the published data has mistakes: `painpath pathway lint` lists them.
    """
    current = pathway.load(pathway.find(service.slug))
    row, _ = PathwayVersion.objects.get_or_create(
        service=service,
        pathway=current.name,
        digest=current.digest,
        defaults={"label": current.version, "content": pathway.encode(current)},
    )
    return current, row


_decoded: dict[str, Pathway] = {}
"""By digest: few, and each a quarter of a megabyte that no page should fetch twice."""


def of(version: PathwayVersion) -> Pathway:
    """The pathway exactly as it was in `version`. Its content is fetched once a process: queries may defer it."""
    if version.digest not in _decoded:
        _decoded[version.digest] = pathway.decode(bytes(version.content))
    return _decoded[version.digest]
