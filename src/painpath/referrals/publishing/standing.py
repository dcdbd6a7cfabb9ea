"""How what is in force stands today: mistakes, things to look at, and a folder on disk that has moved on without it."""

from typing import NamedTuple

from painpath import pathway
from painpath.accounts.models import Service
from painpath.pathway import PathwayError
from painpath.pathway.draft_files import compile_draft, files_of
from painpath.pathway.linting import lint, warnings
from painpath.referrals import pathways
from painpath.referrals.models import PathwayPublication


class Standing(NamedTuple):
    """Sentences, as `painpath pathway lint` has them."""

    faults: tuple[str, ...]
    warnings: tuple[str, ...]


def standing(service: Service) -> Standing:
    """What is wrong with the pathway in force, and what to look at. Inside the scope of the service.

    A publication is in force as it was approved, whatever later releases bring: mistakes that it would have with their
    shared files, and a folder that has changed since, are to be looked at. Raises PathwayError for a service without
    any pathway.
    """
    row = pathways.publication(service.pk)
    if row is None:
        folder = pathway.find(service.slug)
        return Standing(tuple(map(str, lint(folder))), tuple(map(str, warnings(folder))))
    published = PathwayPublication.objects.select_related("draft", "withdrawal").filter(service=service)
    whole = compile_draft(service.slug, published.get(pk=row.pk).files)
    found = [f"With the shared files of this release: {problem}" for problem in whole.problems]
    if _moved_on(service, list(published)):
        found.append(
            f"The folder {service.slug} has changed since the pathway was published in the browser, and is not in "
            "force. Take what is new in it into a draft, and publish that."
        )
    return Standing((), (*found, *map(str, whole.warnings)))


def _moved_on(service: Service, published: list[PathwayPublication]) -> bool:
    """Whether the folder on disk says what no publication says, and none was begun from."""
    try:
        here = files_of(pathway.find(service.slug))
    except PathwayError:
        return False  # a service that was founded here has none; of mistakes in a folder that rules nothing, lint tells
    known = [one.files for one in published if not hasattr(one, "withdrawal")] + [
        one.draft.base_files for one in published if one.draft is not None
    ]
    return here not in known
