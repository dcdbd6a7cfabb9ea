"""The documents that are printed from a safety case, as Markdown. Each is a pure function of the case."""

from collections.abc import Callable

from painpath.assurance.case import Case
from painpath.assurance.documents import accessibility, asvs, dependency_list, hazard_log, statement

DOCUMENTS: dict[str, Callable[[Case], str]] = {
    "hazard-log": hazard_log.text,
    "intended-purpose": lambda case: statement.text(case, "purpose"),
    "dtac": lambda case: statement.text(case, "dtac"),
    "dpia": lambda case: statement.text(case, "dpia"),
    "accessibility-statement": accessibility.text,
    "asvs": asvs.text,
    "dependencies": dependency_list.text,
}
"""Name -> what makes it. `docs/safety/NAME.md` is where it stands."""


def render(case: Case, name: str) -> str:
    """The document of this name. KeyError when there is none."""
    return DOCUMENTS[name](case)
